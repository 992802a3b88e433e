"""Cadres: taken from a workbook, changed, left; whose leaving ends their pairings and postings."""

from collections.abc import Container, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Pairing
from jingzhun.assistance.workbook.cadres import BadCell, CadreRow, CadresRead, read_cadres
from jingzhun.database.copying import create_by_copy, update_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.people.models import Cadre, Organisation, User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.problems import cell_name

from .kin import add_kin_rows, understood_kin
from .pairing import end_pairings, hold_county

# Fields that a workbook brings, by its columns; a column that is absent changes nothing.
FIELDS = {
    "name": "name",
    "sex": "sex",
    "organisation": "organisation_id",
    "rank": "rank",
    "post": "post",
    "near": "near_id",
    "skills": "skills",
    "languages": "languages",
    "capacity": "capacity",
    "phone": "phone",
    "serves_from": "serves_from",
}
MOST = 1_000  # households of one cadre


@dataclass
class Taken:
    """What came of a workbook: cadres added and changed, or the cells for which it was refused as a whole.

    `news`: whom it adds, and whom it changes with the columns that differ.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    kin: int = 0
    bad: list[BadCell] = field(default_factory=list)
    news: list[tuple[Cadre, list[str]]] = field(default_factory=list)


@transaction.atomic
def import_cadres(
    path: Path,
    county: Area,
    *,
    by: User | System = SYSTEM,
    only_check: bool = False,
    name: str = "",
    at: datetime | None = None,
) -> Taken:
    """Take a workbook of cadres as a whole, or say which cells are wrong. Raises WorkbookRefused.

    Who is there already, by staff number, is changed; nobody is removed: leaving is an action of its own. `only_check`
    writes nothing.
    """
    require(by, ARRANGE_HELP, county.pk)
    read = read_cadres(path)
    there = {each.number: each for each in Cadre.objects.select_for_update().filter(number__in=_numbers(read))}
    rows = _understood(read, county, there, timezone.localdate(at))
    related = understood_kin(read, county, {row.number for row in rows})
    taken = Taken(bad=sorted(read.bad, key=lambda bad: (bad.sheet, bad.row)))
    if taken.bad:
        return taken
    differs = {row.number: _differs(row, there[row.number], read.columns) for row in rows if row.number in there}
    new = [row for row in rows if row.number not in there]
    changed = [row for row in rows if differs.get(row.number)]
    taken.added, taken.changed, taken.kin = len(new), len(changed), len(related)
    taken.same = len(rows) - taken.added - taken.changed
    taken.news = [(row, differs.get(row.number, [])) for row in (*new, *changed)]
    if not only_check and (new or changed or related):
        create_by_copy(new)
        update_by_copy(changed, [name for column, name in FIELDS.items() if column in read.columns])
        add_kin_rows(related, county)
        told = {"added": taken.added, "changed": taken.changed, "kin": taken.kin, "file": name or path.name}
        record(Decision("assistance.cadres_imported", "area", county.pk, county.pk, values=told), by=by, at=at)
    return taken


def _numbers(read: CadresRead) -> list[str]:
    return [row.number for row in read.rows]


def _understood(read: CadresRead, county: Area, there: dict[str, Cadre], today: date) -> list[Cadre]:
    """The rows as cadres; what a row refers to and is not there is told with its cell."""
    organisations = dict(
        Organisation.objects.filter(name__in={row.organisation for row in read.rows}).values_list("name", "pk")
    )
    areas = set(Area.objects.filter(pk__in={row.near for row in read.rows if row.near}).values_list("pk", flat=True))
    seen: dict[str, int] = {}
    found = []
    for row in read.rows:
        wrong = dict(_faults(row, organisations, areas, there, seen, county))
        seen.setdefault(row.number, row.row)
        for name, text in wrong.items():
            cell = cell_name(row.row, read.columns.get(name))
            read.bad.append(BadCell(row.sheet, row.row, cell, str(getattr(row, name)), text))
        if not wrong:
            brought = _brought(row, organisations[row.organisation])
            found.append(_cadre(row.number, brought, read.columns, there.get(row.number), county, today))
    return found


def _faults(
    row: CadreRow,
    organisations: dict[str, int],
    areas: set[str],
    there: dict[str, Cadre],
    seen: dict[str, int],
    county: Area,
) -> Iterator[tuple[str, str]]:
    """Fields of a row that refer to nothing, or to what is another's, with what is wrong."""
    if row.organisation not in organisations:
        yield "organisation", _("No organisation has this name; add it first, or correct the name.")
    if row.near and row.near not in areas:
        yield "near", _("No area has this code.")
    if row.number in seen:
        yield "number", _("Row %(row)s has this number already.") % {"row": seen[row.number]}
    if row.number in there and there[row.number].county_id != county.pk:
        yield "number", _("This number belongs to a cadre of another county.")
    if row.capacity is not None and not 1 <= row.capacity <= MOST:
        yield "capacity", _("At least one household, or nothing.")
    left = there[row.number].left_on if row.number in there else None
    if left and row.serves_from and row.serves_from > left:
        yield "serves_from", _("This cadre left on %(day)s; who comes back has a new number.") % {"day": left}


