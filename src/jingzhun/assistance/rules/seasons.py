"""The farming year: on which days a work begins and ends, and until when its inputs must be there (domain 5.4)."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

NAMES = ("measure_warning_days",)
FEBRUARY, LEAP_DAY = 2, 29


@dataclass(frozen=True)
class Work:
    """A work of any year by month and day; one that ends before it begins runs over New Year."""

    begins: tuple[int, int]
    ends: tuple[int, int]
    days_before: int

    @classmethod
    def of(cls, begins: str, ends: str, days_before: int) -> "Work":
        """From `MM-DD`. Raises ValueError for what is no day of a year."""
        return cls(month_and_day(begins), month_and_day(ends), days_before)

    def begin_in(self, year: int) -> date:
        """The first day of the work that begins in a year."""
        return _in_year(self.begins, year)

    def end_in(self, year: int) -> date:
        """The last day of the work that begins in a year."""
        return _in_year(self.ends, year + (self.ends < self.begins))


def month_and_day(text: str) -> tuple[int, int]:
    """`02-29` as (2, 29). Raises ValueError."""
    month, _dash, day = text.partition("-")
    found = date(2000, int(month), int(day))  # a leap year, so that 29 February is a day
    return found.month, found.day


def _in_year(day: tuple[int, int], year: int) -> date:
    month, number = day
    if (month, number) == (FEBRUARY, LEAP_DAY) and not isleap(year):
        number -= 1
    return date(year, month, number)


def due_on(work: Work, year: int) -> date:
    """The last day for the inputs of the work that begins in a year."""
    return work.begin_in(year) - timedelta(days=work.days_before)


def needed_by(work: Work, day: date) -> date:
    """Until when inputs planned for a day are needed: for the first work that is not over on that day."""
    year = next(year for year in range(day.year - 1, day.year + 2) if work.end_in(year) >= day)
    return due_on(work, year)


def due_after_change(old: Work, new: Work, day: date) -> date:
    """Until when inputs due on a day are due once their work has other days: before the nearest new one, never later.

    Without the old days a work that was moved to before the day would be taken for the next year's.
    """
    begun = needed_by(old, day) + timedelta(days=old.days_before)
    year = min(range(begun.year - 1, begun.year + 2), key=lambda year: abs(new.begin_in(year) - begun))
    return min(day, due_on(new, year))
