"""Reads .xls, .xlsb, .ods and unusual .xlsx files in a process of its own, with bounded memory.

Such a file is taken into memory as a whole, and one cell far outside of a table is enough to ask for all there is; so
a process reads it that may fail without harm. The rows come back through an unnamed temporary file.

    python -m jingzhun.registry.workbook.apart FILE > ROWS
"""

import pickle
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any

from .problems import WorkbookRefused

MEMORY = 3_000_000_000
BATCH = 1_000
PASSWORD, DAMAGED = 3, 4  # exit codes
TRAILER = 8


class Lines:
    """A sheet whose rows come as lists of ready cells."""

    formulas = 0
    size = 0

    def lines(self) -> Iterator[tuple[int, list[Any]]]:
        """(row number, cells) of rows with content."""
        raise NotImplementedError

    def rows(self, columns: Iterable[int] | None = None) -> Iterator[tuple[int, tuple[Any, ...]]]:
        return self.cells(self.lines(), columns)

    def blocks(self) -> Iterator[list[Any]]:
        lines = self.lines()
        while block := list(islice(lines, BATCH)):
            yield block

    def cells(
        self, block: Iterable[Any], columns: Iterable[int] | None = None
    ) -> Iterator[tuple[int, tuple[Any, ...]]]:
        wanted = list(columns) if columns is not None else None
        for number, cells in block:
            picked = cells if wanted is None else [cells[i] if i < len(cells) else "" for i in wanted]
            yield number, tuple(picked)

    def amount(self, raw: Any) -> str:
        return ""


class ApartSheet(Lines):
    """A sheet as the other process read it; cells carry their kind, since 1, 1.0 and True are equal."""

    def __init__(self, file: IO[bytes], name: str, hidden: bool, offset: int) -> None:
        self._file, self.name, self.hidden, self._offset = file, name, hidden, offset

    def lines(self) -> Iterator[tuple[int, list[Any]]]:
        position = self._offset
        while True:
            self._file.seek(position)  # sheets share the file
            batch = pickle.load(self._file)  # noqa: S301 - written by our own process into an unnamed file
            if not batch:
                return
            position = self._file.tell()
            yield from batch

    def decode(self, raw: Any) -> Any:
        return raw[1] if isinstance(raw, tuple) else raw or None


def read_apart(path: Path) -> tuple[IO[bytes], list[ApartSheet]]:
    """The file of rows, to be closed by the caller, and its sheets. Raises WorkbookRefused."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", __name__, str(path)], stdout=file, stderr=subprocess.PIPE, check=False
    )
    if done.returncode:
        file.close()
        if done.returncode == PASSWORD:
            raise WorkbookRefused("password")
        if done.returncode == DAMAGED:
            raise WorkbookRefused("damaged", detail=done.stderr.decode(errors="replace").strip()[-200:])
        raise WorkbookRefused("zip_bomb", megabytes=MEMORY // 1_000_000)
    file.seek(-TRAILER, 2)
    file.seek(int.from_bytes(file.read(TRAILER), "big"))
    listed = pickle.load(file)  # noqa: S301
    return file, [ApartSheet(file, *each) for each in listed]


def main(path: str) -> int:
    """Read a file and write its rows to standard output; an exit code says what went wrong."""
    import python_calamine

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with python_calamine.load_workbook(path) as book:
            _write(book, sys.stdout.buffer)
    except python_calamine.PasswordError:
        return PASSWORD
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return DAMAGED
    return 0


def _write(book: Any, out: IO[bytes]) -> None:
    """Batches of rows, an empty one after each sheet; then the list of sheets, and where that list begins."""
    listed = []
    for each in book.sheets_metadata:
        listed.append((each.name, "Visible" not in str(each.visible), out.tell()))
        rows = _rows(book.get_sheet_by_name(each.name))
        while batch := list(islice(rows, BATCH)):
            pickle.dump(batch, out)
        pickle.dump([], out)
    start = out.tell()
    pickle.dump(listed, out)
    out.write(start.to_bytes(TRAILER, "big"))
    out.flush()


def _rows(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    top, left = sheet.start or (0, 0)
    for number, cells in enumerate(sheet.iter_rows(), top + 1):
        if any(cell != "" for cell in cells):
            yield number, [""] * left + [_hashable(cell) for cell in cells]


def _hashable(cell: Any) -> Any:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return ("bool", cell)
    if isinstance(cell, float | int):
        return ("number", Decimal(f"{cell:.15g}") if abs(cell) < 1e15 else Decimal(repr(cell)))
    return ("date", cell) if isinstance(cell, date) else ("text", str(cell))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
