"""Where the files of imports lie: uploads until they are read and confirmed, workbooks of refused rows for a week."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jingzhun.registry.models import Import
from jingzhun.registry.workbook.guard import LARGEST_FILE, MEGABYTE
from jingzhun.registry.workbook.problems import WorkbookRefused


def folder() -> Path:
    """Where uploaded files wait; nobody else on the machine may look into it."""
    path = Path(settings.VAR) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def refused_file(job: Import) -> Path:
    """Where the refused rows of an import that was applied in part are kept for a week."""
    return folder() / f"{job.pk}-refused.xlsx"


def keep(file: BinaryIO, path: Path) -> tuple[int, str]:
    """Copy a file, readable by nobody else; its size and SHA-256. Raises WorkbookRefused when it is too big."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
        while chunk := file.read(1 << 20):
            size += len(chunk)
            if size > LARGEST_FILE:
                raise WorkbookRefused("too_big", megabytes=size // MEGABYTE, limit=LARGEST_FILE // MEGABYTE)
            digest.update(chunk)
            target.write(chunk)
    return size, digest.hexdigest()


def sweep_files(still_open: set[int], before: datetime) -> None:
    """Remove files of imports that have ended, and workbooks of refused rows from before a moment."""
    for path in folder().iterdir():
        prefix, _, rest = path.stem.partition("-")
        old = path.stat().st_mtime < before.timestamp()
        if prefix.isdigit() and (old if rest else int(prefix) not in still_open):
            path.unlink(missing_ok=True)
