"""The procedures of this installation, each brought by the app that owns it."""

from django.utils.functional import Promise
from django.utils.text import format_lazy

from jingzhun.journal.actions import register_actions

from .rules import DECISION_LABELS, Decision, Procedure, Step

_procedures: dict[str, Procedure] = {}


def bring(procedure: Procedure) -> None:
    """Make a procedure known; called once from the owning app's AppConfig.ready()."""
    known = _procedures.setdefault(procedure.name, procedure)
    if known is not procedure:
        raise ValueError(f"there is a procedure {procedure.name!r} already")
    register_actions(_decisions(procedure))


def procedure(name: str) -> Procedure:
    """Raises KeyError for a name that no app brought."""
    return _procedures[name]


def procedures() -> tuple[Procedure, ...]:
    """All of them, in the order in which the apps brought them."""
    return tuple(_procedures.values())


def _decisions(table: Procedure) -> dict[str, str | Promise]:
    """What the journal calls the decisions of a procedure, by their names in it."""
    opened = format_lazy("{} · {}", table.label, DECISION_LABELS[Decision.OPEN])
    named: dict[str, str | Promise] = {f"{table.name}.opened": opened}
    for step in table.steps:
        for decision in _possible(step):
            label = format_lazy("{} · {}", step.label, DECISION_LABELS[decision])
            named[f"{table.name}.{step.name}.{decision}"] = label
    return named


def _possible(step: Step) -> list[Decision]:
    """The decisions that may be taken on a case at a step, or on one that was refused there."""
    found = [Decision.APPROVE, Decision.WITHDRAW]
    if step.back:
        found.append(Decision.RETURN)
    if step.may_refuse:
        found += [Decision.REFUSE, Decision.APPEAL, Decision.REOPEN, Decision.UPHOLD]
    return found
