"""Reads a department's list of who received a benefit: a column of ID numbers or of household numbers, and beside it
the amount and the day. What cannot be read is told with its cell; nothing is guessed."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.registry.dictionary import fold
from jingzhun.registry.rules.ids import mask
from jingzhun.registry.workbook.cells import read_date, read_decimal, read_id_text, read_register_number, text_of
from jingzhun.registry.workbook.problems import Fault, WorkbookRefused, cell_name
from jingzhun.registry.workbook.reader import Sheet, opened

from .dictionary import DATA

HEADER_WITHIN = 20  # rows from the top; merged titles stand above
MOST_ROWS = 200_000
KEYS = ("id", "household")


@dataclass(frozen=True)
class ListedRow:
    """One row: where it stands, whom it names, and what they received."""

    sheet: str
    row: int
    cell: str  # of the number that names somebody
    id_number: str = ""
    household: str = ""
    amount: Decimal | None = None
    day: date | None = None

    @property
    def shown(self) -> str:
        return mask(self.id_number) if self.id_number else self.household


@dataclass(frozen=True)
class BadRow:
    """A cell that cannot be taken."""

    sheet: str
    row: int
    cell: str
    value: str
    problem: str


@dataclass
class ReceiptList:
    """What a file holds. `digest` names the file: the same one is not taken twice."""

    digest: str
    rows: list[ListedRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def read_receipts(path: Path) -> ReceiptList:
    """Read a file of any of the formats of the register's import. Raises WorkbookRefused."""
    read = ReceiptList(hashlib.sha256(path.read_bytes()).hexdigest()[:16])
    with opened(path) as book:
        found = [_read_sheet(sheet, read) for sheet in book.sheets]
        if not any(found):
            raise WorkbookRefused("missing_column", sheet=book.sheets[0].name, row=1, column=_("ID number"))
    if not read.rows and not read.bad:
        raise WorkbookRefused("no_rows")
    return read


def _read_sheet(sheet: Sheet, read: ReceiptList) -> bool:
    """Whether the sheet has a header that names somebody."""
    rows = iter(sheet.rows())
    columns = _header(sheet, rows)
    if columns is None:
        return False
    for number, cells in rows:
        decoded = [sheet.decode(cell) for cell in cells]
        if any(cell not in (None, "") for cell in decoded):
            _read_row(sheet.name, number, decoded, columns, read)
        if len(read.rows) > MOST_ROWS:
            raise WorkbookRefused("too_long", sheet=sheet.name, limit=MOST_ROWS)
    return True


def _header(sheet: Sheet, rows: Iterator[tuple[int, tuple[Any, ...]]]) -> dict[str, int] | None:
    """The column of each field."""
    for number, cells in rows:
        texts = [text_of(sheet.decode(cell)).strip("*＊ ") if cell is not None else "" for cell in cells]
        found: dict[str, int] = {}
        for index, text in enumerate(texts):
            if name := _aliases().get(fold(text)):
                found.setdefault(name, index)
        if found.keys() & set(KEYS):
            return found
        if number >= HEADER_WITHIN:
            return None
    return None


def _read_row(sheet: str, number: int, cells: list[Any], columns: dict[str, int], read: ReceiptList) -> None:
    key = next(name for name in KEYS if name in columns)
    values: dict[str, Any] = {}
    for name, index in columns.items():
        cell = cells[index] if index < len(cells) else None
        found = _parsed(name, cell) if cell not in (None, "") else None
        if name == key and found is None:
            found = Fault.of("missing", column=_("ID number") if key == "id" else _("Household number"))
        if isinstance(found, Fault):
            shown = text_of(cell)[:40] if cell is not None else ""
            read.bad.append(BadRow(sheet, number, cell_name(number, index), shown, str(found)))
            return
        values[name] = found
    read.rows.append(
        ListedRow(
            sheet,
            number,
            cell_name(number, columns[key]),
            (values.get("id") or "") if key == "id" else "",
            (values.get("household") or "") if key == "household" else "",
            values.get("amount"),
            values.get("day"),
        )
    )


def _parsed(name: str, cell: Any) -> Any:
    if name == "id":
        return read_id_text(cell)
    if name == "household":
        return read_register_number(cell, 17)
    return read_date(cell) if name == "day" else read_decimal(cell, 10, negative=False)


@cache
def _aliases() -> dict[str, str]:
    with (DATA / "receipt_headers.csv").open(encoding="utf-8", newline="") as file:
        return {fold(row["header"]): row["field"] for row in csv.DictReader(file)}
