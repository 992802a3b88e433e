"""Cadres: taken from a workbook, changed, left; whose leaving ends their pairings and postings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Pairing
from jingzhun.assistance.workbook.cadres import BadCell, CadreRow, CadresRead, read_cadres
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.people.models import Cadre, Organisation, User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.problems import cell_name

from .pairing import end_pairings

FIELDS = ("name", "sex", "phone", "organisation_id", "rank", "post", "near_id", "skills", "languages", "capacity")


@dataclass
class Taken:
    """What came of a workbook: cadres added and changed, or the cells for which it was refused as a whole."""

    added: int = 0
    changed: int = 0
    same: int = 0
    bad: list[BadCell] = field(default_factory=list)


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

    Who is there already, by staff number, is changed; nobody is removed: leaving is an action of its own.
    """
    require(by, ARRANGE_HELP, county.pk)
    read = read_cadres(path)
    there = {each.number: each for each in Cadre.objects.select_for_update().filter(number__in=_numbers(read))}
    rows = _understood(read, county, there, timezone.localdate(at))
    taken = Taken(bad=sorted(read.bad, key=lambda bad: bad.row))
    if taken.bad:
        return taken
    new = [row for row in rows if row.number not in there]
    changed = [row for row in rows if row.number in there and _differs(row, there[row.number])]
    taken.added, taken.changed = len(new), len(changed)
    taken.same = len(rows) - taken.added - taken.changed
    if not only_check and (new or changed):
        create_by_copy(new)
        for row in changed:
            row.pk = there[row.number].pk
        Cadre.objects.bulk_update(changed, FIELDS, batch_size=2000)
        told = {"added": taken.added, "changed": taken.changed, "file": name or path.name}
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
    foreign = {number for number, cadre in there.items() if cadre.county_id != county.pk}
    seen: dict[str, int] = {}
    found = []
    for row in read.rows:
        wrong = dict(_faults(row, organisations, areas, foreign, seen))
        seen.setdefault(row.number, row.row)
        for name, text in wrong.items():
            cell = cell_name(row.row, read.columns.get(name))
            read.bad.append(BadCell(row.sheet, row.row, cell, str(getattr(row, name)), text))
        if not wrong:
            found.append(_cadre(row, organisations[row.organisation], county, today))
    return found


def _faults(
    row: CadreRow, organisations: dict[str, int], areas: set[str], foreign: set[str], seen: dict[str, int]
) -> Iterator[tuple[str, str]]:
    """Fields of a row that refer to nothing, or to what is another's, with what is wrong."""
    if row.organisation not in organisations:
        yield "organisation", _("No organisation has this name; add it first, or correct the name.")
    if row.near and row.near not in areas:
        yield "near", _("No area has this code.")
    if row.number in seen:
        yield "number", _("Row %(row)s has this number already.") % {"row": seen[row.number]}
    if row.number in foreign:
        yield "number", _("This number belongs to a cadre of another county.")
    if row.capacity is not None and row.capacity < 1:
        yield "capacity", _("At least one household, or nothing.")


def _cadre(row: CadreRow, organisation: int, county: Area, today: date) -> Cadre:
    return Cadre(
        number=row.number,
        name=row.name,
        sex=row.sex,
        phone=row.phone,
        organisation_id=organisation,
        county=county,
        rank=row.rank,
        post=row.post,
        near_id=row.near or None,
        skills=list(row.skills),
        languages=list(row.languages),
        capacity=row.capacity,
        serves_from=row.serves_from or today,
    )


def _differs(row: Cadre, there: Cadre) -> bool:
    return any(getattr(row, name) != getattr(there, name) for name in FIELDS)


@transaction.atomic
def leave(cadre: Cadre, day: date, why: str, *, by: User, at: datetime | None = None) -> int:
    """A cadre leaves on a day; the pairings end with it. Number of households that lose this helper. Raises Refused."""
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
    """Add a cadre (without a key) or change one. Raises Refused, ValidationError."""
    require(by, ARRANGE_HELP, cadre.county_id)
    before = Cadre.objects.select_for_update().filter(pk=cadre.pk).first()
    for name, value in values.items():
        setattr(cadre, name, value)
    cadre.full_clean()
    changed = sorted(name for name in values if before is None or getattr(before, name) != getattr(cadre, name))
    cadre.save()
    if changed:
        action = "assistance.cadre_changed" if before else "assistance.cadre_added"
        _tell(action, cadre, {"fields": changed}, by, "", at)
    return cadre


def _tell(action: str, cadre: Cadre, told: dict[str, Any], by: User | System, why: str, at: datetime | None) -> None:
    record(Decision(action, "cadre", cadre.number, cadre.county_id, why=why, values=told), by=by, at=at)
