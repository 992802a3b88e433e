"""Which number stands at which place: a chain of hashes over the entries' numbers, a link for each published root.

An entry's number is not in its leaf: it is given by the database, after the leaf was made. So that nobody gives two
entries each other's numbers, every checkpoint signs the numbers that found their places since the one before.
"""

import hashlib
from collections.abc import Iterable

START = bytes(32)


class Chain:
    """Takes numbers in the order of their places; `link` ends a stretch."""

    def __init__(self, before: bytes = START) -> None:
        self._hash = hashlib.sha256(before)

    def add(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._hash.update(number.to_bytes(8, "big"))

    def link(self) -> bytes:
        """SHA-256 of the link before and of the numbers since, eight bytes each; 32 bytes. The next begins with it."""
        made = self._hash.digest()
        self._hash = hashlib.sha256(made)
        return made
