"""Who applies in each village, and what becomes of them: drawn so that in the end just the poor are registered."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from jingzhun.demo.workbooks import County

# Shares of a village's poor households.
LATE = 0.012  # overlooked at first; somebody objects that they are missing
VOTED_DOWN_AT_FIRST = 0.014  # refused by the meeting, granted on appeal
SENT_BACK = 0.012  # by the town, to be visited again
DOUBTED = 0.012  # an objection against them is dismissed
FALSE_HIT = 0.012  # a department's list names them; a human lifts the flag
# In relation to the number of the poor.
LOST = 0.11  # households above the line that the meeting votes down
LOST_THAT_APPEAL = 0.06
WITHDRAWN = 0.01
# How households that slipped in are found out.
FOUND_BY = (("objection", 0.5), ("red_line", 0.35), ("spot_check", 0.15))


@dataclass
class VillagePlan:
    """Household numbers of one village by their part in the story; `index` of each household in the drawn county."""

    code: str
    poor: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    voted_down: list[str] = field(default_factory=list)
    sent_back: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    false_hits: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    appealing: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    slipped_in: dict[str, list[str]] = field(default_factory=dict)  # by how they are found out
    index: dict[str, int] = field(default_factory=dict)

    @property
    def quota(self) -> int:
        return len(self.poor)

    @property
    def impostors(self) -> list[str]:
        return [number for numbers in self.slipped_in.values() for number in numbers]

    @property
    def first(self) -> list[str]:
        """Who applies in the first weeks."""
        there = [number for number in self.poor if number not in set(self.late)]
        return sorted([*there, *self.impostors, *self.lost, *self.withdrawn])

    @property
    def carried(self) -> list[str]:
        """For whom the first meeting votes."""
        out = {*self.lost, *self.voted_down, *self.withdrawn}
        return [number for number in self.first if number not in out]


def draw_plans(county: County, seed: int) -> list[VillagePlan]:
    """One plan for each village, in the order of codes."""
    rng = np.random.default_rng([seed, 3])
    return list(_plans(county, rng))


def _plans(county: County, rng: Generator) -> Iterator[VillagePlan]:
    serials = county.serials
    for village, code in enumerate(county.villages.code.tolist()):
        here = np.flatnonzero(county.families.village == village)
        numbers = {int(index): f"{code}{int(serials[index]):05d}" for index in here}
        poor = [numbers[int(index)] for index in here[county.families.poor[here]]]
        others = [numbers[int(index)] for index in here[~county.families.poor[here]]]
        yield _plan(code, poor, others, {number: index for index, number in numbers.items()}, rng)


def _plan(code: str, poor: list[str], others: list[str], index: dict[str, int], rng: Generator) -> VillagePlan:
    plan = VillagePlan(code, poor=poor, index=index)
    pool = list(rng.permutation(np.array(poor, dtype=str)))
    plan.late, plan.voted_down = _take(rng, pool, LATE, len(poor)), _take(rng, pool, VOTED_DOWN_AT_FIRST, len(poor))
    plan.sent_back, plan.doubted = _take(rng, pool, SENT_BACK, len(poor)), _take(rng, pool, DOUBTED, len(poor))
    plan.false_hits = _take(rng, pool, FALSE_HIT, len(poor))
    rest = list(rng.permutation(np.array(others, dtype=str)))
    room = min(len(plan.late) + len(plan.voted_down), len(rest))
    for number in [str(rest.pop()) for _ in range(room)]:
        how = str(rng.choice([name for name, _share in FOUND_BY], p=[share for _name, share in FOUND_BY]))
        plan.slipped_in.setdefault(how, []).append(number)
    plan.lost, plan.withdrawn = _take(rng, rest, LOST, len(poor)), _take(rng, rest, WITHDRAWN, len(poor))
    plan.appealing = plan.lost[: rng.binomial(len(plan.lost), LOST_THAT_APPEAL)]
    return plan


def _take(rng: Generator, pool: list[str], share: float, of: int) -> list[str]:
    """Some of the pool, about a share `of` so many; they leave the pool."""
    number = min(int(rng.binomial(of, share)) if of else 0, len(pool))
    return sorted(str(pool.pop()) for _ in range(number))
