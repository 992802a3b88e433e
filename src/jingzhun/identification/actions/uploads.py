"""Lists that were uploaded and wait for a decision: files that only this house can read, gone after a day."""

import secrets
import time
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from jingzhun.registry.workbook.problems import WorkbookRefused

KEPT = 24 * 3600  # seconds
LARGEST = 50 * 1024**2
CHUNK = 1024**2


def folder() -> Path:
    """Where uploaded lists wait; they hold ID numbers, so nobody else on the machine may look into it."""
    path = Path(settings.VAR) / "lists"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep(file: BinaryIO, name: str) -> Path:
    """Keep an uploaded file; those of yesterday go. Raises WorkbookRefused for one that is too large."""
    sweep()
    path = folder() / f"{secrets.token_hex(16)}{Path(name).suffix.lower()[:8]}"
    size = 0
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > LARGEST:
                    raise WorkbookRefused("too_big", megabytes=size // CHUNK, limit=LARGEST // CHUNK)
                target.write(chunk)
    except WorkbookRefused:
        path.unlink(missing_ok=True)
        raise
    return path


def kept(name: str) -> Path | None:
    """The file of a name that `keep` gave, if it still waits."""
    path = folder() / Path(name).name
    return path if path.is_file() else None


def sweep() -> None:
    """Delete what waited for more than a day."""
    for path in folder().iterdir():
        if path.stat().st_mtime < time.time() - KEPT:
            path.unlink(missing_ok=True)
