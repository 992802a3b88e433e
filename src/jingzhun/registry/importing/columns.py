"""A column of a sheet: raw cells become text for COPY, each different cell understood once."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from jingzhun.registry.dictionary import Field
from jingzhun.registry.workbook import cells
from jingzhun.registry.workbook.problems import Fault
from jingzhun.registry.workbook.reader import Sheet

NULL = "\\N"
EMPTY_BYTES = "\\\\x"
REMEMBERED = 20_000  # different cells of a column; beyond, the memory is cleared
AMOUNTS_REMEMBERED = 1_000  # too many different ones, and quick to read
NUMBERS = {"household": 17, "member": 19}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def rendered(value: Any) -> str:
    """A value in COPY's text format."""
    if isinstance(value, str):
        return value if value.isalnum() else value.translate(ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    if isinstance(value, bytes):
        return EMPTY_BYTES + value.hex()
    return (
        value.isoformat()
        if isinstance(value, date)
        else format(value, "f")
        if isinstance(value, Decimal)
        else str(value)
    )


class Heading(NamedTuple):
    """A column of a sheet, for whoever reads it. `nothing`: an empty cell for COPY; `longest`: characters of a text."""

    field: Field
    column: int
    nothing: str
    longest: int | None

    @property
    def code_list(self) -> str:
        """The list in whose words a message tells what was read from a cell; empty where it is told as it is."""
        return self.field.code_list if self.field.kind == "code" else ""


class Column(dict[Any, "str | Fault"]):
    """The cells of one field in one sheet: `column[raw]` is the cell for COPY, or what is wrong with it."""

    def __init__(self, heading: Heading, sheet: Sheet) -> None:
        super().__init__()
        self._decode, self.nothing = sheet.decode, heading.nothing
        self._amount = sheet.amount if heading.field.kind in ("money", "decimal") else None
        self._short = len(str(heading.field.high)) + 2  # characters of an amount that is surely below what can be
        self._parse = _parser(heading.field, heading.longest)

    def __missing__(self, raw: Any) -> str | Fault:
        if self._amount and (text := self._amount(raw)) and len(text) <= self._short:
            if len(self) < AMOUNTS_REMEMBERED:
                self[raw] = text
            return text
        cell = self._decode(raw)
        if isinstance(cell, cells.Odd):
            value: Any = Fault.of(cell.code, value=cell.text)
        else:
            value = None if cell is None or cell == "" else self._parse(cell)
        if len(self) >= REMEMBERED:
            self.clear()
        found = self.nothing if value is None else value if isinstance(value, Fault) else rendered(value)
        self[raw] = found
        return found


def _parser(field: Field, longest: int | None) -> cells.Parser:
    if field.name == "number" and field.sheet in NUMBERS:
        return cells.read_key if field.sheet == "household" else lambda cell: cells.read_register_number(cell, 19)
    return cells.parser(field, longest)
