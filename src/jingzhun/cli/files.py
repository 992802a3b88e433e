"""Files that commands read and write: what is wrong with one becomes a sentence that says what to do."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from django.utils.translation import gettext as _

from .output import Refused

Force = Annotated[bool, typer.Option("--force", help="Overwrite a file that is there already.")]


@contextmanager
def using(path: Path) -> Iterator[None]:
    """A file that a command names. Raises Refused where it is missing, no file, not permitted, or the disk full."""
    try:
        yield
    except BrokenPipeError:  # of our own output
        raise
    except OSError as error:
        raise Refused(_why(error, path)) from error


@contextmanager
def writing(path: Path, *, replace: bool = True) -> Iterator[BinaryIO]:
    """A file that stands at its place whole or not at all, readable by its owner only. Raises Refused."""
    if path.exists() and not path.is_dir() and not replace:
        raise Refused(
            _("%(file)s is there already: name another file, or add --force to overwrite it.") % {"file": path}
        )
    partial = path.with_name(f".{path.name}.part")
    with using(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        try:
            with open(partial, "w+b", opener=_owned) as target:
                yield target
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)


def _why(error: OSError, path: Path) -> str:
    told = {"file": path, "folder": path.parent, "problem": error.strerror or error}
    if isinstance(error, FileNotFoundError | NotADirectoryError) and not path.parent.is_dir():
        return _("There is no folder %(folder)s: make it, or name another.") % told
    if isinstance(error, FileNotFoundError):
        return _("There is no file %(file)s.") % told
    if isinstance(error, IsADirectoryError):
        return _("%(file)s is a folder: name a file.") % told
    if isinstance(error, PermissionError):
        return _("This user may not use %(file)s: change its permissions, or name another file.") % told
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The disk is full: %(file)s was not written.") % told
    return _("%(file)s cannot be used: %(problem)s.") % told


def _owned(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
