"""Signed roots as text: C2SP tlog-checkpoint inside C2SP signed-note, so that existing tools read them.

jingzhun/610426                       origin: which journal
4711                                  size: entries in the tree
<base64 of the 32 bytes of the root>
day 2014-06-01                        our extension lines: the day that the root was published for
numbers <base64 of 32 bytes>          and the numbers of its entries by their places (rules/numbers.py)

— jingzhun/610426 <base64 of 4 bytes that name the key, and of the 64 bytes of the Ed25519 signature>
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"  # signature type of the signed-note format
DASH = "\u2014 "
DAY, NUMBERS = "day ", "numbers "


class BadNote(ValueError):
    """A text is not a signed checkpoint, or a key's text is none; the message says what is wrong."""


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says: origin, size in entries, root (32 bytes), extension lines; and who signed its body."""

    origin: str
    size: int
    root: bytes
    body: str
    signatures: tuple[tuple[str, bytes, bytes], ...] = ()  # name, 4 bytes of the key, signature
    extension: tuple[str, ...] = ()

    @property
    def day(self) -> str:
        """The day (ISO) for which the root was published; empty where the checkpoint does not say so."""
        return self._told(DAY)

    @property
    def numbers(self) -> bytes:
        """The link over the entries' numbers; empty where the checkpoint does not say so."""
        return _bytes(self._told(NUMBERS))

    def _told(self, name: str) -> str:
        return next((line.removeprefix(name) for line in self.extension if line.startswith(name)), "")


def key_number(origin: str, public: bytes) -> bytes:
    """The four bytes by which a note names its key."""
    return hashlib.sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:4]


def vkey(origin: str, public: bytes) -> str:
    """A public key as tools for signed notes take it: name, number and key, joined by +."""
    return f"{origin}+{key_number(origin, public).hex()}+{_base64(ED25519 + public)}"


def read_vkey(text: str) -> tuple[str, bytes]:
    """Origin and public key (32 bytes) of such a text. Raises BadNote."""
    origin, number, key = ([*text.strip().split("+", 2), "", ""])[:3]
    raw = _bytes(key)
    if len(raw) != 33 or raw[:1] != ED25519 or key_number(origin, raw[1:]).hex() != number:
        raise BadNote("this is not an Ed25519 key of a signed note (name+number+key)")
    return origin, raw[1:]


def public_of(seed: bytes) -> bytes:
    """The public key (32 bytes) of a private one (32 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def lines_of(day: date, numbers: bytes) -> tuple[str, ...]:
    """What our checkpoints say beyond the root, as extension lines: the day, the link over the entries' numbers."""
    return f"{DAY}{day.isoformat()}", f"{NUMBERS}{_base64(numbers)}"


def body_of(origin: str, size: int, root: bytes, extension: Sequence[str] = ()) -> str:
    """The text that is signed."""
    return "".join(f"{line}\n" for line in (origin, size, _base64(root), *extension))


def sign(origin: str, size: int, root: bytes, seed: bytes, extension: Sequence[str] = ()) -> str:
    """The whole note over a root."""
    body = body_of(origin, size, root, extension)
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(body.encode())
    return f"{body}\n{DASH}{origin} {_base64(key_number(origin, public_of(seed)) + signature)}\n"


def read(text: str) -> Checkpoint:
    """Take a note apart without judging its signatures. Raises BadNote."""
    body, blank, below = text.partition("\n\n")
    lines = body.split("\n")
    root = _bytes(lines[2]) if len(lines) >= 3 else b""
    if not blank or len(root) != 32 or not lines[0]:
        raise BadNote("this is not a checkpoint: origin, size and root are expected, then an empty line")
    if not lines[1].isascii() or not lines[1].isdigit() or str(int(lines[1])) != lines[1]:
        raise BadNote("the checkpoint's second line is not a number of entries")
    signatures = tuple(_signature(line) for line in below.splitlines())
    return Checkpoint(lines[0], int(lines[1]), root, body + "\n", signatures, tuple(lines[3:]))


def signed_by(checkpoint: Checkpoint, origin: str, public: bytes) -> bool:
    """Whether a checkpoint carries a signature of this key under this name."""
    number = key_number(origin, public)
    return any(
        name == origin and named == number and _holds(public, signature, checkpoint.body.encode())
        for name, named, signature in checkpoint.signatures
    )


def vouch(origin: str, seed: bytes, before: bytes | None) -> bytes:
    """Signature by which a new key takes over from the one before (public, 32 bytes; none for the first)."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(_takeover(origin, public_of(seed), before))


def vouches(origin: str, public: bytes, before: bytes | None, signature: bytes) -> bool:
    """Whether a key's signature says that it took over from the one before."""
    return _holds(public, signature, _takeover(origin, public, before))


def _takeover(origin: str, public: bytes, before: bytes | None) -> bytes:
    return f"jingzhun journal key\n{origin}\n{_base64(public)}\n{_base64(before or b'')}\n".encode()


def _holds(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, signed = line.removeprefix(DASH).partition(" ")
    raw = _bytes(signed)
    if not line.startswith(DASH) or len(raw) < 5:
        raise BadNote("a line below the empty one is not a signature")
    return name, raw[:4], raw[4:]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    """Bytes of a base64 text; none of a text that is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
