"""A proof that a signed root contains an earlier one: one file with all a stranger needs, and its check without us."""

import json
from dataclasses import dataclass
from typing import Any

from jingzhun.methods import merkle

from . import notes
from .proofs import BadProof, Problem

FORMAT = "jingzhun journal growth 1"


@dataclass(frozen=True)
class Growth:
    """Two signed roots (checkpoints with the public keys to check them by), and the path of RFC 9162 §2.1.4."""

    old: str
    old_key: str
    new: str
    new_key: str
    path: tuple[bytes, ...]

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file: hashes as hexadecimal text."""
        return {
            "format": FORMAT,
            "old": {"checkpoint": self.old, "key": self.old_key},
            "new": {"checkpoint": self.new, "key": self.new_key},
            "path": [each.hex() for each in self.path],
        }


def is_growth(text: str) -> bool:
    """Whether a file claims to be such a proof."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and data.get("format") == FORMAT


def read_growth(text: str) -> Growth:
    """A proof out of its file. Raises BadProof."""
    try:
        data = json.loads(text)
        old, new = data["old"], data["new"]
        path = tuple(bytes.fromhex(each) for each in data["path"])
        return Growth(str(old["checkpoint"]), str(old["key"]), str(new["checkpoint"]), str(new["key"]), path)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadProof(f"the file is not a proof of the journal's growth: {error}") from error


def growth_problems(growth: Growth, trusted: str = "") -> list[Problem]:
    """Why the newer root is not shown to contain the older; nothing when it is. Needs no database.

    `trusted` is the public key, as the county publishes it, that the reader trusts for the newer root.
    """
    try:
        old, new = notes.read(growth.old), notes.read(growth.new)
        keys = [notes.read_vkey(key) for key in (growth.old_key, growth.new_key)]
    except notes.BadNote:
        return [Problem.CHECKPOINT]
    found = []
    if not merkle.consistent(old.size, new.size, old.root, new.root, growth.path):
        found.append(Problem.GROWTH)
    if not all(note.origin == key[0] for note, key in zip((old, new), keys, strict=True)):
        found.append(Problem.CHECKPOINT)
    if not all(notes.signed_by(note, *key) for note, key in zip((old, new), keys, strict=True)):
        found.append(Problem.SIGNATURE)
    if trusted and trusted.strip() != growth.new_key:
        found.append(Problem.KEY)
    return found
