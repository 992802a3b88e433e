"""The dated facts that an event changes, kept before and after, so that a counter-event can take them back."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.registry.models import Event, Household, Member, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

from .saving import plain, save

DATED = {
    "household": ("area_id", "closed_on"),
    "member": ("relation", "joined_on", "join_reason", "left_on", "leave_reason"),
    "spell": ("registered_on", "exited_on", "relapse", "round"),
}
MODELS: dict[str, Any] = {"household": Household, "member": Member, "spell": RegisterSpell}


class Facts:
    """Sets dated facts one after another and remembers each as [kind, key, before, after] in that order."""

    def __init__(self) -> None:
        self.before: list[list[Any]] = []
        self.after: list[list[Any]] = []

    def set(self, row: Any, **values: Any) -> None:
        """Change facts of a row that exists."""
        kind, key = kind_of(row), key_of(row)
        self.before.append([kind, key, {name: plain(getattr(row, name)) for name in values}])
        for name, value in values.items():
            setattr(row, name, value)
        save(row, [name.removesuffix("_id") for name in values])
        self.after.append([kind, key, {name: plain(value) for name, value in values.items()}])

    def add(self, row: Any) -> None:
        """Save a new row; before it there was none."""
        save(row)
        kind, key = kind_of(row), key_of(row)
        self.before.append([kind, key, None])
        self.after.append([kind, key, {name: plain(getattr(row, name)) for name in DATED[kind]}])


def kind_of(row: Any) -> str:
    return next(kind for kind, model in MODELS.items() if isinstance(row, model))


def key_of(row: Any) -> str:
    return f"{row.household_id}/{row.registered_on}" if isinstance(row, RegisterSpell) else row.number


def keys(event: Event) -> set[tuple[str, str]]:
    """Which rows an event touched."""
    return {(kind, key) for kind, key, _values in event.before["facts"]}


def take_back(event: Event) -> None:
    """Restore what stood before an event, the last change first. Raises Refused where something else stands now."""
    pairs = list(zip(event.before["facts"], event.after["facts"], strict=True))
    for (kind, key, before), (_kind, _key, after) in reversed(pairs):
        row = _locked(kind, key)
        if any(plain(getattr(row, name)) != value for name, value in after.items()):
            message = _("%(record)s was changed since this event; correct it there first.")
            raise Refused.because(message % {"record": key})
        if before is None:
            _take_away(kind, row, event.on)
        else:
            for name, value in before.items():
                setattr(row, name, _python(row, name, value))
            save(row, [name.removesuffix("_id") for name in before])


def touched_by(events: Iterable[Event]) -> set[tuple[str, str]]:
    return set().union(*(keys(event) for event in events))


def _locked(kind: str, key: str) -> Any:
    if kind == "spell":
        household, registered_on = key.split("/")
        found = RegisterSpell.objects.filter(household_id=int(household), registered_on=registered_on)
    else:
        found = MODELS[kind].objects.filter(number=key)
    row = found.select_for_update(of=("self",)).first()
    if row is None:
        raise Refused.because(_("%(record)s is no longer there.") % {"record": key})
    return row


def _take_away(kind: str, row: Any, on: date) -> None:
    """What an event added: a member was never there, a household is closed from its first day, a spell is gone."""
    if kind == "member":
        row.left_on, row.leave_reason = row.joined_on, "error"
        save(row, ["left_on", "leave_reason"])
    elif kind == "household":
        row.closed_on = on
        save(row, ["closed_on"])
    else:
        row.delete()


def _python(row: Any, name: str, value: Any) -> Any:
    return row._meta.get_field(name).to_python(value) if not name.endswith("_id") else value
