"""The units that send helpers: 26 departments of province and city, partners, the county's own units and its towns.

Names from the county's report: the university of petroleum, the bank, the bureaus of finance, commerce and salt, the
partners. The others, the numbers and the pledges are invented so that they come to the report's totals: 6,130 cadres,
more than five million yuan a year from the departments, more than three from the partners.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

UNITS = Path(__file__).parents[1] / "data" / "units.csv"
CADRES = 6_130
FEWEST = 5  # of a unit


@dataclass(frozen=True)
class Unit:
    """A unit with its number of cadres, of whom `leaders` are county-level; what it pledges a year in yuan."""

    name: str
    level: str
    cadres: int
    leaders: int = 0
    team: bool = False
    pledge: int = 0
    purpose: str = ""
    skills: tuple[str, ...] = ()
    town: str = ""  # code, of a town's government


def units(towns: Sequence[tuple[str, str]], share: float = 1.0) -> list[Unit]:
    """All units; the towns (code, name) share the cadres that are left. A part of the county has a share of them."""
    with UNITS.open(encoding="utf-8", newline="") as file:
        listed = [_unit(row) for row in csv.DictReader(file)]
    left = CADRES - sum(unit.cadres for unit in listed)
    if share < 1:
        listed = [replace(unit, cadres=max(FEWEST, round(unit.cadres * share)), leaders=min(unit.leaders, 1))
                  for unit in listed]  # fmt: skip
        left = max(FEWEST * len(towns), round(left * share))
    shares = [left // len(towns) + (number < left % len(towns)) for number in range(len(towns))]
    return listed + [
        Unit(f"{name}人民政府" if name.endswith("镇") else f"{name}办事处", "town", share, town=code)
        for (code, name), share in zip(towns, shares, strict=True)
    ]


def _unit(row: dict[str, str]) -> Unit:
    return Unit(
        row["name"],
        row["level"],
        int(row["cadres"]),
        int(row["leaders"]),
        row["team"] == "1",
        int(row["pledge"] or 0),
        row["purpose"],
        tuple(row["skills"].split()),
    )