def _brought(row: CadreRow, organisation: int) -> dict[str, Any]:
    """What a row brings, by fields of a cadre."""
    brought = {name: getattr(row, column) for column, name in FIELDS.items() if name == column}
    listed = {"skills": list(row.skills), "languages": list(row.languages)}
    return brought | listed | {"organisation_id": organisation, "near_id": row.near or None}


def _cadre(
    number: str,
    brought: dict[str, Any],
    columns: Container[str],
    there: Cadre | None,
    county: Area,
    today: date,
) -> Cadre:
    """The cadre as the row would have it, on top of what is there."""
    if there is None:
        return Cadre(number=number, county=county, **brought | {"serves_from": brought["serves_from"] or today})
    cadre = copy(there)
    for column, name in FIELDS.items():
        if column in columns and (name != "serves_from" or brought[name]):
            setattr(cadre, name, brought[name])
    return cadre


def _differs(row: Cadre, there: Cadre, columns: Container[str]) -> list[str]:
    """Columns in which a row differs from who is there."""
    return [
        column for column, name in FIELDS.items() if column in columns and getattr(row, name) != getattr(there, name)
    ]


@transaction.atomic
def leave(cadre: Cadre, day: date, why: str, *, by: User, at: datetime | None = None) -> int:
    """A cadre leaves on a day; the pairings end with it. Number of households that lose this helper. Raises Refused."""
    hold_county(cadre.county_id)
    cadre = Cadre.objects.select_for_update().get(pk=cadre.pk)
    require(by, ARRANGE_HELP, cadre.county_id)
    if cadre.left_on is not None:
        raise Refused.because(_("This cadre has left already."))
    if not why.strip():
        raise Refused.because(_("Say why the cadre leaves."), "why")
    if day < cadre.serves_from:
        raise Refused.because(_("Nobody leaves before they came."), "day")
    cadre.left_on, cadre.leave_reason = day, why.strip()
    cadre.save(update_fields=["left_on", "leave_reason"])
    _tell("assistance.cadre_left", cadre, {"on": str(day)}, by, why, at)
    return end_pairings(Pairing.objects.filter(cadre=cadre), day, why.strip(), by=by, at=at)


@transaction.atomic
def change_cadre(cadre: Cadre, values: dict[str, Any], *, by: User, at: datetime | None = None) -> Cadre:
    """Add a cadre (without a key) or change one. Raises Refused."""
    require(by, ARRANGE_HELP, cadre.county_id)
    before = Cadre.objects.select_for_update().filter(pk=cadre.pk).first()
    for name, value in values.items():
        setattr(cadre, name, value)
    try:
        cadre.full_clean()
    except ValidationError as wrong:
        raise Refused({name: list(texts) for name, texts in wrong.message_dict.items()}) from wrong
    changed = sorted(name for name in values if before is None or getattr(before, name) != getattr(cadre, name))
    cadre.save()
    if changed:
        action = "assistance.cadre_changed" if before else "assistance.cadre_added"
        _tell(action, cadre, {"fields": changed}, by, "", at)
    return cadre


def _tell(action: str, cadre: Cadre, told: dict[str, Any], by: User | System, why: str, at: datetime | None) -> None:
    record(Decision(action, "cadre", cadre.number, cadre.county_id, why=why, values=told), by=by, at=at)
