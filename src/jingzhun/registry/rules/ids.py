"""ID numbers: citizen identity number (GB 11643-1999) and certificate of disability (20 digits, 22 when re-issued).

The numbers were first issued in 1984 to people of all ages, so the region says nothing about the year of birth, and an
unknown region only warns: regions come and go.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul

from jingzhun.methods.typed import is_digits
from jingzhun.registry.dictionary import fold

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, ISO 7064 MOD 11-2
CHECK_DIGITS = "10X98765432"
ZEROS = ord("0") * sum(WEIGHTS)  # what the weights make of the characters' own codes
LENGTHS = (18, 20, 22)
PLACEHOLDER = "999999"  # region entered for people without a number
OLDEST_BIRTH_YEAR = 1880
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)
DISABILITY_TYPES = range(1, 8)  # sight, hearing, speech, limb, intellectual, mental, multiple
DISABILITY_DEGREES = range(1, 5)  # 1 is the heaviest


class Problem(StrEnum):
    """What is wrong with an ID number; the empty text means sound."""

    NONE = ""
    MISSING = "missing"
    PLACEHOLDER = "placeholder"
    LENGTH = "length"
    CHARACTERS = "characters"
    DATE = "date"
    CHECK_DIGIT = "check_digit"
    CERTIFICATE = "certificate"
    REGION = "region"

    @property
    def blocks(self) -> bool:
        """Whether a number with this problem is refused on entry; the others are kept and flagged."""
        return self not in (Problem.NONE, Problem.MISSING, Problem.PLACEHOLDER, Problem.REGION)


@dataclass(frozen=True)
class IdFacts:
    """What an ID number tells. `number` is folded (narrow, upper case X); the rest is None where it cannot be told."""

    number: str
    problem: Problem
    citizen: str = ""
    birth_date: date | None = None
    sex: str = ""
    disability_type: int | None = None
    disability_degree: int | None = None


def read_id(text: str) -> IdFacts:
    """Read an ID number or certificate of disability and say what, if anything, is wrong with it first."""
    number = fold(text).upper()
    if not number:
        return IdFacts("", Problem.MISSING)
    if len(number) not in LENGTHS:
        return IdFacts(number, Problem.LENGTH)
    citizen, rest = number[:18], number[18:]
    if not is_digits(citizen[:17]) or citizen[17] not in "0123456789X":
        return IdFacts(number, Problem.CHARACTERS)
    born, sex = _birth_date(citizen), "male" if int(citizen[16]) % 2 else "female"
    kind, degree = _certificate(rest)
    return IdFacts(number, _problem(citizen, rest, born, kind), citizen, born, sex, kind, degree)


def check_digit(first17: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2)."""
    return CHECK_DIGITS[(sum(map(mul, first17.encode(), WEIGHTS)) - ZEROS) % 11]


def mask(number: str) -> str:
    """`610426********0012`: region and last four stay, birth date and serial go; short texts go whole."""
    return number[:6] + "*" * 8 + number[14:18] if len(number) >= 18 else "*" * len(number)


def mask_phone(number: str) -> str:
    """`138****5678`."""
    return number[:3] + "****" + number[7:] if len(number) >= 11 else "*" * len(number)


def mask_account(number: str) -> str:
    """`************1234`: only the last four stay."""
    return "*" * max(len(number) - 4, 0) + number[-4:] if len(number) > 4 else "*" * len(number)


def _problem(citizen: str, rest: str, born: date | None, kind: int | None) -> Problem:
    if citizen.startswith(PLACEHOLDER):
        return Problem.PLACEHOLDER
    if born is None:
        return Problem.DATE
    if check_digit(citizen[:17]) != citizen[17]:
        return Problem.CHECK_DIGIT
    if rest and kind is None:
        return Problem.CERTIFICATE
    return Problem.NONE if citizen[:2] in PROVINCES else Problem.REGION


def _birth_date(citizen: str) -> date | None:
    try:
        born = date(int(citizen[6:10]), int(citizen[10:12]), int(citizen[12:14]))
    except ValueError:
        return None
    return born if OLDEST_BIRTH_YEAR <= born.year <= 2100 else None


def _certificate(rest: str) -> tuple[int | None, int | None]:
    """Kind and degree of a certificate of disability, the digits behind the 18; (None, None) if there is none."""
    if len(rest) < 2 or not is_digits(rest[:2]):
        return None, None
    kind, degree = int(rest[0]), int(rest[1])
    return (kind, degree) if kind in DISABILITY_TYPES and degree in DISABILITY_DEGREES else (None, None)
