"""Households of every size, with members whose ages and kinship fit together."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .targets import Targets
from .villages import Villages

SIZES = np.arange(1, 8)
SIZE_SHARES = np.array([0.06, 0.14, 0.20, 0.27, 0.18, 0.11, 0.04])

# A family type: its household size, its share among that size, the head's age, and the members after the head.
# Members: spouse; child n (of the head); wife (of the first son); grandchild n; mother or father (of the head).
TYPES: tuple[tuple[str, int, float, tuple[int, int], tuple[str, ...]], ...] = (
    ("elder alone", 1, 0.62, (60, 86), ()),
    ("single", 1, 0.38, (32, 60), ()),
    ("old couple", 2, 0.50, (60, 82), ("spouse",)),
    ("couple", 2, 0.28, (42, 60), ("spouse",)),
    ("parent and child", 2, 0.10, (32, 58), ("child1",)),
    ("son and mother", 2, 0.12, (34, 56), ("mother",)),
    ("small family", 3, 0.55, (26, 58), ("spouse", "child1")),
    ("with mother", 3, 0.20, (30, 55), ("spouse", "mother")),
    ("grown child", 3, 0.25, (50, 66), ("spouse", "child1")),
    ("family", 4, 0.56, (28, 56), ("spouse", "child1", "child2")),
    ("family with mother", 4, 0.26, (28, 52), ("spouse", "child1", "mother")),
    ("old and young couple", 4, 0.18, (50, 68), ("spouse", "son1", "wife")),
    ("three generations up", 5, 0.46, (30, 52), ("spouse", "child1", "child2", "mother")),
    ("three generations down", 5, 0.54, (50, 68), ("spouse", "son1", "wife", "grandchild1")),
    ("big family down", 6, 0.62, (50, 68), ("spouse", "son1", "wife", "grandchild1", "grandchild2")),
    ("big family up", 6, 0.38, (30, 50), ("spouse", "child1", "child2", "father", "mother")),
    ("four generations", 7, 1.0, (48, 60), ("spouse", "son1", "wife", "grandchild1", "grandchild2", "mother")),
)


@dataclass(frozen=True)
class Families:
    """One row per household: its village, size and whether it is poor by the standard; in order of villages."""

    village: NDArray[np.int64]
    size: NDArray[np.int64]
    poor: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.size)


@dataclass(frozen=True)
class Kin:
    """One row per person: household, place within it, role in the family, sex (True: male) and age in days."""

    household: NDArray[np.int64]
    place: NDArray[np.int64]
    role: NDArray[np.str_]
    male: NDArray[np.bool_]
    days: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.household)


def draw_families(rng: Generator, villages: Villages, targets: Targets) -> Families:
    """Households with exactly the targets' persons, and poor ones with exactly the targets' poor persons."""
    village = np.repeat(np.arange(len(villages)), villages.households)
    size = rng.choice(SIZES, len(village), p=SIZE_SHARES / SIZE_SHARES.sum())
    _fit_persons(rng, size, targets.persons)
    poor = np.zeros(len(village), bool)
    for index, wanted in enumerate(villages.poor_households):
        members = np.flatnonzero(village == index)
        poor[rng.choice(members, wanted, replace=False)] = True
    _fit_poor_persons(rng, village, size, poor, targets.poor_persons)
    return Families(village, size, poor)


def _fit_persons(rng: Generator, size: NDArray[np.int64], persons: int) -> None:
    """Let households grow or shrink by one until the county has its number of persons."""
    gap = persons - int(size.sum())
    able = np.flatnonzero((size < 7) if gap > 0 else (size > 1))
    if abs(gap) > len(able):
        raise ValueError(f"{persons} persons do not fit into {len(size)} households")
    size[rng.choice(able, abs(gap), replace=False)] += np.sign(gap)


def _fit_poor_persons(
    rng: Generator,
    village: NDArray[np.int64],
    size: NDArray[np.int64],
    poor: NDArray[np.bool_],
    persons: int,
) -> None:
    """Exchange sizes between a poor and another household of the same village until the poor have their number."""
    gap = persons - int(size[poor].sum())
    for household in rng.permutation(np.flatnonzero(poor)):
        if gap == 0:
            return
        first, last = np.searchsorted(village, [village[household], village[household] + 1])
        wanted = size[household] + np.sign(gap)
        others = first + np.flatnonzero(~poor[first:last] & (size[first:last] == wanted))
        if len(others):
            other = others[rng.integers(len(others))]
            size[household], size[other] = size[other], size[household]
            gap -= int(np.sign(gap))
    raise ValueError(f"the poor persons cannot be met: {gap} remain")


def draw_kin(rng: Generator, families: Families) -> Kin:
    """Members of every household, in order of households; the head first."""
    parts = []
    for name, chosen in _chosen_types(rng, families).items():
        _, _, _, ages, roles = next(kind for kind in TYPES if kind[0] == name)
        parts.append(_members(rng, chosen, ages, roles, families.poor[chosen]))
    household, place, role, male, days = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((place, household))
    return Kin(household[order], place[order], role[order], male[order], days[order])


def _chosen_types(rng: Generator, families: Families) -> dict[str, NDArray[np.int64]]:
    chosen: dict[str, NDArray[np.int64]] = {}
    for size in SIZES:
        kinds = [kind for kind in TYPES if kind[1] == size]
        households = np.flatnonzero(families.size == size)
        shares = np.array([kind[2] for kind in kinds])
        which = rng.choice(len(kinds), len(households), p=shares / shares.sum())
        for index, kind in enumerate(kinds):
            chosen[kind[0]] = households[which == index]
    return chosen


def _members(
    rng: Generator,
    households: NDArray[np.int64],
    ages: tuple[int, int],
    roles: tuple[str, ...],
    poor: NDArray[np.bool_],
) -> tuple[NDArray, ...]:
    """Head and members of the households of one type; ages in years follow from those of their kin."""
    count = len(households)
    head = rng.uniform(*ages, count) + np.where(poor, 1.5, 0)
    male = rng.random(count) < (0.95 if "spouse" in roles else 0.72)
    years: dict[str, NDArray] = {"head": head}
    sexes: dict[str, NDArray] = {"head": male}
    for role in roles:
        years[role], sexes[role] = _relative(rng, role, years, sexes, count)
    names = ("head", *roles)
    return (
        np.concatenate([households] * len(names)),
        np.repeat(np.arange(len(names)), count),
        np.repeat(np.array(names, "U11"), count),
        np.concatenate([sexes[name] for name in names]),
        np.concatenate([np.maximum(np.floor(years[name] * 365.25), 20) for name in names]).astype(np.int64),
    )


def _relative(
    rng: Generator, role: str, years: dict[str, NDArray], sexes: dict[str, NDArray], count: int
) -> tuple[NDArray, NDArray]:
    """Age in years and sex of a relative, from those already drawn."""
    head, male = years["head"], sexes["head"]
    some = rng.uniform(0, 0.9, count)  # limits are spread over most of a year, or too many would share a birthday
    if role == "spouse":
        apart = np.where(male, 1, -1) * rng.normal(2, 1.8, count).clip(-3, 7)
        return np.maximum(head - apart, 22.5 + some), ~male
    if role in ("father", "mother"):
        return np.minimum(head + rng.uniform(19, 30, count), 97.5 - some), np.full(count, role == "father")
    if role == "wife":  # of the first son
        younger = years["son1"] - rng.normal(1.2, 1.5, count).clip(-2, 5)
        return np.maximum(younger, 20.5 + some), np.zeros(count, bool)
    parent = np.minimum(head, years.get("spouse", head))
    if role == "son1":
        return np.clip(parent - rng.uniform(19.5, 25, count), 23 + some, 45 - some), np.ones(count, bool)
    if role == "grandchild1":
        youngest = np.minimum(years["wife"], years["son1"])
        return np.maximum(youngest - rng.uniform(20, 25, count), 1 + some), rng.random(count) < 0.53
    if role in ("grandchild2", "child2"):
        elder = years[f"{role[:-1]}1"]
        return np.maximum(elder - rng.uniform(1.6, 6, count), 0.07 + some), rng.random(count) < 0.53
    return np.maximum(parent - rng.uniform(20, 29, count), 1.9 + some), rng.random(count) < 0.54
