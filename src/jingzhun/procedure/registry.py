"""The procedures of this installation, each brought by the app that owns it."""

from .rules import Procedure

_procedures: dict[str, Procedure] = {}


def bring(procedure: Procedure) -> None:
    """Make a procedure known; called once from the owning app's AppConfig.ready()."""
    known = _procedures.setdefault(procedure.name, procedure)
    if known is not procedure:
        raise ValueError(f"there is a procedure {procedure.name!r} already")


def procedure(name: str) -> Procedure:
    """Raises KeyError for a name that no app brought."""
    return _procedures[name]


def procedures() -> tuple[Procedure, ...]:
    """All of them, in the order in which the apps brought them."""
    return tuple(_procedures.values())
