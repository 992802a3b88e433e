"""What the sheets of a file hold: where the headers stand, which column is which field, what a row is.

Three layouts are understood, in any mixture of sheets: one row per person with the household's and the survey's
columns repeated (national export, also as CSV); sheets of households, members and surveys (our template, Chinese or
English); and a sheet of households that carries the survey's columns too.
"""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from jingzhun.registry import dictionary
from jingzhun.registry.dictionary import Field, fold

from .official import CODE_SHEETS
from .problems import WorkbookRefused, cell_name
from .reader import Book, Sheet

HEADER_WITHIN = 20  # rows from the top; merged titles stand above
FEWEST_HEADERS = 2
AREA_FIELDS = ("area_code", "province", "city", "county", "town", "village", "group")
LOOKED_AT = 60  # rows read to find the headers


class Rows(StrEnum):
    """What one row of a sheet stands for."""

    PERSONS = "persons"
    HOUSEHOLDS = "households"
    SURVEYS = "surveys"


@dataclass
class Table:
    """A sheet with its header row and columns. `columns` maps (sheet of the dictionary, field) to the column index."""

    sheet: Sheet
    position: int
    rows: Rows
    header_row: int
    headers: list[str]
    columns: dict[tuple[str, str], int]
    ignored: list[str] = field(default_factory=list)

    def fields(self, kind: str) -> list[Field]:
        """Fields of one kind (household, member, survey) that the sheet has, in the dictionary's order."""
        return [each for each in dictionary.fields(kind) if (kind, each.name) in self.columns]

    def has(self, kind: str, name: str) -> bool:
        return (kind, name) in self.columns


@dataclass
class Layout:
    """The tables of a file and what was left aside, as warnings (code, params)."""

    tables: list[Table]
    warnings: list[tuple[str, dict[str, Any]]]

    def has(self, kind: str, name: str) -> bool:
        """Whether any sheet has the field."""
        return any(table.has(kind, name) for table in self.tables)


def understand(book: Book) -> Layout:
    """Find the register's tables in a file. Raises WorkbookRefused naming sheet and cell."""
    tables, warnings = [], list(book.warnings)
    for position, sheet in enumerate(book.sheets):
        table = _table(sheet, position)
        if table is None:
            if sheet.name not in CODE_SHEETS:
                warnings.append(("sheet_ignored", {"sheet": sheet.name}))
            continue
        tables.append(table)
        if sheet.hidden:
            warnings.append(("hidden_sheet", {"sheet": sheet.name}))
        if table.ignored:
            warnings.append(("columns_ignored", {"sheet": sheet.name, "columns": "、".join(table.ignored)}))
    if not tables:
        raise WorkbookRefused("no_table")
    _require_identity(tables)
    _require_alike(tables)
    return Layout(tables, warnings)


def _table(sheet: Sheet, position: int) -> Table | None:
    row, headers = _header_row(sheet)
    known = _by_header()
    if sum(fold(header) in known for header in headers) < FEWEST_HEADERS:
        return None
    rows = _kind_of_rows(headers)
    if rows is None:
        return None
    columns: dict[tuple[str, str], int] = {}
    ignored = []
    for index, header in enumerate(headers):
        found = _field_for(header, rows)
        if found is None:
            ignored += [header] if header else []
            continue
        key = (found.sheet, found.name)
        if key in columns:
            cells = {"first": cell_name(row, columns[key]), "second": cell_name(row, index)}
            raise WorkbookRefused("duplicate_column", sheet=sheet.name, column=header, **cells)
        columns[key] = index
    return Table(sheet, position, rows, row, headers, columns, ignored)


def _header_row(sheet: Sheet) -> tuple[int, list[str]]:
    """The row among the first that has most known headers, with their texts."""
    known, best, row, headers = _by_header(), 0, 0, []
    for seen, (number, cells) in enumerate(sheet.rows()):
        if seen >= LOOKED_AT or number > HEADER_WITHIN:
            break
        texts = [_header_text(sheet.decode(cell)) for cell in cells]
        count = len({fold(text) for text in texts if text} & known.keys())
        if count > best:
            best, row, headers = count, number, texts
    return row, headers


def _header_text(cell: Any) -> str:
    """A header without its line breaks and the star that marks a required column."""
    if not isinstance(cell, str):
        return ""
    return ("" if not cell.isascii() else " ").join(cell.split()).strip("*＊ ")


@cache
def _by_header() -> dict[str, list[Field]]:
    found: dict[str, list[Field]] = {}
    for each in dictionary.fields():
        for header in each.headers:
            listed = found.setdefault(fold(header), [])
            if each not in listed:
                listed.append(each)
    return found


def _kind_of_rows(headers: list[str]) -> Rows | None:
    """Persons where there are names or person numbers; else households or surveys, by the majority of columns."""
    candidates = [_by_header().get(fold(header), []) for header in headers]
    names = {(each.sheet, each.name) for fields in candidates for each in fields}
    if names & {("member", "name"), ("member", "id_number"), ("member", "relation")}:
        return Rows.PERSONS
    if ("household", "number") not in names:
        return None
    kinds = Counter(fields[0].sheet for fields in candidates if len(fields) == 1)
    own = kinds["household"] - (("household", "number") in names)
    return Rows.SURVEYS if ("survey", "year") in names and not own else Rows.HOUSEHOLDS


def _field_for(header: str, rows: Rows) -> Field | None:
    """The field of a header; where two fields share a wording, the one that belongs to such rows."""
    found = _by_header().get(fold(header), [])
    order = {
        Rows.PERSONS: ("member", "household", "survey"),
        Rows.HOUSEHOLDS: ("household", "survey"),
        Rows.SURVEYS: ("survey", "household"),
    }[rows]
    fitting = [each for kind in order for each in found if each.sheet == kind]
    return fitting[0] if fitting else None


def _require_identity(tables: list[Table]) -> None:
    """Each sheet must tell which household a row belongs to, and who a person is."""
    for table in tables:
        where = {"sheet": table.sheet.name, "row": table.header_row}
        if table.rows == Rows.PERSONS:
            if not (table.has("member", "name") or table.has("member", "number")):
                raise WorkbookRefused("missing_column", header="member.name", **where)
            if not _persons_grouped(table):
                raise WorkbookRefused("no_identity", header="household.number", **where)
        elif not table.has("household", "number"):
            raise WorkbookRefused("missing_column", header="household.number", **where)


def _require_alike(tables: list[Table]) -> None:
    """Sheets of one kind have the same columns: a column that only some have would be emptied by the others."""
    first: dict[Rows, Table] = {}
    for table in tables:
        other = first.setdefault(table.rows, table)
        if differing := table.columns.keys() ^ other.columns.keys():
            names = "、".join(dictionary.field(*key).header for key in sorted(differing))
            raise WorkbookRefused("sheets_differ", sheet=table.sheet.name, other=other.sheet.name, columns=names)


def _persons_grouped(table: Table) -> bool:
    """By a number, or by the head's row that begins each household of a village."""
    village = table.has("household", "village") or table.has("household", "area_code")
    numbered = table.has("household", "number") or table.has("member", "number")
    return numbered or (table.has("member", "relation") and village)
