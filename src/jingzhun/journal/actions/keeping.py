"""Published checkpoints are kept in files too, beyond the reach of who may change the database."""

import os
from pathlib import Path

from django.conf import settings

from jingzhun.journal.models import PublishedRoot


def keep(published: PublishedRoot) -> Path:
    """Write a root's signed text into its file, if it is not there yet; one that is there is never changed.

    Raises OSError.
    """
    folder = Path(settings.CHECKPOINTS)
    file = folder / f"{published.day.isoformat()}.txt"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f".{file.name}.{os.getpid()}")
        partial.write_bytes(published.text.encode())
        partial.replace(file)
    return file
