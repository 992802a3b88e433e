"""Files that commands write."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file that stands at its place whole or not at all, readable by its owner only. Raises OSError."""
    partial = path.with_name(f".{path.name}.part")
    try:
        with open(partial, "w+b", opener=_owned) as target:
            yield target
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _owned(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
