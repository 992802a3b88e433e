"""How a value becomes points, points a total, a total a band and a rank. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SCORE, BONUS, DEDUCTION, VETO = "score", "bonus", "deduction", "veto"
ZERO, CENT, HUNDRED = Decimal(0), Decimal("0.01"), Decimal(100)


@dataclass(frozen=True)
class Rule:
    """Of an indicator: its kind, what it is worth, and how its value becomes a share of that.

    Linear from `empty` (no points) to `full` (all), either of which may be the greater; with `steps`, the share of the
    first whose least value is reached.
    """

    kind: str
    weight: Decimal
    empty: Decimal = ZERO
    full: Decimal = HUNDRED
    steps: tuple[tuple[Decimal, Decimal], ...] = ()

    @classmethod
    def of(cls, kind: str, weight: Decimal, empty: Decimal, full: Decimal, steps: Iterable[Sequence[object]]) -> "Rule":
        """From what is stored."""
        found = sorted(((Decimal(str(least)), Decimal(str(share))) for least, share in steps), reverse=True)
        return cls(kind, Decimal(weight), Decimal(empty), Decimal(full), tuple(found))

    def share(self, value: Decimal) -> Decimal:
        """Which share of the weight a value is worth, from 0 to 1."""
        if self.steps:
            share = next((share for least, share in self.steps if value >= least), ZERO)
        else:
            share = (value - self.empty) / (self.full - self.empty)
        return min(max(share, ZERO), Decimal(1))

    def points(self, value: Decimal | None) -> Decimal:
        """Points of a value, to the hundredth; 0 for none."""
        return ZERO if value is None else rounded(self.weight * self.share(value))


@dataclass(frozen=True)
class Scored:
    """A rule with the value it met (None: nothing to judge) and the points it gave."""

    rule: Rule
    value: Decimal | None
    points: Decimal


@dataclass(frozen=True)
class Total:
    """What the lines of a score come to."""

    total: Decimal
    vetoed: bool


def rounded(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def value_of(numerator: Decimal | None, denominator: Decimal | None, *, counted: bool) -> Decimal | None:
    """A figure as a number, or as a share in hundredths; None for a share of nothing."""
    if numerator is None:
        return None
    if counted:
        return numerator
    return rounded(HUNDRED * numerator / denominator) if denominator else None


def total(lines: Sequence[Scored]) -> Total:
    """Points of what could be judged, carried to the whole; with bonus, less deductions, never below nothing.

    What had nothing to judge, as a town without projects, takes nothing away. A veto leaves nothing.
    """
    if any(line.rule.kind == VETO and line.value is not None and line.value > 0 for line in lines):
        return Total(ZERO, True)
    scored = [line for line in lines if line.rule.kind == SCORE]
    whole = sum((line.rule.weight for line in scored), ZERO)
    judged = sum((line.rule.weight for line in scored if line.value is not None), ZERO)
    base = sum((line.points for line in scored if line.value is not None), ZERO)
    base = base * whole / judged if judged else ZERO
    more = sum((line.points for line in lines if line.rule.kind == BONUS), ZERO)
    less = sum((line.points for line in lines if line.rule.kind == DEDUCTION), ZERO)
    return Total(max(rounded(base + more - less), ZERO), False)


def band_of(number: Decimal, bands: Sequence[Sequence[object]], *, vetoed: bool = False) -> str:
    """The first band whose least total is reached; the last one for what is vetoed."""
    if vetoed:
        return str(bands[-1][0])
    return next((str(name) for name, least in bands if number >= Decimal(str(least))), str(bands[-1][0]))


def ranks(totals: Sequence[Decimal]) -> list[int]:
    """The place of each; those that are equal share one."""
    ordered = sorted(totals, reverse=True)
    return [ordered.index(each) + 1 for each in totals]
