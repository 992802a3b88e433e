"""Who helps whom: the optimal plan against what an office finds by hand, and against a general MIP of the same model.

The counties are drawn: villages on a plateau of 40 km, cadres in the towns, skills against causes, a few kin,
9 cadres for 20 households as in the real county. The MIP is the textbook one, a binary variable for each helper and
household, solved by SCIP; both must come to the same cost.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp

from benchmarks.harness import Result, best_of, seconds
from jingzhun.methods.pairing import Instance, Plan, cost_of, greedy, pair

COUNTY, NATIONAL_SIZE, OF_THE_MIP = 13_634, 100_000, 600  # households
CAUSES, SKILLS = 9, 10
UNSKILLED, PARTING = 15_000, 30_000  # metres that a helper without a fitting skill, and a change, count more
QUOTAS = ((0.01, 5, 8), (0.14, 3, 5), (0.85, 2, 4))  # share of the cadres, least and most households


@dataclass(frozen=True)
class Size:
    households: int

    @property
    def cadres(self) -> int:
        return self.households * 9 // 20

    @property
    def villages(self) -> int:
        return max(self.households // 90, 4)

    @property
    def towns(self) -> int:
        return max(self.villages // 15, 3)


def run() -> Iterator[Result]:
    small, county, large = (drawn(Size(number), seed=1) for number in (OF_THE_MIP, COUNTY, NATIONAL_SIZE))
    plan = pair(county)
    assert plan.optimal
    taken = best_of(3, lambda: pair(county))
    by_hand = cost_of(county, greedy(county))
    told = f"{plan.cost / 1000:,.0f} km against {by_hand / 1000:,.0f} km, proved, {taken:.1f} s"
    yield Result("cost of the optimal plan of a county against by hand", by_hand / plan.cost, goal=1, detail=told)
    yield Result("a county's plan with its proof", taken, "s", goal=10, at_most=True, detail=f"{COUNTY} households")
    found: list[Plan] = []
    long = seconds(lambda: found.append(pair(large)))
    assert found[0].optimal
    told = f"{len(large.least):,} cadres, {found[0].arcs:,} arcs; {long / taken:.1f} times a county's time"
    yield Result(f"a plan for {NATIONAL_SIZE:,} households, proved", long, "s", goal=120, at_most=True, detail=told)
    costs: list[int] = []
    general = seconds(lambda: costs.append(by_mip(small)))
    ours = best_of(3, lambda: pair(small))
    assert costs == [pair(small).cost]
    told = f"{OF_THE_MIP} households: {ours:.2f} s against {general:.1f} s, the same cost"
    yield Result("a plan against a general MIP of the same model", general / ours, goal=10, detail=told)


def drawn(size: Size, seed: int) -> Instance:
    """A county: helpers who live in one place with one skill are a class, households of one village and cause too."""
    draw = np.random.default_rng(seed)
    where = draw.uniform(0, 40_000, (size.villages, 2))  # the towns' seats first
    near, skill = draw.integers(0, size.towns, size.cadres), draw.integers(0, SKILLS, size.cadres)
    village, cause = draw.integers(0, size.villages, size.households), draw.integers(0, CAUSES, size.households)
    groups, helper_class = np.unique(np.stack([near, skill]), axis=1, return_inverse=True)
    kinds, household_class = np.unique(np.stack([village, cause]), axis=1, return_inverse=True)
    way = np.linalg.norm(where[groups[0]][:, None] - where[kinds[0]][None, :], axis=2)
    cost = (way + UNSKILLED * (groups[1][:, None] != kinds[1][None, :])).astype(np.int64)
    rank = draw.choice(len(QUOTAS), size.cadres, p=[share for share, _least, _most in QUOTAS])
    least, most = (np.array([quota[side] for quota in QUOTAS], np.int64)[rank] for side in (1, 2))
    kin = np.stack([draw.integers(0, size.cadres, 20), draw.integers(0, size.households, 20)], axis=1)
    return Instance(
        helper_class.ravel(), household_class.ravel(), cost, least, most, parting=PARTING,
        kin=np.unique(kin, axis=0),
    )  # fmt: skip


def by_mip(instance: Instance) -> int:
    """The least cost by a variable for each helper and household. Raises ValueError where none is proved."""
    solver = pywraplp.Solver.CreateSolver("SCIP")
    forbidden = {(int(helper), int(household)) for helper, household in instance.kin}
    helpers, households = range(len(instance.least)), range(len(instance.household_class))
    cost = instance.cost[instance.helper_class][:, instance.household_class]
    helps = {(c, h): solver.BoolVar("") for c in helpers for h in households if (c, h) not in forbidden}
    for household in households:
        solver.Add(sum(helps[c, household] for c in helpers if (c, household) in helps) == 1)
    for helper in helpers:
        load = sum(helps[helper, h] for h in households if (helper, h) in helps)
        solver.Add(load >= int(instance.least[helper]))
        solver.Add(load <= int(instance.most[helper]))
    solver.Minimize(sum(int(cost[pair]) * variable for pair, variable in helps.items()))
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        raise ValueError("the MIP proved nothing")
    return round(solver.Objective().Value())
