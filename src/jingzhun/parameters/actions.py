"""Writes on parameters."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area

from . import rules
from .dictionary import REFERENCE, Kind, kinds
from .models import Parameter

# `added`, `changed`, `removed`: shipped values that are new, other than before, or no longer shipped; in the
# transaction.
reference_loaded = Signal()
# `row`, `before` (what it said; nothing of a new one), `ended` (rows that end where it begins), `why`, `by`: somebody
# set a value; in the transaction.
value_set = Signal()


class NotYours(Exception):
    """The area's values are not this user's to set; the message says so."""


class Setter(Protocol):
    """Who sets a value: a user with roles in areas."""

    def can(self, permission: str, area_code: str | None = None) -> bool: ...


@dataclass(frozen=True)
class Said:
    """What a row says."""

    value: str
    unit: str
    until: str
    source: str

    @classmethod
    def by(cls, row: Parameter) -> "Said":
        return cls(row.amount, row.unit, str(row.valid_until or ""), row.source)

    def as_list(self) -> list[str]:
        return [self.value, self.unit, self.until, self.source]


@transaction.atomic
def set_value(wanted: rules.Wanted, *, by: Setter | None = None) -> Parameter:
    """Set an area's value of a parameter from a day on; by nobody: by whoever has the command line.

    The area's value that held until then ends on that day; a value that begins later stays, and ends this one. One
    that begins on the very day is corrected. Said again, nothing happens. Raises ValidationError by field, NotYours.
    """
    kind = kinds().get(wanted.name)
    if kind is None:
        raise ValidationError({"name": _("There is no parameter '%(name)s'.") % {"name": wanted.name}})
    wanted = rules.completed(kind, wanted)
    if problems := rules.problems(kind, wanted, timezone.localdate()):
        raise ValidationError(problems)
    if by is not None and not by.can(rules.CHANGE_PARAMETERS, wanted.area_code):
        raise NotYours(_("You set values of your own area only."))
    # The area is locked, so that of two who set the same value at once the second finds what the first has set.
    if Area.objects.select_for_update().filter(pk=wanted.area_code).first() is None:
        raise ValidationError({"area": _("There is no area %(code)s.") % {"code": wanted.area_code}})
    return _set(kind, wanted, by)


def _set(kind: Kind, wanted: rules.Wanted, by: Setter | None) -> Parameter:
    rows = list(Parameter.objects.filter(name=kind.name, area_code=wanted.area_code).order_by("valid_from"))
    present = next((row for row in rows if row.valid_from == wanted.valid_from), None)
    before = Said.by(present) if present else None
    row = present or Parameter(name=kind.name, area_code=wanted.area_code, valid_from=wanted.valid_from)
    row.value, row.unit, row.source, row.shipped = wanted.value, kind.unit, wanted.source, False
    row.valid_until = _until(wanted, rows)
    ended = [each for each in rows if each.valid_from < wanted.valid_from and _holds_on(each, wanted.valid_from)]
    if before == Said.by(row) and not ended:
        return row
    for each in ended:
        # An end that was decided is not undone by the next version's shipped values.
        each.valid_until, each.shipped = wanted.valid_from, False
        each.save()
    row.save()
    value_set.send(set_value, row=row, before=before, ended=ended, why=wanted.why, by=by)
    return row


def _until(wanted: rules.Wanted, rows: list[Parameter]) -> date | None:
    """The first day on which the value no longer holds: as said, or where the area's next value begins."""
    later = next((row.valid_from for row in rows if row.valid_from > wanted.valid_from), None)
    if wanted.valid_until and later and later < wanted.valid_until:
        told = {"day": later}
        raise ValidationError({"valid_until": _("Another value begins on %(day)s: end this one by then.") % told})
    return wanted.valid_until or later


def _holds_on(row: Parameter, day: date) -> bool:
    return row.valid_until is None or row.valid_until > day


@transaction.atomic
def load_reference(path: Path = REFERENCE) -> int:
    """Bring the shipped values up to date; values that an officer set for an area or a day of their own stay.

    A shipped value that is in the file no longer goes: moved to another day, it would hold on beside the new one.
    """
    before = {_key(row): row for row in Parameter.objects.all()}
    officers = {key for key, row in before.items() if not row.shipped}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_parameter(row) for row in csv.DictReader(file)]
    kept = {_key(row) for row in rows}
    removed = [row for key, row in before.items() if row.shipped and key not in kept]
    rows = [row for row in rows if _key(row) not in officers]
    added = [row for row in rows if _key(row) not in before]
    changed = [row for row in rows if _key(row) in before and Said.by(before[_key(row)]) != Said.by(row)]
    Parameter.objects.filter(pk__in=[row.pk for row in removed]).delete()
    Parameter.objects.bulk_create(
        [*added, *changed],
        update_conflicts=True,
        unique_fields=["name", "area_code", "valid_from"],
        update_fields=["valid_until", "value", "unit", "source", "shipped"],
    )
    if added or changed or removed:
        told = {_told(row): [Said.by(before[_key(row)]).as_list(), Said.by(row).as_list()] for row in changed}
        gone = {_told(row): Said.by(row).as_list() for row in removed}
        reference_loaded.send(load_reference, added=len(added), changed=told, removed=gone)
    return len(rows)


def _key(row: Parameter) -> tuple[str, str, date]:
    return row.name, row.area_code, row.valid_from


def _told(row: Parameter) -> str:
    """A row's key in a line."""
    return " ".join(map(str, _key(row)))


def _parameter(row: dict[str, str]) -> Parameter:
    return Parameter(
        name=row["name"],
        area_code=row["area"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        value=Decimal(row["value"]),
        unit=row["unit"],
        source=row["source"],
        shipped=True,
    )
