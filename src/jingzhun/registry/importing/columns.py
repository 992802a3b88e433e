"""A column of a sheet: raw cells become text for COPY, each different cell understood once."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from jingzhun.registry import dictionary
from jingzhun.registry.dictionary import Field
from jingzhun.registry.workbook import cells
from jingzhun.registry.workbook.problems import Fault
from jingzhun.registry.workbook.reader import Sheet

from .staging import live_columns

NULL = "\\N"
EMPTY_BYTES = "\\\\x"
REMEMBERED = 20_000  # different cells of a column; beyond, the memory is cleared
NUMBERS = {"household": 17, "member": 19}
# Fields without a live column of their own kind: kept as the file says it.
PLAIN = frozenset({"id_number", "phone", "account"})
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


def nothing(kind: str, name: str) -> str:
    """What an empty cell of a field is in COPY's text format: NULL where the column knows it, else empty."""
    column = live_columns(kind).get(name)
    if name in PLAIN or (column is None and name not in ("registered_on", "exit_year")):
        return ""
    if isinstance(column, ArrayField):
        return "{}"
    return NULL if column is None or column.null else ""


class Column(dict[Any, "str | Fault"]):
    """The cells of one field in one sheet: `column[raw]` is the cell for COPY, or what is wrong with it."""

    def __init__(self, field: Field, index: int, sheet: Sheet) -> None:
        super().__init__()
        self.field, self.index, self._decode = field, index, sheet.decode
        self._amount = sheet.amount if field.kind in ("money", "decimal") else None
        self.nothing = nothing(field.sheet, field.name)
        self._parse = self._parser()

    def _parser(self) -> cells.Parser:
        field = self.field
        if field.name == "number" and field.sheet in NUMBERS:
            return cells.read_key if field.sheet == "household" else lambda cell: cells.read_register_number(cell, 19)
        model = live_columns(field.sheet).get(field.name)
        longest = model.max_length if isinstance(model, models.CharField) else None
        return cells.parser(field, longest if longest is not None or field.kind != "text" else 100)

    def quote(self, raw: Any) -> str:
        """The cell's own text."""
        value = self._decode(raw)
        return "" if value is None else cells.text_of(value)

    def spoken(self, text: str) -> str:
        """What was read from a cell, as a message tells it."""
        return dictionary.label(self.field.code_list, text) if self.field.kind == "code" else text

    def __missing__(self, raw: Any) -> str | Fault:
        if self._amount and (text := self._amount(raw)):
            return text  # amounts are too many different ones to be remembered, and quick to read
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
