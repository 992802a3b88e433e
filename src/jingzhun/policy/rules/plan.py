"""The plan in numbers: whether towns add up to their county, and how the poor become fewer by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class Counts:
    """How many leave the register: households, persons, poor villages."""

    households: int = 0
    persons: int = 0
    villages: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.households + other.households, self.persons + other.persons, self.villages + other.villages)

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(self.households - other.households, self.persons - other.persons, self.villages - other.villages)

    def __bool__(self) -> bool:
        return bool(self.households or self.persons or self.villages)


NONE = Counts()
Grid = Mapping[tuple[str, int], Counts]  # by area code and year


def differences(grid: Grid, county: str, towns: Sequence[str], years: Iterable[int]) -> dict[int, Counts]:
    """By year, by how much the towns exceed their county (negative: fall short), where they do not add up.

    A year in which no town has a target is not divided yet, and is no fault.
    """
    found = {}
    for year in years:
        parts = [grid[town, year] for town in towns if (town, year) in grid]
        if parts and (difference := sum(parts, NONE) - grid.get((county, year), NONE)):
            found[year] = difference
    return found


def remaining(poor: int, grid: Grid, area: str, years: Iterable[int]) -> dict[int, int]:
    """Poor persons left at the end of each year, if so many begin and each year's target leaves; never below none."""
    left, found = poor, {}
    for year in years:
        left -= grid.get((area, year), NONE).persons
        found[year] = max(left, 0)
    return found


class When(StrEnum):
    """Where a phase stands on a day."""

    OVER = "over"
    NOW = "now"
    TO_COME = "to_come"


def stands(begins_on: date, ends_on: date, today: date) -> When:
    """A phase lasts to its last day."""
    if today < begins_on:
        return When.TO_COME
    return When.NOW if today <= ends_on else When.OVER


class Progress(StrEnum):
    """Where a measure of the plan stands on a day."""

    DONE = "done"
    DONE_LATE = "done_late"
    LATE = "late"
    OPEN = "open"


def progress(due_on: date, done_on: date | None, today: date) -> Progress:
    """A measure is late from the day after it was due."""
    if done_on is not None:
        return Progress.DONE if done_on <= due_on else Progress.DONE_LATE
    return Progress.LATE if today > due_on else Progress.OPEN
