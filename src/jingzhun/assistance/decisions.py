"""What the decisions of assistance are called on screens."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DECISIONS: dict[str, str | Promise] = {
    "assistance.cadre_added": _("a cadre added"),
    "assistance.cadre_changed": _("a cadre changed"),
    "assistance.cadre_left": _("a cadre left"),
    "assistance.cadres_imported": _("a workbook of cadres taken in"),
    "assistance.helper_given": _("a helper given to a household"),
    "assistance.helper_taken": _("a pairing ended"),
    "assistance.pair_changed": _("a planned pairing changed by hand"),
    "assistance.list_exported": _("a list of assistance exported"),
    "assistance.measure_approved": _("a measure approved"),
    "assistance.measure_confirmed": _("a measure confirmed by the household"),
    "assistance.measure_delivered": _("a measure delivered"),
    "assistance.measure_dropped": _("a measure dropped"),
    "assistance.measure_planned": _("a measure planned"),
    "assistance.need_answered": _("a need answered"),
    "assistance.need_closed": _("a need closed"),
    "assistance.need_heard": _("a need heard"),
    "assistance.need_reopened": _("a need opened again"),
    "assistance.need_routed": _("a need given to somebody else"),
    "assistance.pairing_dropped": _("a plan of pairing put away"),
    "assistance.pairing_planned": _("a plan of pairing made"),
    "assistance.pairing_published": _("a plan of pairing put in force"),
    "assistance.plan_agreed": _("a household agreed to its plan"),
    "assistance.plan_changed": _("a household's plan changed"),
    "assistance.plan_made": _("a household's plan begun"),
    "assistance.visited": _("a visit logged"),
}
RECORDS: dict[str, str | Promise] = {"cadre": _("cadre"), "pairing_plan": _("plan of pairing")}
VALUES: dict[str, str | Promise] = {
    "helper": _("Helper"),
    "place": _("Place"),
    "new": _("New"),
    "changed": _("Changed"),
    "plan": pgettext_lazy("assistance", "Plan"),
    "before": _("Before"),
    "fields": _("Fields"),
    "status": _("Status"),
    "cadres": _("Cadres"),
    "cost": _("Cost"),
    "bound": _("Proved bound"),
    "unmet": _("Gaps"),
    "measure": pgettext_lazy("assistance", "Measure"),
    "need": _("Need"),
    "needs": _("Needs"),
    "visitor": _("Visitor"),
    "given_to": _("Given to"),
    "found": _("Found"),
    "text": _("Text"),
    "answer": _("Answer"),
    "signed_by": _("Signed by"),
}
