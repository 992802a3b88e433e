"""The procedures of this installation, each brought by the app that owns it."""

from jingzhun.journal.actions import register_actions

from .decisions import RECORDS, VALUES, codes, decisions
from .rules import Procedure

_procedures: dict[str, Procedure] = {}


def bring(procedure: Procedure) -> None:
    """Make a procedure known, and its decisions in the journal; called once from the owning app's AppConfig.ready()."""
    known = _procedures.setdefault(procedure.name, procedure)
    if known is not procedure:
        raise ValueError(f"there is a procedure {procedure.name!r} already")
    register_actions(decisions(procedure), RECORDS, VALUES, codes(procedure))


def procedure(name: str) -> Procedure:
    """Raises KeyError for a name that no app brought."""
    return _procedures[name]


def procedures() -> tuple[Procedure, ...]:
    """All of them, in the order in which the apps brought them."""
    return tuple(_procedures.values())
