"""What somebody who types into the search box is looking for."""

import re
from dataclasses import dataclass
from enum import StrEnum

from jingzhun.methods.typed import is_digits
from jingzhun.registry.dictionary import fold

from .ids import LENGTHS, read_id

HOUSEHOLD_DIGITS, PERSON_DIGITS, PHONE_DIGITS = 17, 19, 11
MARK = re.compile(r"(id|phone)-([0-9a-f]{32})")
SHORTEST_NUMBER = 6  # fewer digits name no area and would list everybody


class Kind(StrEnum):
    NOTHING = "nothing"
    NAME = "name"
    PINYIN = "pinyin"
    NUMBER = "number"
    PHONE = "phone"
    ID = "id"


@dataclass(frozen=True)
class Wanted:
    """What to look up. `key` is the folded text; for an ID the 18 characters that its blind index is made of.

    `index`: the blind index itself, of a number that is only marked.
    """

    kind: Kind
    key: str
    index: bytes | None = None


def read_search(text: str) -> Wanted:
    """Digits are a number (household, person, phone, or a full ID, never a part of one), letters pinyin, else a name.

    A person's number is looked up by its household, the first 17 digits.
    """
    key = fold(text.replace("\0", ""))
    if not key:
        return Wanted(Kind.NOTHING, "")
    if marked := MARK.fullmatch(key):
        return Wanted(Kind(marked[1]), key, bytes.fromhex(marked[2]))
    if is_digits(key[:17]) and key.isascii() and len(key) in LENGTHS:
        facts = read_id(key)
        return Wanted(Kind.ID, facts.citizen) if not facts.problem.blocks else Wanted(Kind.NOTHING, key)
    if is_digits(key):
        return _number(key)
    return Wanted(Kind.PINYIN, key) if key.isascii() else Wanted(Kind.NAME, key)


def mark_of(kind: Kind, index: bytes) -> str:
    """What stands in an address for an ID or phone number that is searched."""
    return f"{kind}-{index.hex()}"


def is_mark(text: str) -> bool:
    """Whether a search text is the mark of a number rather than what somebody typed."""
    return read_search(text).index is not None


def _number(key: str) -> Wanted:
    if len(key) == PHONE_DIGITS and key.startswith("1"):
        return Wanted(Kind.PHONE, key)
    if SHORTEST_NUMBER <= len(key) <= HOUSEHOLD_DIGITS or len(key) == PERSON_DIGITS:
        return Wanted(Kind.NUMBER, key[:HOUSEHOLD_DIGITS])
    return Wanted(Kind.NOTHING, key)
