"""What decisions about users are called in the journal's screens."""

from django.utils.translation import gettext_lazy as _

DECISIONS = {
    "people.user_added": _("user added"),
    "people.role_assigned": _("role given"),
    "people.organisation_added": _("organisation added"),
    "people.organisation_changed": _("organisation changed"),
    "people.password_changed": _("password changed"),
    "people.password_reset": _("password reset"),
    "people.second_factor_reset": _("second factor reset"),
    "people.list_exported": _("list of users or organisations exported"),
    "people.role_ended": _("role ended"),
    "people.user_switched_on": _("login switched on"),
    "people.user_switched_off": _("login switched off"),
    "people.access_key_made": _("access key made"),
    "people.access_key_revoked": _("access key revoked"),
    "people.keys_rotated": _("keys changed and personal numbers sealed anew"),
}
RECORDS = {"user": _("user"), "keys": _("keys"), "organisation": _("organisation")}
VALUES = {"role": _("Role"), "resealed": _("Sealed anew"), "access_key": _("Access key"), "label": _("What it is for")}
