"""Opens what a county sends: .xlsx, .xls, .xlsb, .ods and CSV, all as sheets of raw cells with one way to read them.

A sheet gives rows of raw cells (hashable, so that equal cells are understood once) and decodes a raw cell to text,
number, truth value, date or Odd.
"""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from .apart import Lines, read_apart
from .guard import Format, inspect
from .problems import WorkbookRefused
from .wording import unguarded
from .xlsx import Unconventional, XlsxBook

ENCODINGS = ("utf-8-sig", "gb18030")
LARGEST_UNCONVENTIONAL = 100_000_000  # bytes of a sheet's XML that may be read into memory as a whole
LONGEST_FIELD = 10_000


class Sheet(Protocol):
    name: str
    hidden: bool
    formulas: int
    size: int  # bytes to be taken apart by us

    def rows(self, columns: Iterable[int] | None = None) -> Iterator[tuple[int, tuple[Any, ...]]]: ...
    def blocks(self) -> Iterator[list[Any]]:
        """The rows in pieces that another process can take apart."""
        ...

    def cells(self, block: list[Any], columns: Iterable[int]) -> Iterator[tuple[int, tuple[Any, ...]]]: ...
    def decode(self, raw: Any) -> Any: ...
    def amount(self, raw: Any) -> str:
        """An amount with two places where the raw cell is plainly one, else "": a short cut past `decode`."""
        ...


class Book:
    """An opened file: its sheets, and warnings as (code, params)."""

    def __init__(self, sheets: list[Any], warnings: list[tuple[str, dict[str, Any]]]) -> None:
        self.sheets: list[Sheet] = sheets
        self.warnings = warnings


@contextmanager
def opened(path: Path) -> Iterator[Book]:
    """Open a file for reading. Raises WorkbookRefused, also while its sheets are read."""
    found = inspect(path)
    try:
        if found.format == Format.XLSX:
            with _xlsx(path) as sheets:
                yield Book(sheets, found.warnings)
        elif found.format == Format.CSV:
            yield Book([CsvSheet(path)], found.warnings)
        else:
            with _apart(path) as sheets:
                yield Book(sheets, found.warnings)
    except (Unconventional, EOFError) as error:
        raise WorkbookRefused("damaged", detail=str(error)) from error


@contextmanager
def _xlsx(path: Path) -> Iterator[list[Any]]:
    book = XlsxBook(path)
    try:
        if all(_conventional(sheet) for sheet in book.sheets):
            yield book.sheets
            return
        if max(part.file_size for part in book.archive.infolist()) > LARGEST_UNCONVENTIONAL:
            raise Unconventional("XML")
    finally:
        book.close()
    with _apart(path) as sheets:
        yield sheets


def _conventional(sheet: Any) -> bool:
    """Whether the first rows can be taken apart; what an office program wrote is alike all the way down."""
    try:
        for _row, (_number, cells) in zip(range(50), sheet.rows(), strict=False):
            for cell in cells:
                sheet.decode(cell)
    except Unconventional:
        return False
    return True


@contextmanager
def _apart(path: Path) -> Iterator[list[Any]]:
    file, sheets = read_apart(path)
    with file:
        yield list(sheets)


class CsvSheet(Lines):
    """A CSV text in UTF-8 (with or without its mark) or GB18030, separated by commas, semicolons or tabs."""

    hidden = False

    def __init__(self, path: Path) -> None:
        self.name, self._path = path.stem, path
        self._encoding = _encoding(path)
        with path.open(encoding=self._encoding) as file:
            first = file.readline(LONGEST_FIELD)
        self._delimiter = max(",;\t", key=first.count)

    def lines(self) -> Iterator[tuple[int, list[Any]]]:
        csv.field_size_limit(LONGEST_FIELD)
        with self._path.open(encoding=self._encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter, strict=True)
            number = 0
            try:
                for number, cells in enumerate(reader, 1):
                    if any(cells):
                        yield number, cells
            except csv.Error as error:
                raise WorkbookRefused("csv_structure", line=number + 1, detail=str(error)) from error

    def decode(self, raw: Any) -> Any:
        return unguarded(raw) if raw else None


def _encoding(path: Path) -> str:
    """The first encoding in which the whole text reads. Raises WorkbookRefused naming the first bad line."""
    wrong = 1
    for encoding in ENCODINGS:
        wrong = _first_wrong_line(path, encoding)
        if not wrong:
            return encoding
    raise WorkbookRefused("encoding", line=wrong)


def _first_wrong_line(path: Path, encoding: str) -> int:
    """Number of the first line that is no text of an encoding; 0 if all are."""
    number = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                if "\0" in line.decode(encoding):
                    return number
            except UnicodeDecodeError:
                return number
    return 0
