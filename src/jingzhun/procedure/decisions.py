"""What the decisions of a procedure are called in the journal's screens, by its table."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .rules import DECISION_LABELS, DONE, STATE_LABELS, Decision, Procedure

RECORDS = {"case": gettext_lazy("case")}
VALUES = {"case": gettext_lazy("Case"), "to": gettext_lazy("Step since")}


def decisions(procedure: Procedure) -> dict[str, Any]:
    """Every decision that may be taken at each step, and the opening of a case, as the journal's actions."""
    named: dict[str, Any] = {f"{procedure.name}.opened": _told(procedure.label, DECISION_LABELS[Decision.OPEN])}
    for step in procedure.steps:
        for decision, label in DECISION_LABELS.items():
            named[f"{procedure.name}.{step.name}.{decision}"] = _told(step.label, label)
    return named


def codes(procedure: Procedure) -> dict[str, dict[str, Any]]:
    """Texts of the values that are codes."""
    steps = {step.name: step.label for step in procedure.steps}
    return {
        "to": steps | {DONE: gettext_lazy("done")},
        "state": {str(state): STATE_LABELS[state] for state in STATE_LABELS},
    }


def _tell(where: Any, what: Any) -> str:
    return _("%(where)s: %(what)s") % {"where": where, "what": what}


_told = lazy(_tell, str)
