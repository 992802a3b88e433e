"""New .xlsx files: written row by row in constant memory, half-written rows where nobody else may look."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import xlsxwriter
from django.conf import settings
from xlsxwriter.exceptions import FileCreateError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # the files' media type
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


@contextmanager
def new_book(target: BinaryIO | Path) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that is whole when the block ends; rows of a sheet must be written in their order.

    A text is a text, whatever it begins with. Raises OSError, a full disk above all.
    """
    file = str(target) if isinstance(target, Path) else target
    with TemporaryDirectory(dir=scratch()) as folder:
        try:
            with xlsxwriter.Workbook(file, OPTIONS | {"tmpdir": folder}) as book:
                yield book
        except FileCreateError as error:  # the library's wrapping of an OSError
            raise error.args[0] from error


def scratch() -> Path:
    """Where rows wait that are being written; only a process that was killed leaves any."""
    path = Path(settings.VAR) / "scratch"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def clear_scratch(before: datetime) -> None:
    """Remove what killed processes left."""
    for path in scratch().iterdir():
        if path.stat().st_mtime < before.timestamp():
            shutil.rmtree(path, ignore_errors=True)
