"""Refused rows as a workbook: the user's own rows and columns, faulty cells marked, the reason beside them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import translation
from django.utils.translation import gettext as _

from .book import new_book
from .cells import EXACT_DIGITS, Odd, plain
from .problems import WorkbookRefused, words
from .reader import Sheet, opened

WIDTH, REASON_WIDTH = 14, 70


@dataclass
class RefusedRow:
    """Why a row was refused: texts for the whole row, and for single cells by column index."""

    reasons: list[str] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def text(self) -> str:
        return "\n".join(dict.fromkeys(self.reasons))


Refused = dict[int, dict[int, RefusedRow]]  # by position of the sheet and row number


def write(source: Path, tables: Iterable[dict[str, Any]], refused: Refused, target: BinaryIO) -> int:
    """Copy the refused rows of a file with what is wrong; number of rows. Raises WorkbookRefused."""
    written = 0
    with opened(source) as book, new_book(target) as out:
        styles = {
            "head": out.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "bad": out.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"}),
            "reason": out.add_format({"text_wrap": True, "valign": "top", "font_color": "#9C0006"}),
            "text": out.add_format({"num_format": "@"}),
        }
        for table in tables:
            rows = refused.get(table["position"])
            if rows:
                sheet = out.add_worksheet(_sheet_name(table["sheet"]))
                written += _copy(book.sheets[table["position"]], table, rows, sheet, styles)
        if not written:
            raise WorkbookRefused("no_rows")
    return written


def _copy(source: Sheet, table: dict[str, Any], rows: dict[int, RefusedRow], sheet: Any, styles: Any) -> int:
    own = [i for i, header in enumerate(table["headers"]) if not _is_reason(header)]
    width = len(own)
    sheet.set_column(0, width - 1, WIDTH)
    sheet.set_column(width, width, REASON_WIDTH)
    sheet.freeze_panes(1, 0)
    for index, header in enumerate([*(table["headers"][i] for i in own), _("Reason of refusal")]):
        sheet.write_string(0, index, header, styles["head"])
    line = 0
    for number, raw in source.rows(own):
        found = rows.get(number)
        if found is None:
            continue
        line += 1
        for index, (origin, cell) in enumerate(zip(own, raw, strict=True)):
            _write(sheet, line, index, source.decode(cell), found.cells.get(origin), styles)
        sheet.write_string(line, width, found.text or words("refused_with_household", {}), styles["reason"])
    return line


def _write(sheet: Any, line: int, index: int, cell: Any, faults: list[str] | None, styles: Any) -> None:
    """The cell as it was: numbers stay numbers, text stays text, what Excel destroyed stays destroyed."""
    style = styles["bad"] if faults else None
    if isinstance(cell, Odd):
        cell = cell.text
    if isinstance(cell, bool):
        sheet.write_boolean(line, index, cell, style)
    elif isinstance(cell, int | Decimal) and Decimal(cell).adjusted() < EXACT_DIGITS:
        sheet.write_number(line, index, float(cell), style)
    elif isinstance(cell, date | timedelta):
        sheet.write_string(line, index, str(cell)[:10], style or styles["text"])
    elif cell is not None and cell != "":
        text = plain(cell) if isinstance(cell, Decimal) else str(cell)
        sheet.write_string(line, index, text[:32767], style or styles["text"])
    elif style is not None:
        sheet.write_blank(line, index, None, style)
    if faults:
        sheet.write_comment(line, index, "\n".join(dict.fromkeys(faults)), {"x_scale": 2})


def _is_reason(header: str) -> bool:
    """Whether a column holds the reasons of an earlier refusal, in whichever language: a corrected file has it."""
    wordings = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            wordings.append(_("Reason of refusal"))
    return header in wordings


def _sheet_name(name: str) -> str:
    """A name that a workbook may have: 31 characters, none of the forbidden ones."""
    return "".join("_" if char in "[]:*?/\\" else char for char in name)[:31].strip("'") or "1"
