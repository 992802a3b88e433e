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


def sweep_files(still_open: set[int], *, uploads_before: datetime, refused_before: datetime) -> None:
    """Remove uploads that belong to no open import, and workbooks of refused rows, untouched since these moments."""
    for path in folder().iterdir():
        prefix, _, rest = path.stem.partition("-")
        if not prefix.isdigit() or (not rest and int(prefix) in still_open):
            continue
        if _untouched_since(path, refused_before if rest else uploads_before):
            path.unlink(missing_ok=True)


def _untouched_since(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:  # who owned it has just removed it
        return False
