"""A pairing judged: what it costs, how far people go, whose skill fits, whom it moves, what it leaves open."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from jingzhun.assistance.rules.pairing import METRES, RANKS, Fit, Gap, Lacking, Standing, gaps
from jingzhun.methods.pairing import NEVER, NOBODY, Ints, cost_of, lacking

from .instance import County

UNITS_TOLD = 3


@dataclass(frozen=True)
class Judged:
    """Figures of one pairing: counts of households, metres of all ways together, helpers under their quota."""

    cost: int
    paired: int
    without: int
    moved: int
    metres: int
    skilled: int
    own: int
    short: int

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Judged":
        """From what `as_json` gave."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__})

    def as_json(self) -> dict[str, int | float]:
        """The counts; kilometres on average, and shares of the households that have a helper."""
        paired = self.paired or 1
        shares = {"skilled_share": round(self.skilled / paired, 4), "own_share": round(self.own / paired, 4)}
        return asdict(self) | {"kilometres": round(self.metres / METRES / paired, 2)} | shares

    def without_pair(self, fit: Fit | None, cost: int) -> "Judged":
        """The same with a household taken out: as if it had no helper."""
        return self._with(fit, -1, -cost)

    def with_pair(self, fit: Fit | None, cost: int) -> "Judged":
        """The same with a household's helper put in."""
        return self._with(fit, 1, cost)

    def moved_by(self, number: int) -> "Judged":
        """The same with so many more households parted from today's helper."""
        return replace(self, moved=self.moved + number)

    def _with(self, fit: Fit | None, sign: int, cost: int) -> "Judged":
        if fit is None:
            return self
        return replace(
            self,
            cost=self.cost + cost,
            paired=self.paired + sign,
            without=self.without - sign,
            metres=self.metres + sign * fit.way,
            skilled=self.skilled + sign * fit.skilled,
            own=self.own + sign * fit.own,
        )


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
        metres=int(county.parts.way[group, kind].sum()),
        skilled=int(county.parts.skilled[group, kind].sum()),
        own=int(county.parts.own[group, kind].sum()),
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
    who = zip(county.helpers.rank, county.helpers.unit, county.instance.least.tolist(), short.tolist(), strict=True)
    standing = Standing(
        households=len(county.families.number),
        helpers=len(county.helpers.number),
        capacity=int(county.instance.most.sum()),
        without=without,
        reachable=reachable,
        ranks=by_rank(who),
    )
    return gaps(standing)


def by_rank(who: Iterable[tuple[str, str, int, int]]) -> dict[str, Lacking]:
    """Of each rank what lacks, and in which units most: (rank, unit, least number, how many lack) of each helper."""
    asked, helpers = Counter[str](), Counter[str]()
    units: dict[str, Counter[str]] = {rank: Counter() for rank in RANKS}
    for rank, unit, least, lacks in who:
        asked[rank] += least
        if lacks:
            helpers[rank] += 1
            units[rank][unit] += lacks
    return {
        rank: Lacking(helpers[rank], units[rank].total(), asked[rank], tuple(units[rank].most_common(UNITS_TOLD)))
        for rank in RANKS
    }
