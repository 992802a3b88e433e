"""Decisions of identification as pure functions (domain.md §2, domain-notes.md §12)."""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil
from pathlib import Path

from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, WORK_IN_VILLAGE

NAME = "identification"  # of the procedure
RED_LINES = Path(__file__).parent / "data" / "red_lines.csv"
VETO, REVIEW = "veto", "review"
# At which step each kind of visit is work to do, and whose; what it found then is what the step is decided on.
VISITED_AT = {"survey": "home_visit", "revisit": "town_audit", "spot_check": "county_review"}
VISITED_BY = {"survey": WORK_IN_VILLAGE, "revisit": AUDIT_IN_TOWN, "spot_check": REVIEW_IN_COUNTY}


def has_quorum(present: int, entitled: int, thirds: Decimal) -> bool:
    """Whether so many thirds of the representatives are present (Organic Law of Villagers' Committees, art. 26).

    20 of 30 are two thirds, 19 of 30 are not.
    """
    return Fraction(present) * 3 >= Fraction(thirds) * entitled


def least_present(entitled: int, thirds: Decimal) -> int:
    """The smallest number of representatives that makes a quorum: 20 of 30 at two thirds, 21 of 31."""
    return ceil(Fraction(thirds) * entitled / 3)


def is_carried(in_favour: int, present: int, majority: Decimal) -> bool:
    """Whether more than the majority's share of those present is in favour (domain.md §2.3).

    Of 20 present, 10 are not more than a half, 11 are. Relatives do not vote, and are present all the same.
    """
    return Fraction(in_favour) > Fraction(majority) * present


@dataclass(frozen=True)
class Tally:
    """A vote as it is entered."""

    in_favour: int
    against: int
    abstained: int
    recused: int

    def fits(self, present: int) -> bool:
        """Everybody present is accounted for, once."""
        return self.in_favour + self.against + self.abstained + self.recused == present


def least_share(of: int, share: Decimal) -> int:
    """How many households at least must be seen again: 20 % of 7 are 2."""
    return ceil(Fraction(share) * of)


def over_quota(quota: int, taken: int, asking: int) -> int:
    """By how many households a list goes beyond a binding quota."""
    return max(0, taken + asking - quota)


def quotas_that_do_not_add_up(county: int, villages: Iterable[int]) -> int:
    """Difference between the villages' quotas and the county's; 0 when they add up."""
    return sum(villages) - county


@dataclass(frozen=True)
class RedLine:
    """A fact that normally excludes. `veto` keeps out when confirmed; `review` needs a recorded decision only."""

    code: str
    severity: str
    zh: str
    en: str
    list_kind: str
    valid_from: date
    valid_until: date | None
    source: str


def red_lines(on: date) -> dict[str, RedLine]:
    """Red lines in force on a day, by code."""
    lines = _red_lines()
    return {
        line.code: line
        for line in lines
        if line.valid_from <= on and (line.valid_until is None or on < line.valid_until)
    }


PHONE = re.compile(r"(?:\+86|0086|86(?=1[0-9]{10}$))?([0-9]{7,12})")


def phone_of(text: str) -> str | None:
    """The digits of a phone number, of China without its prefix; None for a text that is none.

    Spaces, dashes and brackets between the digits are left aside.
    """
    found = PHONE.fullmatch(re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", text)))
    return found[1] if found else None


def red_line(code: str) -> RedLine | None:
    """A red line by its code, whether it is in force or not any more."""
    return next((line for line in _red_lines() if line.code == code), None)


@cache
def _red_lines() -> tuple[RedLine, ...]:
    with RED_LINES.open(encoding="utf-8", newline="") as file:
        return tuple(
            RedLine(
                row["code"],
                row["severity"],
                row["zh"],
                row["en"],
                row["list_kind"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                row["source"],
            )
            for row in csv.DictReader(file)
        )


def keeps_out(flags: Iterable[tuple[str, str]]) -> bool:
    """Whether (severity, state) pairs hold a confirmed veto."""
    return any(severity == VETO and state == "confirmed" for severity, state in flags)


def undecided(flags: Iterable[tuple[str, str]]) -> bool:
    """Whether a human still has to decide on a flag, of whatever severity."""
    return any(state == "open" for _severity, state in flags)


@dataclass(frozen=True)
class Standing:
    """A household by the numbers: per-capita income (yuan), the line, and how many guarantees are not met.

    `near`: income below which a guarantee that is not met makes poor above the line too; None: no such income.
    """

    per_capita: Decimal | None
    line: Decimal | None
    unmet: int
    near: Decimal | None = None

    @property
    def below_line(self) -> bool | None:
        """Whether the income alone is below the line; None where nothing is known."""
        return None if self.per_capita is None or self.line is None else self.per_capita < self.line

    @property
    def poor(self) -> bool | None:
        """Below the line, or a guarantee is not met while the income is near it; None where nothing is known."""
        if self.per_capita is None or self.below_line is not False:
            return self.below_line
        return self.unmet > 0 and self.near is not None and self.per_capita < self.near

    @property
    def need(self) -> tuple[int, Decimal]:
        """For ordering, the neediest first: below the line, then the distance, then what is unmet; unknown last."""
        if self.per_capita is None or self.line is None:
            return (2, Decimal(0))
        return (0 if self.per_capita < self.line else 1, self.per_capita / self.line - Decimal(self.unmet) / 20)


def by_need(standings: Mapping[int, Standing]) -> list[int]:
    """Keys ordered by need, the neediest first; those without known income last."""
    return sorted(standings, key=lambda key: (standings[key].need, key))


def disagreement(nominated: bool, poor_by_numbers: bool | None) -> str:
    """How the village's judgement and the numbers differ: `not_nominated`, `not_poor`, or nothing."""
    if poor_by_numbers is None or nominated == poor_by_numbers:
        return ""
    return "not_poor" if nominated else "not_nominated"


def cause_faults(main: str, others: Sequence[str], known: Iterable[str]) -> list[str]:
    """What is wrong with a household's causes: exactly one main one of the twelve, at most two others (R8)."""
    known = set(known)
    faults = [] if main in known else ["main"]
    if len(others) > 2 or len(set(others)) != len(others) or not set(others) <= known:
        faults.append("others")
    if main and main in others:
        faults.append("repeated")
    return faults


@dataclass(frozen=True)
class Facts:
    """What the register counts of a household. `labour_share`: able members from which on labour is not lacking."""

    members: int
    ill: int
    disabled: int
    students: int
    able: int
    labour_share: Decimal | None = None


def doubtful_causes(causes: Iterable[str], facts: Facts) -> list[str]:
    """Causes that the register's facts do not bear out; a hint for the surveyor, who decides."""
    enough = facts.labour_share is not None and facts.members > 0 and facts.able >= facts.labour_share * facts.members
    against = {
        "illness": facts.ill == 0,
        "disability": facts.disabled == 0,
        "schooling": facts.students == 0,
        "no_labour": enough,
    }
    return [cause for cause in causes if against.get(cause)]
