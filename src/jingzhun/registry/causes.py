"""How a county groups the official causes of poverty into its own (data/county_causes.csv, dated, by area)."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

from .dictionary import DATA


@dataclass(frozen=True)
class Grouping:
    county_cause: str
    cause: str
    area: str
    valid_from: date
    valid_until: date | None
    source: str = ""


def groupings(area_code: str, on: date) -> list[Grouping]:
    """The groupings in force in an area on a day, with their dates and sources."""
    return [
        row
        for row in _groupings()
        if row.valid_from <= on and (row.valid_until is None or on < row.valid_until) and area_code.startswith(row.area)
    ]


def county_causes(area_code: str, on: date) -> dict[str, tuple[str, ...]]:
    """The county's causes with the official ones that each holds; empty where no county's grouping is in force."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in groupings(area_code, on):
        found[row.county_cause].append(row.cause)
    return {name: tuple(causes) for name, causes in found.items()}


@cache
def _groupings() -> tuple[Grouping, ...]:
    with (DATA / "county_causes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Grouping(
                row["county_cause"],
                row["cause"],
                row["area"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                row["source"],
            )
            for row in csv.DictReader(file)
        )
