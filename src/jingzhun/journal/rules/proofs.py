"""A proof that a decision is in the journal: one file with all that a stranger needs, and its check without us."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.methods import merkle

from . import FIELDS, leaf_hash, notes

FORMAT = "jingzhun journal proof 1"


class BadProof(ValueError):
    """A file is not a proof; the message says why."""


class Problem(StrEnum):
    """Why a proof does not hold."""

    FIELDS = "fields"
    PATH = "path"
    CHECKPOINT = "checkpoint"
    SIGNATURE = "signature"
    KEY = "key"
    UNSIGNED = "unsigned"
    GROWTH = "growth"
    LIST = "list"


PROBLEMS: dict[Problem, Promise] = {
    Problem.FIELDS: _("The entry's fields do not give its hash: something in it was changed."),
    Problem.PATH: _("The path does not lead from the entry's hash to the root."),
    Problem.CHECKPOINT: _("The signed checkpoint is not about this root."),
    Problem.SIGNATURE: _("The checkpoint is not signed by the key that the proof names."),
    Problem.KEY: _("The proof names another key than the one you trust."),
    Problem.UNSIGNED: _("The root is not signed yet; ask for the proof again once the day's root is published."),
    Problem.GROWTH: _("The path does not lead from the earlier root to the later: something before it was changed."),
    Problem.LIST: _("The list is not the one whose fingerprint the entry holds."),
}


@dataclass(frozen=True)
class Proof:
    """The leaf of a position (from 0) is in the tree of a size with a root. Hashes are 32 bytes.

    `entry` holds the fields of rules.FIELDS where the reader may know them, and then gives the leaf. `checkpoint` is
    the signed note over the root and `key` the public key to check it by, where the root is published.
    """

    number: int
    leaf: bytes
    position: int
    size: int
    root: bytes
    path: tuple[bytes, ...]
    entry: dict[str, Any] = field(default_factory=dict)
    checkpoint: str = ""
    key: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file: hashes as hexadecimal text."""
        return {
            "format": FORMAT,
            "entry": self.entry or None,
            "number": self.number,
            "leaf": self.leaf.hex(),
            "position": self.position,
            "size": self.size,
            "root": self.root.hex(),
            "path": [each.hex() for each in self.path],
            "checkpoint": self.checkpoint or None,
            "key": self.key or None,
        }

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"


def read_proof(text: str) -> Proof:
    """A proof out of its file. Raises BadProof."""
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise BadProof(f"the file's format is {data['format']!r}, and not {FORMAT!r}")
        entry = data["entry"] or {}
        if entry and set(entry) != set(FIELDS):
            raise BadProof("the entry does not have the fields of an entry")
        return Proof(
            number=int(data["number"]),
            leaf=bytes.fromhex(data["leaf"]),
            position=int(data["position"]),
            size=int(data["size"]),
            root=bytes.fromhex(data["root"]),
            path=tuple(bytes.fromhex(each) for each in data["path"]),
            entry=entry,
            checkpoint=str(data["checkpoint"] or ""),
            key=str(data["key"] or ""),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        if isinstance(error, BadProof):
            raise
        raise BadProof(f"the file is not a proof of the journal: {error}") from error


def problems(proof: Proof, trusted: str = "") -> list[Problem]:
    """Why a proof does not hold; nothing when it does. Needs no database.

    `trusted` is the public key, as the county publishes it, that the reader trusts; without one the key within the file
    is taken, which shows only that the file fits itself.
    """
    found = []
    if proof.entry and leaf_hash(proof.entry) != proof.leaf:
        found.append(Problem.FIELDS)
    if not merkle.includes(proof.leaf, proof.position, proof.size, proof.path, proof.root):
        found.append(Problem.PATH)
    return found + _of_checkpoint(proof, trusted)


def _of_checkpoint(proof: Proof, trusted: str) -> list[Problem]:
    if not proof.checkpoint:
        return [Problem.UNSIGNED]
    try:
        checkpoint = notes.read(proof.checkpoint)
        origin, public = notes.read_vkey(proof.key)
    except notes.BadNote:
        return [Problem.CHECKPOINT]
    found = []
    if (checkpoint.origin, checkpoint.size, checkpoint.root) != (origin, proof.size, proof.root):
        found.append(Problem.CHECKPOINT)
    if not notes.signed_by(checkpoint, origin, public):
        found.append(Problem.SIGNATURE)
    if trusted and trusted.strip() != proof.key:
        found.append(Problem.KEY)
    return found
