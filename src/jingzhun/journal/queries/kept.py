"""Checkpoints that lie outside the database: who may change every row there cannot change these with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jingzhun.journal.models import PublishedRoot, SigningKey
from jingzhun.journal.rules import notes
from jingzhun.journal.rules.notes import Checkpoint

from .faults import Fault, Reason

NAMES = "????-??-??.txt"  # by the day for which the root was published


@dataclass(frozen=True)
class Kept:
    """A checkpoint in a file; None where the text is no checkpoint."""

    file: str
    checkpoint: Checkpoint | None


def kept_files() -> list[Path]:
    """The files that this installation kept of what it published, the oldest first."""
    return sorted(Path(settings.CHECKPOINTS).glob(NAMES))


def read_kept(files: Iterable[Path]) -> list[Kept]:
    """Checkpoints out of files. Raises OSError."""
    return [Kept(str(file), _read(file)) for file in files]


def signed(kept: Sequence[Kept]) -> list[Kept]:
    """Those that a key of this journal signed."""
    keys = list(SigningKey.objects.all())
    return [each for each in kept if each.checkpoint and any(_signed_by(each.checkpoint, key) for key in keys)]


def fault_of_kept(kept: Sequence[Kept]) -> Fault | None:
    """The first that is not of this journal, or whose root is not published any more."""
    known = {each.file for each in signed(kept)}
    bodies = {_body(text) for text in PublishedRoot.objects.values_list("text", flat=True)}
    for each in kept:
        if each.checkpoint is None or each.file not in known:
            return Fault(Reason.FOREIGN, file=each.file)
        if each.checkpoint.body not in bodies:
            return Fault(Reason.WITHDRAWN, root=each.checkpoint.size, file=each.file)
    return None


def _read(file: Path) -> Checkpoint | None:
    try:
        return notes.read(file.read_bytes().decode())
    except (notes.BadNote, UnicodeDecodeError):
        return None


def _signed_by(checkpoint: Checkpoint, key: SigningKey) -> bool:
    return checkpoint.origin == key.origin and notes.signed_by(checkpoint, key.origin, bytes(key.public))


def _body(text: str) -> str:
    return text.partition("\n\n")[0] + "\n"
