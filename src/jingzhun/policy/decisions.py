"""What the decisions of policy are called on screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECISIONS: dict[str, str | Promise] = {
    "policy.entitlements_run": _("entitlements of a county worked out"),
    "policy.receipt_recorded": _("a receipt recorded"),
    "policy.receipt_taken_back": _("a receipt taken back"),
    "policy.list_exported": _("a work list of entitlements exported"),
    "policy.receipts_taken": _("a department's list of receipts taken"),
    "policy.reference_loaded": _("the reference set of policies loaded"),
}
RECORDS: dict[str, str | Promise] = {}
VALUES: dict[str, str | Promise] = {
    "policy": _("Policy"),
    "policies": _("Policies"),
    "reference": _("Reference"),
}
