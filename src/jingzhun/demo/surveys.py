"""What the surveyors found at each household: incomes, land, house, water, roads, causes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .families import Families, Kin
from .persons import Persons
from .targets import INCOME_YEAR, LINE, PROVINCE_INCOME
from .villages import Villages

HIGHEST_POOR = LINE - 1
MEAN_LIMIT = 0.6 * PROVINCE_INCOME


@dataclass(frozen=True)
class Surveys:
    """One row per household. Money in cents (whole numbers), so that sums are exact; `facts` by name of the column."""

    money: dict[str, NDArray[np.int64]]
    facts: dict[str, NDArray]
    main_cause: NDArray[np.str_]
    other_causes: NDArray[np.str_]
    attribute: NDArray[np.str_]
    net: NDArray[np.int64]


def draw_surveys(rng: Generator, villages: Villages, families: Families, kin: Kin, persons: Persons) -> Surveys:
    """Facts and incomes that agree with the members and with who is poor by the standard."""
    has = _Summary(kin, persons, len(families))
    facts = _facts(rng, villages, families, has)
    per_head = _per_head(rng, villages, families, has)
    money = _compose(rng, families, has, facts, per_head * families.size)
    main, others = _causes(rng, villages, families, has, facts)
    attribute = np.where(
        has.allowance > 0,
        "allowance",
        np.where((families.size == 1) & (has.oldest >= 60) & (rng.random(len(families)) < 0.35), "five", "general"),
    )
    attribute = np.where(attribute == "five", "five_guarantees", attribute)
    attribute = np.where((attribute == "five_guarantees") & (has.able > 0), "general", attribute)
    return Surveys(money, facts, main, others, attribute, per_head * families.size)


class _Summary:
    """Counts over the members of each household."""

    def __init__(self, kin: Kin, persons: Persons, households: int) -> None:
        def count(mask: NDArray) -> NDArray[np.int64]:
            return np.bincount(kin.household, mask.astype(float), households).astype(np.int64)

        self.able = count(np.isin(persons.labour, ("ordinary", "skilled", "weak")))
        self.strong = count(np.isin(persons.labour, ("ordinary", "skilled")))
        self.working = count(persons.work_place != "")
        self.months = np.bincount(kin.household, persons.work_months, households).astype(np.int64)
        self.pensioners = count(persons.age >= 60)
        self.students = count(np.isin(persons.student, STUDYING))
        ill = (np.char.find(persons.health, "chronic") >= 0) | (np.char.find(persons.health, "serious") >= 0)
        self.ill = count(ill)
        self.disabled = count(np.char.find(persons.health, "disabled") >= 0)
        self.allowance = count(persons.allowance)
        self.children = count(np.isin(persons.relation, ("son", "daughter")))
        self.daughters = count(persons.relation == "daughter")
        self.oldest = np.zeros(households, np.int64)
        np.maximum.at(self.oldest, kin.household, persons.age)


STUDYING = (
    "primary", "junior_7", "junior_8", "junior_9", "senior_1", "senior_2", "senior_3", "vocational_1", "vocational_2",
    "vocational_3", "college", "bachelor", "kindergarten",
)  # fmt: skip


def _per_head(rng: Generator, villages: Villages, families: Families, has: _Summary) -> NDArray[np.int64]:
    """Per-capita net income in cents: below the line exactly where the household is poor.

    The mean of each poor village stays below 60 % of the province's.
    """
    count = len(families)
    share = has.strong / families.size
    poor_income = np.clip(rng.beta(3.2, 1.7, count) * LINE * 1.02 + (share - 0.5) * 250, 420, HIGHEST_POOR)
    remote = villages.remote[families.village]
    lift = rng.lognormal(0, 0.55, count) * (2300 - 1500 * remote) * (0.75 + 0.6 * share)
    other_income = LINE + 15 + lift
    income = np.where(families.poor, poor_income, other_income)
    for index in np.flatnonzero(villages.poor):
        here = families.village == index
        income[here] = _below_mean(income[here], families.poor[here], families.size[here])
    return np.round(income * 100).astype(np.int64)


def _below_mean(income: NDArray, poor: NDArray, size: NDArray) -> NDArray:
    """Incomes whose mean over persons is below the limit; only what lies above the line shrinks."""
    limit = MEAN_LIMIT * 0.985
    fixed = (income[poor] * size[poor]).sum()
    above = ((income - LINE) * size)[~poor].sum()
    room = limit * size.sum() - fixed - LINE * size[~poor].sum()
    return np.where(poor, income, LINE + 5 + (income - LINE) * min(1.0, max(room, 0) / above * 0.99))


def _compose(
    rng: Generator, families: Families, has: _Summary, facts: dict[str, NDArray], net: NDArray[np.int64]
) -> dict[str, NDArray[np.int64]]:
    """Parts of income that add up to the net income to the cent: transfers, wages of those who work, then farming."""
    count = len(families)
    left = net.copy()

    def part(amount: NDArray) -> NDArray[np.int64]:
        nonlocal left
        taken = np.minimum(np.round(amount).astype(np.int64), left)
        left = left - taken
        return taken

    money = {
        "transfer_pension": part(has.pensioners * 66_000.0),  # 55 yuan a month
        "transfer_allowance": part(np.where(has.allowance > 0, has.allowance * 90_000.0, 0)),
        "transfer_ecology": part(facts["returned_forest"] * 12_500.0),
        "transfer_family_planning": part(np.where(facts["family_planning"] != "no", 36_000.0, 0)),
        "transfer_five_guarantees": np.zeros(count, np.int64),
        "transfer_other": part(np.where(rng.random(count) < 0.5, facts["arable"] * 8_000.0, 0)),
        "income_property": part(np.where(rng.random(count) < 0.08, rng.uniform(2e4, 2e5, count), 0)),
    }
    wage = np.where(has.working > 0, np.clip(has.months * 0.055, 0.25, 0.8) * left, 0)
    money["income_wage"] = part(np.maximum(wage, np.where(has.working > 0, 10_000, 0)))
    expense = np.round(left * rng.uniform(0.25, 0.7, count)).astype(np.int64)
    money["income_production"], money["expense_production"] = left + expense, expense
    money["spending_medical"] = np.where(has.ill > 0, rng.gamma(1.6, 1.6e5, count), rng.uniform(0, 6e4, count))
    money["spending_schooling"] = np.where(has.students > 0, has.students * rng.gamma(2, 0.9e5, count), 0)
    disaster = (rng.random(count) < 0.03) | (facts["disaster"])
    money["spending_disaster"] = np.where(disaster, rng.gamma(2, 1.4e5, count) + 1e4, 0)
    money["spending_building"] = np.where(rng.random(count) < 0.03, rng.gamma(3, 1.2e6, count), 0)
    return {name: np.round(amount).astype(np.int64) for name, amount in money.items()}


Chance = Callable[[NDArray | float], NDArray[np.bool_]]


def _facts(rng: Generator, villages: Villages, families: Families, has: _Summary) -> dict[str, NDArray]:
    """Land, house, water, road and possessions, worse where the village is remote and the household poor.

    The order in which chances are drawn is part of what a seed means.
    """
    count, poor = len(families), families.poor
    remote, orchard = villages.remote[families.village], villages.orchard[families.village]

    def chance(share: NDArray | float) -> NDArray[np.bool_]:
        return rng.random(count) < share

    arable = np.round(rng.gamma(4, 0.42, count) * families.size, 1).clip(0.3, 40)
    difficulty = chance(np.where(poor, 0.22, 0.08) * (0.4 + remote))
    walls = _walls(chance, poor)
    dangerous = chance(np.where(poor, 0.3, 0.05) * np.where(np.isin(walls, ("earth", "cave")), 1.6, 0.5))
    planning = _planning(chance, has)
    return (
        _land(rng, chance, arable, orchard)
        | _supplies(chance, poor, remote, difficulty)
        | _road(rng, chance, villages.paved[families.village], remote)
        | _house(rng, chance, families, walls, dangerous)
        | _means(chance, poor)
        | {"family_planning": planning, "martyr_family": chance(0.004), "disaster": poor & chance(0.04)}
    )


def _walls(chance: Chance, poor: NDArray) -> NDArray[np.str_]:
    """What a house is built of."""
    structure = np.where(
        chance(np.where(poor, 0.42, 0.22)), "cave", np.where(chance(0.45), "brick_timber", "brick_mixed")
    )
    return np.where(chance(np.where(poor, 0.2, 0.05)), "earth", structure)


def _planning(chance: Chance, has: _Summary) -> NDArray[np.str_]:
    one_child = (has.children == 1) & chance(0.1)
    two_girls = (has.children == 2) & (has.daughters == 2) & chance(0.3)
    return np.where(one_child, "only_child", np.where(two_girls, "two_daughters", "no"))


def _land(rng: Generator, chance: Chance, arable: NDArray, orchard: NDArray) -> dict[str, NDArray]:
    count = len(arable)
    return {
        "arable": arable,
        "irrigated": np.round(arable * np.where(chance(0.3), rng.uniform(0, 0.7, count), 0), 1),
        "forest": np.where(chance(0.2), np.round(rng.gamma(2, 1.2, count), 1), 0.0),
        "returned_forest": np.where(chance(0.25), np.round(rng.gamma(2, 0.8, count), 1), 0.0),
        "orchard": np.minimum(
            np.where(chance(orchard), np.round(arable * rng.uniform(0.2, 0.8, count), 1), 0.0), arable
        ),
    }


def _supplies(chance: Chance, poor: NDArray, remote: NDArray, difficulty: NDArray) -> dict[str, NDArray]:
    """Water, power and broadcast."""
    return {
        "tap_water": chance(0.82 - 0.3 * remote),
        "water_difficulty": difficulty,
        "safe_water": ~difficulty & chance(np.where(poor, 0.9, 0.96)),
        "domestic_power": np.ones(len(poor), bool),
        "production_power": chance(0.86 - 0.2 * remote),
        "broadcast": chance(0.93),
    }


def _road(rng: Generator, chance: Chance, paved: NDArray, remote: NDArray) -> dict[str, NDArray]:
    return {
        "road_type": np.where(chance(np.where(paved, 0.03, 0.6)), "earth", np.where(chance(0.3), "gravel", "cement")),
        "road_km": np.round(rng.gamma(1.6, 0.25 + 0.5 * remote, len(remote)), 1).clip(0, 4.9),
    }


def _house(
    rng: Generator, chance: Chance, families: Families, walls: NDArray, dangerous: NDArray
) -> dict[str, NDArray]:
    count, poor = len(families), families.poor
    return {
        "fuel": np.where(chance(0.55), "firewood", np.where(chance(0.7), "coal", "electricity")),
        "sanitary_toilet": chance(np.where(poor, 0.18, 0.42)),
        "house_area": np.round((38 + families.size * 14) * rng.uniform(0.6, 1.5, count) * np.where(poor, 0.8, 1.1)),
        "house_structure": walls,
        "house_year": rng.integers(1968, 2013, count) - np.where(poor, 4, 0),
        "house_grade": np.where(
            dangerous, np.where(chance(0.55), "C", "D"), np.where(chance(0.5) & (walls != "earth"), "A", "B")
        ),
        "dangerous_house": dangerous,
    }


def _means(chance: Chance, poor: NDArray) -> dict[str, NDArray]:
    """Cooperative, enterprise and possessions."""
    return {
        "cooperative": chance(np.where(poor, 0.09, 0.16)),
        "enterprise_led": chance(0.05),
        "car": ~poor & chance(0.09),
        "tractor": chance(np.where(poor, 0.16, 0.3)),
        "commercial_property": ~poor & chance(0.02),
        "business": ~poor & chance(0.03),
    }


def _causes(
    rng: Generator, villages: Villages, families: Families, has: _Summary, facts: dict[str, NDArray]
) -> tuple[NDArray, NDArray]:
    """Main and other causes of the poor, each only where the facts bear it out; the heaviest first."""
    count = len(families)
    remote = villages.remote[families.village]
    weights = {
        "illness": np.where(has.ill > 0, 2.6, 0),
        "disability": np.where(has.disabled > 0, 3.4, 0),
        "schooling": np.where((has.students > 0), 0.9 * has.students, 0),
        "disaster": np.where(facts["disaster"], 4.0, 0),
        "no_land": np.where(facts["arable"] / families.size < 0.7, 1.0, 0),
        "no_water": np.where(facts["water_difficulty"] & ~facts["tap_water"], 0.9, 0),
        "no_skills": np.where(has.strong > 0, 1.7, 0),
        "no_labour": np.where(has.able * 2 < families.size, 2.8, 0),
        "no_capital": np.where(has.strong > 0, 1.5, 0),
        "transport": np.where(facts["road_type"] == "earth", 0.7 * remote, 0),
        "no_drive": np.where((has.strong == families.size), 0.25, 0),
        "other": np.full(count, 0.12),
    }
    names = np.array(list(weights))
    score = np.stack(list(weights.values()), axis=1) * rng.gamma(2, 0.5, (count, len(names)))
    order = np.argsort(-score, axis=1, kind="stable")
    ranked = np.take_along_axis(score, order, axis=1)
    more = (rng.random(count) < 0.55) & (ranked[:, 1] > 0.4)
    third = more & (rng.random(count) < 0.35) & (ranked[:, 2] > 0.4)
    second_name, third_name = names[order[:, 1]], names[order[:, 2]]
    others = np.where(third, np.char.add(np.char.add(second_name, "、"), third_name), np.where(more, second_name, ""))
    return np.where(families.poor, names[order[:, 0]], ""), np.where(families.poor, others, "")


def visits(rng: Generator, count: int) -> tuple[NDArray, NDArray]:
    """Days of the home visits in spring 2014, and the number of the surveyors' pair."""
    days = rng.integers(0, 55, count)
    return np.array([date(INCOME_YEAR + 1, 4, 8) + timedelta(days=int(day)) for day in days], object), days % 4
