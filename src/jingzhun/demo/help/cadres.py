"""The county's 6,130 cadres, drawn by a seed and written as the workbook that the county would import."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from jingzhun.assistance.skills import skills
from jingzhun.assistance.workbook.cadres import write_cadres
from jingzhun.demo.story.cast import GIVEN, SURNAMES
from jingzhun.people.models import Cadre

from .units import Unit

DEPARTMENT_SHARE = 0.14  # of the cadres who are no leaders of the county
SEAT = "610426001"  # most units have their office in the county's seat
FROM_A_VILLAGE = 0.35  # of the cadres have their home in a village
SKILLED = 0.8  # of a unit's people have its skill
POSTS = {"county": "县级领导", "department": "科长", "ordinary": "干部"}
FIRST_DAY = date(2014, 1, 1)


def write_cadre_workbook(units: Sequence[Unit], villages: Sequence[str], seed: int, path: Path) -> int:
    """Write the workbook; number of cadres."""
    rng = np.random.default_rng([seed, 14])
    rows = [row for unit in units for row in _of_unit(unit, villages, rng)]
    numbered = [[f"YS{number:05d}", *row] for number, row in enumerate(rows, 1)]
    with path.open("wb") as file:
        return write_cadres(file, numbered)


def _of_unit(unit: Unit, villages: Sequence[str], rng: Generator) -> Iterator[list[Any]]:
    labels = dict(Cadre.RANKS)
    departments = rng.binomial(unit.cadres - unit.leaders, DEPARTMENT_SHARE)
    ranks = ["county"] * unit.leaders + ["department"] * departments
    ranks += ["ordinary"] * (unit.cadres - len(ranks))
    for rank in ranks:
        yield [
            SURNAMES[int(rng.integers(len(SURNAMES)))] + GIVEN[int(rng.integers(len(GIVEN)))],
            "男" if rng.random() < 0.62 else "女",
            unit.name,
            str(labels[rank]),
            POSTS[rank],
            _near(unit, villages, rng),
            "、".join(skills()[each].zh for each in unit.skills if rng.random() < SKILLED),
            "普通话、关中方言" if unit.level in ("county", "town") else "普通话",
            None,
            f"1{rng.integers(30, 40)}{rng.integers(10**8):08d}",
            FIRST_DAY,
        ]


def _near(unit: Unit, villages: Sequence[str], rng: Generator) -> str:
    at_home = [code for code in villages if code.startswith(unit.town)] if unit.town else villages
    if unit.level in ("county", "town") and rng.random() < FROM_A_VILLAGE:
        return str(at_home[int(rng.integers(len(at_home)))])
    return unit.town or SEAT
