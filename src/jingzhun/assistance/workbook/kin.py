"""The second sheet of the workbook of cadres: where they have kin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from jingzhun.registry.workbook.cells import read_text
from jingzhun.registry.workbook.problems import Fault, cell_name
from jingzhun.registry.workbook.reader import Sheet

HEADS: Mapping[str, str | Promise] = {
    "number": gettext_lazy("Staff number"),
    "place": gettext_lazy("Number of the household, or code of the village, with kin"),
    "note": gettext_lazy("Note"),
}
LENGTHS = {"number": 20, "place": 20, "note": 200}


@dataclass(frozen=True)
class KinRow:
    """A row: whose kin, a household's number or a village's code; the columns by name, to name a cell."""

    sheet: str
    row: int
    number: str
    place: str
    note: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)


def cell_of(row: KinRow, name: str) -> str:
    """The cell of a row's column, as B7."""
    return cell_name(row.row, row.columns.get(name))


def kin_rows(
    sheet: Sheet, rows: Iterator[tuple[int, tuple[Any, ...]]], columns: Mapping[str, int]
) -> Iterator[KinRow | tuple[int, str, Any]]:
    """Rows of the sheet; for a cell that cannot be taken the row, the column's name and its value or fault."""
    for number, raw in rows:
        cells = [sheet.decode(cell) for cell in raw]
        if all(cell in (None, "") for cell in cells):
            continue
        found = {
            name: read_text(cells[index] if index < len(cells) else None, LENGTHS[name])
            for name, index in columns.items()
        }
        wrong = [
            name
            for name, value in found.items()
            if isinstance(value, Fault) or (name != "note" and value in (None, ""))
        ]
        if wrong:
            yield number, wrong[0], found[wrong[0]]
            continue
        texts = {name: str(value or "") for name, value in found.items()}
        yield KinRow(sheet.name, number, columns=columns, **texts)
