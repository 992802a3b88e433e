"""Poor villages: one high, one low, one none (国开办发〔2014〕24号); and how a panel's scores are counted."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

NAME = "poor_villages"  # of the procedure
CRITERIA = Path(__file__).parent / "data" / "panel_criteria.csv"
CENT = Decimal("0.01")
HIGHEST = 100


@dataclass(frozen=True)
class Measures:
    """What a village is measured against: the province's incidence (share) and income (yuan), and the factors."""

    incidence: Decimal
    income: Decimal
    incidence_factor: Decimal
    income_share: Decimal


@dataclass(frozen=True)
class Indicators:
    """A village's own figures: persons, yuan per person, yuan of collective income."""

    poor_persons: int
    persons: int
    per_capita_income: Decimal | None
    collective_income: Decimal | None

    @property
    def incidence(self) -> Fraction | None:
        return Fraction(self.poor_persons, self.persons) if self.persons else None


def high(of: Indicators, against: Measures) -> bool | None:
    """Incidence at least twice the province's (高一倍以上); None where it is not known."""
    if of.incidence is None:
        return None
    return of.incidence >= Fraction(against.incidence_factor) * Fraction(against.incidence)


def low(of: Indicators, against: Measures) -> bool | None:
    """Per-capita net income below 60 % of the province's: 4,737 against 7,895 is not, it equals them."""
    if of.per_capita_income is None:
        return None
    return Fraction(of.per_capita_income) < Fraction(against.income_share) * Fraction(against.income)


def none(of: Indicators) -> bool | None:
    """No collective income."""
    return None if of.collective_income is None else of.collective_income == 0


def is_poor(of: Indicators, against: Measures) -> bool | None:
    """All three; None where one is not known and none is missed."""
    told = (high(of, against), low(of, against), none(of))
    return False if False in told else None if None in told else True


@dataclass(frozen=True)
class Criterion:
    code: str
    weight: int
    zh: str
    en: str
    valid_from: date
    valid_until: date | None
    source: str


def criteria(on: date) -> dict[str, Criterion]:
    """Criteria of the panel in force on a day, by code; their weights add up to 100."""
    return {
        each.code: each
        for each in _criteria()
        if each.valid_from <= on and (each.valid_until is None or on < each.valid_until)
    }


@cache
def _criteria() -> tuple[Criterion, ...]:
    with CRITERIA.open(encoding="utf-8", newline="") as file:
        return tuple(
            Criterion(
                row["code"],
                int(row["weight"]),
                row["zh"],
                row["en"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                row["source"],
            )
            for row in csv.DictReader(file)
        )


def faults_of_score(points: Mapping[str, int], weights: Mapping[str, int]) -> list[str]:
    """Criteria that are missing, unknown, or not between 0 and 100."""
    wrong = set(points) ^ set(weights)
    wrong |= {code for code, given in points.items() if not 0 <= given <= HIGHEST}
    return sorted(wrong)


def weighted(points: Mapping[str, int], weights: Mapping[str, int]) -> Fraction:
    """One judge's points out of 100."""
    return Fraction(sum(points[code] * weight for code, weight in weights.items()), sum(weights.values()))


def counted(totals: Sequence[Fraction], trim_from: int) -> list[Fraction]:
    """The totals that count: from so many judges on, one highest and one lowest are dropped."""
    ordered = sorted(totals)
    return ordered[1:-1] if len(ordered) >= trim_from else ordered


def points_of(totals: Sequence[Fraction], trim_from: int) -> Decimal:
    """Mean of the totals that count, to two places."""
    used = counted(totals, trim_from)
    mean = sum(used, Fraction(0)) / len(used)
    return (Decimal(mean.numerator) / Decimal(mean.denominator)).quantize(CENT, ROUND_HALF_UP)


def ranking(points: Mapping[int, Decimal], incidences: Mapping[int, Fraction | None]) -> list[int]:
    """Keys from the highest points down; ties go to the higher incidence, one that is not known is the lowest."""
    known = {key: Fraction(-1) if each is None else each for key, each in incidences.items()}
    return sorted(points, key=lambda key: (-points[key], -known[key], key))


def still_out(wanted: Iterable[tuple[int, int]], given: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """(judge, village) pairs whose score is not in yet."""
    return set(wanted) - set(given)
