"""The register as files in the layouts that the importer reads: what goes out comes back unchanged.

Three forms: the national layout as a workbook or as CSV (one row per person; a household's survey on its first row),
and our own workbook (sheets of households and members, the code lists behind drop-downs). Rows are written as they
come, in constant memory.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from jingzhun.registry import dictionary

from .book import new_book
from .cells import plain
from .official import NAMES, Key, header, household_columns, member_columns, national_columns
from .template import start_own, write_headers
from .wording import guarded, wording

EXCEL_ROWS = 1_048_576
SPARE_ROWS = 1_000  # below the last person, for those to be added
REPORT_EVERY = 2_000


@dataclass(frozen=True, slots=True)
class Exported:
    """A household on its way out. `shared`: values of its own columns and its survey's, by key; `members`: theirs."""

    shared: dict[Key, Any]
    members: Sequence[dict[Key, Any]]


@dataclass
class Written:
    """What a file holds; `left_out` are households without members, which a layout by persons cannot show."""

    households: int = 0
    persons: int = 0
    left_out: int = 0


class TooLong(Exception):
    """There are more persons than rows of a sheet."""


Progress = Callable[[int], None]
PutRow = Callable[[int, Sequence[Any]], None]


def write_national(
    target: BinaryIO, households: Iterable[Exported], language: str, *, personal: bool, progress: Progress
) -> Written:
    """A workbook in the national layout."""
    keys = national_columns(personal=personal)
    with new_book(target) as book:
        sheet = book.add_worksheet(NAMES[language].title[:31])
        sheet.write_string(0, 0, NAMES[language].title, book.add_format({"bold": True, "font_size": 14}))
        write_headers(book, sheet, keys, language, 1)
        sheet.freeze_panes(2, 9)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        return _persons(households, keys, language, lambda row, cells: _put(sheet, row + 1, cells, day), progress)


def write_csv(
    target: BinaryIO, households: Iterable[Exported], language: str, *, personal: bool, progress: Progress
) -> Written:
    """The national layout as CSV: UTF-8 with its mark, so that office programs read the characters."""
    keys = national_columns(personal=personal)
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    out = csv.writer(text)
    out.writerow([header(key, language) for key in keys])
    written = _persons(households, keys, language, lambda _row, cells: out.writerow(map(_said, cells)), progress)
    text.detach()
    return written


def write_own(
    target: BinaryIO, households: Iterable[Exported], language: str, *, personal: bool, rows: int, progress: Progress
) -> Written:
    """Our own workbook. `rows`: how many persons there will be, for the drop-downs' reach."""
    of_households, of_members = household_columns(personal=personal), member_columns(personal=personal)
    worded, told = _wordings(of_households, language), _wordings(of_members, language)
    written = Written()
    with new_book(target) as book:
        first, second = start_own(book, language, of_households, of_members, min(rows + SPARE_ROWS, EXCEL_ROWS - 1))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for household in households:
            written.households += 1
            _put(first, written.households, [say(household.shared.get(key)) for key, say in worded], day)
            for member in household.members:
                written.persons += 1
                shown = member | {("household", "number"): household.shared["household", "number"]}
                _put(second, written.persons, [say(shown.get(key)) for key, say in told], day)
                if written.persons % REPORT_EVERY == 0:
                    progress(written.persons)
    return written


def _persons(
    households: Iterable[Exported], keys: tuple[Key, ...], language: str, put: PutRow, progress: Progress
) -> Written:
    """One row per person: the household's columns on each, the survey's on the first of the household."""
    written, worded = Written(), _wordings(keys, language)
    shared = [(at, key, say) for at, (key, say) in enumerate(worded) if key[0] != "member"]
    repeated = [at for at, key, _say in shared if key[0] == "household"]
    own = [(at, key, say) for at, (key, say) in enumerate(worded) if key[0] == "member"]
    for household in households:
        if not household.members:
            written.left_out += 1
            continue
        written.households += 1
        first: list[Any] = [None] * len(keys)
        for at, key, say in shared:
            first[at] = say(household.shared.get(key))
        other: list[Any] = [None] * len(keys)
        for at in repeated:
            other[at] = first[at]
        for place, member in enumerate(household.members):
            cells = first if place == 0 else other
            for at, key, say in own:
                cells[at] = say(member[key])
            written.persons += 1
            put(written.persons, cells)
            if written.persons % REPORT_EVERY == 0:
                progress(written.persons)
    return written


def _wordings(keys: tuple[Key, ...], language: str) -> list[tuple[Key, Callable[[Any], Any]]]:
    return [(key, wording(dictionary.field(*key), language)) for key in keys]


def _put(sheet: Any, row: int, cells: Sequence[Any], day: Any) -> None:
    """A row of a sheet. Raises TooLong below the last row that a sheet can have."""
    if row >= EXCEL_ROWS:
        raise TooLong(row)
    for position, cell in enumerate(cells):
        if cell is None:
            continue
        if isinstance(cell, str):
            sheet.write_string(row, position, cell)
        elif isinstance(cell, date):
            sheet.write_datetime(row, position, cell, day)
        else:
            sheet.write_number(row, position, cell)


def _said(cell: Any) -> str:
    """A cell of a CSV."""
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else plain(Decimal(repr(cell))) if isinstance(cell, float) else str(cell)
