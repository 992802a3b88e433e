"""Working days of China, with the State Council's holidays and the weekends that are worked instead.

The holidays of a year are announced in the autumn before it. A year that the calendar does not know yet must not stop
anything: its Mondays to Fridays are counted, and the answer says so.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True)
class DueDay:
    """A day found by counting working days. `by_weekdays`: the holidays of one of the years were not known."""

    day: date
    by_weekdays: bool = False


def is_working_day(day: date) -> tuple[bool, bool]:
    """Whether people work on a day, and whether its year's holidays are known."""
    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.weekday() < 5, False


def after_working_days(start: date, days: int) -> DueDay:
    """The day on which the last of so many working days ends; the first is the one after the start."""
    day, left, all_known = start, days, True
    while left > 0:
        day += timedelta(days=1)
        works, known = is_working_day(day)
        all_known = all_known and known
        left -= works
    return DueDay(day, not all_known)


def working_days_until(today: date, due: date) -> int:
    """Working days after today until a day; below zero, how many have passed since."""
    first, last = min(today, due), max(today, due)
    days = sum(is_working_day(first + timedelta(days=n))[0] for n in range(1, (last - first).days + 1))
    return days if due >= today else -days
