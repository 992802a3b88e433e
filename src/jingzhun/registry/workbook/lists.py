"""Lists as workbooks: one sheet, heads that stay in sight and can be filtered, a row for each line of the screen."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from .book import new_book

MONEY, SHARE = "#,##0.00", "0.00%"
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


class Head(NamedTuple):
    """A column: what stands above it, how wide it is in signs, and how its numbers with decimals are written."""

    text: str
    width: int = 16
    numbers: str = MONEY


def write_list(
    target: BinaryIO,
    sheet_name: str,
    heads: Sequence[Head],
    rows: Iterable[Sequence[Any]],
    *,
    fixed: int = 0,
) -> int:
    """Write rows as they come; gives their number. Numbers and days stay such; a text is one, whatever it begins with.

    `fixed`: columns that stay in sight.
    """
    number = 0
    with new_book(target) as book:
        sheet = book.add_worksheet(sheet_name)
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        styles = {
            name: book.add_format({"num_format": name}) for name in {DAY, MOMENT, *(head.numbers for head in heads)}
        }
        sheet.freeze_panes(1, fixed)
        for position, head in enumerate(heads):
            sheet.set_column(position, position, head.width)
            sheet.write_string(0, position, head.text, bold)
        for number, row in enumerate(rows, 1):
            for position, (head, value) in enumerate(zip(heads, row, strict=True)):
                _write(sheet, number, position, value, head, styles)
        sheet.autofilter(0, 0, number, len(heads) - 1)
    return number


def _write(sheet: Any, row: int, position: int, value: Any, head: Head, styles: dict[str, Any]) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, position, value.replace(tzinfo=None), styles[MOMENT])
    elif isinstance(value, date):
        sheet.write_datetime(row, position, value, styles[DAY])
    elif isinstance(value, Decimal):
        sheet.write_number(row, position, float(value), styles[head.numbers])
    elif isinstance(value, int):
        sheet.write_number(row, position, value)
    elif value:
        sheet.write_string(row, position, str(value))
