"""The grid of targets as a workbook, out and in again: one row for each area and year."""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, BinaryIO

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.policy.models import Plan
from jingzhun.policy.queries.plan import grid_of, towns_of, years_of
from jingzhun.policy.rules.plan import Counts
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.lists import Head, write_list
from jingzhun.registry.workbook.small import first_sheet

MOST_ROWS, MOST_FAULTS, LONGEST = 5_000, 20, 8


def write_targets(plan: Plan, target: BytesIO) -> int:
    """Write every area and year, those without a target empty; gives the number of rows."""
    grid = grid_of(plan)
    heads = [Head(text, width) for text, width in zip(_heads(), (14, 16, 8, 12, 12, 14), strict=True)]
    return write_list(target, _("Targets"), heads, _lines(plan, grid, towns_of(plan)), fixed=2)


def _heads() -> list[str]:
    return [_("Area code"), _("Area"), _("Year"), _("Households"), _("Persons"), _("Poor villages")]


def _lines(plan: Plan, grid: dict[tuple[str, int], Counts], towns: list[Area]) -> Iterator[list[Any]]:
    for area in (plan.area, *towns):
        for year in years_of(plan):
            found = grid.get((area.code, year))
            counts: list[Any] = [found.households, found.persons, found.villages] if found else [""] * 3
            yield [area.code, area.short_name, year, *counts]


def read_targets(file: BinaryIO, size: int) -> dict[tuple[str, int], Counts]:
    """The grid of a workbook. Rows without any number have no target. Raises Refused naming each row that is wrong."""
    if not size:
        raise Refused.because(_("The file is empty."), "file")
    return _grid(first_sheet(file, size, MOST_ROWS, _("The file is too large for a table of targets.")))


def _grid(lines: Iterable[tuple[int, list[str]]]) -> dict[tuple[str, int], Counts]:
    found: dict[tuple[str, int], Counts] = {}
    faults: list[str | Promise] = []
    for number, cells in lines:
        cells = [*cells, "", "", "", "", "", ""][:6]
        if not (cells[0].isdecimal() and cells[0].isascii()):
            if number > 1 and any(cells):
                faults.append(_("Row %(row)s: the first column holds no area code.") % {"row": number})
            continue
        _take(found, faults, number, cells)
    if faults:
        left = len(faults) - MOST_FAULTS
        more = [_("… and %(n)s more.") % {"n": left}] if left > 0 else []
        raise Refused({"file": [*faults[:MOST_FAULTS], *more]})
    if not found:
        raise Refused.because(_("No row has an area code, a year and numbers."), "file")
    return found


def _take(found: dict[tuple[str, int], Counts], faults: list[str | Promise], number: int, cells: Sequence[str]) -> None:
    code, _name, year, *counts = cells
    told = {"row": number, "value": year}
    if not (year.isascii() and year.isdecimal() and len(year) == 4):
        faults.append(_("Row %(row)s: “%(value)s” is no year.") % told)
        return
    if not any(counts):
        return
    for value in counts:
        if value and not (value.isascii() and value.isdecimal() and len(value) <= LONGEST):
            faults.append(_("Row %(row)s: “%(value)s” is no whole number.") % (told | {"value": value[:20]}))
            return
    if (code, int(year)) in found:
        faults.append(_("Row %(row)s: this area and year stand there twice.") % told)
        return
    found[code, int(year)] = Counts(*(int(value or 0) for value in counts))
