"""Reads the list of a department: any sheet with a column of ID numbers, and what the row says beside it.

An ID number that cannot be a person's, or that Excel destroyed, is told with its cell; nothing is guessed.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.registry.dictionary import fold
from jingzhun.registry.rules.ids import Problem, read_id
from jingzhun.registry.workbook.cells import read_id_text, text_of
from jingzhun.registry.workbook.problems import Fault, WorkbookRefused, cell_name, words
from jingzhun.registry.workbook.reader import Sheet, opened

from .actions.crosscheck import Listed

HEADERS = Path(__file__).parent / "data" / "list_headers.csv"
HEADER_WITHIN = 20  # rows from the top; merged titles stand above
LONGEST_DETAIL = 200


@dataclass(frozen=True)
class BadCell:
    """A cell that cannot be taken: where it is, what it holds, what is wrong with it."""

    sheet: str
    row: int
    cell: str
    value: str
    problem: str


@dataclass
class ListRead:
    """What a file holds: the rows, the cells that are wrong, and under which headers they were found."""

    rows: list[Listed] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)


def read_list(path: Path) -> ListRead:
    """Read a file of any of the formats of the register's import. Raises WorkbookRefused."""
    read = ListRead()
    with opened(path) as book:
        for sheet in book.sheets:
            _read_sheet(sheet, read)
    if not read.headers:
        raise WorkbookRefused("missing_column", sheet=book.sheets[0].name, row=1, column=_("ID number"))
    return read


def _read_sheet(sheet: Sheet, read: ListRead) -> None:
    rows = iter(sheet.rows())
    found = _header(sheet, rows)
    if found is None:
        return
    id_column, details, headers = found
    read.headers += headers
    for number, cells in rows:
        decoded = [sheet.decode(cell) for cell in cells]
        if any(cell not in (None, "") for cell in decoded):
            _read_row(sheet, number, decoded, (id_column, details), read)


def _header(sheet: Sheet, rows: Iterator[tuple[int, tuple[Any, ...]]]) -> tuple[int, list[int], list[str]] | None:
    """Column of the ID number, columns that say something, and their headers."""
    for number, cells in rows:
        texts = [_text(sheet.decode(cell)).strip("*＊ ") for cell in cells]
        kinds = [_aliases().get(fold(text), "") for text in texts]
        if "id" in kinds:
            details = [index for index, kind in enumerate(kinds) if kind == "detail"]
            id_column = kinds.index("id")
            return id_column, details, [texts[index] for index in (id_column, *details)]
        if number >= HEADER_WITHIN:
            return None
    return None


def _read_row(sheet: Sheet, number: int, cells: list[Any], columns: tuple[int, list[int]], read: ListRead) -> None:
    id_column, details = columns
    cell = cells[id_column] if id_column < len(cells) else None
    found = read_id_text(cell)
    problem = str(found) if isinstance(found, Fault) else id_problem(found or "")
    if problem or not isinstance(found, str):
        where = cell_name(number, id_column)
        read.bad.append(BadCell(sheet.name, number, where, _text(cell)[:40], problem))
        return
    said = [_text(cells[index]) for index in details if index < len(cells)]
    read.rows.append(Listed(number, found, "；".join(filter(None, said))[:LONGEST_DETAIL]))


def id_problem(text: str) -> str:
    """Why nobody can be found by a text as an ID number; empty for one that is sound."""
    facts = read_id(text)
    if facts.problem == Problem.MISSING:
        return words("missing", {"column": _("ID number")})
    if facts.problem == Problem.PLACEHOLDER:
        return _("This is a placeholder and no ID number; nobody can be found by it.")
    return words(f"id_{facts.problem}", {"length": len(text)}) if facts.problem.blocks else ""


def _text(cell: Any) -> str:
    return text_of(cell).strip() if cell is not None else ""


@cache
def _aliases() -> dict[str, str]:
    with HEADERS.open(encoding="utf-8", newline="") as file:
        return {fold(row["header"]): row["field"] for row in csv.DictReader(file)}
