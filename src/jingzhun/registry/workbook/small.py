"""Small tables that somebody uploads: the first sheet as texts."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO

from django.utils.functional import Promise

from jingzhun.registry.rules.refusals import Refused

from .problems import WorkbookRefused
from .reader import opened

LARGEST = 5 * 1024**2  # bytes


def first_sheet(file: BinaryIO, size: int, most_rows: int, too_large: str | Promise) -> list[tuple[int, list[str]]]:
    """Number and cells of each row of the first sheet, at most so many. Raises Refused for the field `file`."""
    if size > LARGEST:
        raise Refused.because(too_large, "file")
    with NamedTemporaryFile(suffix=".xlsx") as kept:
        kept.write(file.read(LARGEST + 1))
        kept.flush()
        try:
            with opened(Path(kept.name)) as book:
                return _rows(book.sheets[0], most_rows) if book.sheets else []
        except WorkbookRefused as refused:
            raise Refused.because(str(refused), "file") from refused


def _rows(sheet: Any, most: int) -> list[tuple[int, list[str]]]:
    found = []
    for number, raw in sheet.rows():
        if number > most:
            break
        found.append((number, [plain(sheet.decode(cell)) for cell in raw]))
    return found


def plain(value: Any) -> str:
    """A cell as text; 610426102201.0, 12.0 and 1,200 are whole numbers."""
    if isinstance(value, bool) or value is None:
        return ""
    text = str(value).strip().replace(",", "")
    return text[:-2] if text.endswith(".0") else text
