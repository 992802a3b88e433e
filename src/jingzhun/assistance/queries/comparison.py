"""A pairing judged: what it costs, how far people go, whose skill fits, whom it moves, what it leaves open."""

from collections import Counter
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from jingzhun.assistance.rules.pairing import RANKS, Gap, gaps
from jingzhun.methods.pairing import NEVER, NOBODY, Ints, cost_of, lacking

from .instance import County


@dataclass(frozen=True)
class Judged:
    """Figures of one pairing. Shares are of the households that have a helper; ways are kilometres on average."""

    cost: int
    paired: int
    without: int
    moved: int
    kilometres: float
    skilled: float
    own: float
    short: int

    def as_json(self) -> dict[str, int | float]:
        return asdict(self)


def judged(county: County, helper: Ints) -> Judged:
    """Judge a pairing of the county's households, one helper (a row) for each or NOBODY."""
    instance, paired = county.instance, np.flatnonzero(helper != NOBODY)
    group, kind = instance.helper_class[helper[paired]], instance.household_class[paired]
    before = {int(household): int(holder) for holder, household in instance.held.tolist()}
    moved = sum(int(helper[household]) not in (NOBODY, holder) for household, holder in before.items())
    return Judged(
        cost=cost_of(instance, helper),
        paired=len(paired),
        without=len(helper) - len(paired),
        moved=moved,
        kilometres=round(float(county.parts.way[group, kind].mean()) / 1000, 2) if len(paired) else 0.0,
        skilled=_share(county.parts.skilled[group, kind]),
        own=_share(county.parts.own[group, kind]),
        short=int((lacking(instance, helper) > 0).sum()),
    )


def today(county: County) -> Ints:
    """Today's pairing, without pairs that must not be."""
    helper = np.full(len(county.families.number), NOBODY, np.int64)
    forbidden = {tuple(pair) for pair in county.instance.kin.tolist()}
    for holder, household in county.instance.held.tolist():
        cost = county.instance.cost[county.instance.helper_class[holder], county.instance.household_class[household]]
        if cost != NEVER and (holder, household) not in forbidden:
            helper[household] = holder
    return helper


def gaps_of(county: County, helper: Ints, short: Ints) -> list[Gap]:
    """What a pairing leaves open."""
    without = Counter(county.families.village[row] for row in np.flatnonzero(helper == NOBODY).tolist())
    kinds = {village: kind for village, kind in zip(county.families.village, county.instance.household_class.tolist(),
                                                    strict=True) if village in without}  # fmt: skip
    reachable = {village: bool((county.instance.cost[:, kind] != NEVER).any()) for village, kind in kinds.items()}
    rank = np.array(county.helpers.rank)
    lack = {each: (int((short[rank == each] > 0).sum()), int(short[rank == each].sum())) for each in RANKS}
    return gaps(without, reachable, lack, len(county.helpers.number))


def _share(answers: NDArray[np.bool_]) -> float:
    return round(float(answers.mean()), 4) if len(answers) else 0.0
