"""What a project may become, when its reports are due, how it stands, and when it will be finished as it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

NAMES = ("project_report_days", "project_warning_days")
DRAFT, LIBRARY, APPROVED, UNDER_WAY = "draft", "library", "approved", "under_way"
COMPLETED, ACCEPTED, DROPPED = "completed", "accepted", "dropped"
NEXT: Mapping[str, tuple[str, ...]] = {
    DRAFT: (LIBRARY, DROPPED),
    LIBRARY: (APPROVED, DRAFT, DROPPED),
    APPROVED: (UNDER_WAY, DROPPED),
    UNDER_WAY: (COMPLETED, DROPPED),
    COMPLETED: (ACCEPTED, UNDER_WAY),
    ACCEPTED: (),
    DROPPED: (),
}
ALL = 100  # hundredths of the whole


class Standing(StrEnum):
    """How something with a day stands: the colours of boards are made of it."""

    DONE = "done"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Planned:
    """A stage: its share of the whole in hundredths, its day, and the day on which it was done."""

    weight: int
    due_on: date
    done_on: date | None = None


def may_become(state: str, wanted: str) -> bool:
    """Whether a project goes from one state to another."""
    return wanted in NEXT[state]


def report_days(begun_on: date, until: date, every: int) -> list[date]:
    """Days on which reports are due: every so many days from the first day on, until a day."""
    days = (until - begun_on).days // every
    return [begun_on + timedelta(days=every * (number + 1)) for number in range(max(days, 0))]


def next_report(begun_on: date, today: date, every: int) -> date:
    """The first day after or on today on which a report is due."""
    passed = max((today - begun_on).days, 1)
    return begun_on + timedelta(days=every * -(-passed // every))


def standing(stages: Sequence[Planned], due_on: date, today: date, warning: int, *, finished: bool) -> Standing:
    """Red where a stage or the whole is late, yellow where one is due within the days of warning and not done."""
    if finished:
        return Standing.DONE
    first = min([due_on, *(stage.due_on for stage in stages if stage.done_on is None)])
    if first < today:
        return Standing.RED
    return Standing.YELLOW if first <= today + timedelta(days=warning) else Standing.GREEN


def done(stages: Sequence[Planned]) -> int:
    """Hundredths of the whole that are done."""
    return sum(stage.weight for stage in stages if stage.done_on is not None)


def planned(stages: Sequence[Planned], today: date) -> int:
    """Hundredths of the whole that should be done by a day."""
    return sum(stage.weight for stage in stages if stage.due_on <= today)


def forecast(begun_on: date, today: date, percent: int) -> date | None:
    """The day of the finish if it goes on as it went; None while nothing is done."""
    if percent <= 0 or today <= begun_on:
        return None
    days = (today - begun_on).days
    return begun_on + timedelta(days=-(-days * ALL // percent))
