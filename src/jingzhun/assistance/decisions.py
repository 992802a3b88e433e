"""What the decisions of assistance are called on screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DECISIONS: dict[str, str | Promise] = {
    "assistance.cadre_added": _("a cadre added"),
    "assistance.cadre_changed": _("a cadre changed"),
    "assistance.cadre_left": _("a cadre left"),
    "assistance.cadres_imported": _("a workbook of cadres taken in"),
    "assistance.helper_given": _("a helper given to a household"),
    "assistance.helper_taken": _("a pairing ended"),
    "assistance.pair_changed": _("a planned pairing changed by hand"),
    "assistance.pairing_dropped": _("a plan of pairing put away"),
    "assistance.pairing_planned": _("a plan of pairing made"),
    "assistance.pairing_published": _("a plan of pairing put in force"),
}
RECORDS: dict[str, str | Promise] = {"cadre": _("cadre"), "pairing_plan": _("plan of pairing")}
VALUES: dict[str, str | Promise] = {
    "helper": _("Helper"),
    "place": _("Place"),
    "new": _("New"),
    "changed": _("Changed"),
    "plan": _("Plan"),
    "before": _("Before"),
    "fields": _("Fields"),
    "status": _("Status"),
    "cadres": _("Cadres"),
    "cost": _("Cost"),
    "bound": _("Proved bound"),
    "unmet": _("Gaps"),
}
