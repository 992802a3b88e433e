"""The moment that a list or page is asked for: a day of the register and the year whose incomes it is judged by."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils import timezone

from jingzhun.registry.models import Survey


@dataclass(frozen=True)
class Asked:
    """`day`: the register on that day. `income_year`: the last full year before its register year."""

    day: date
    income_year: int

    @property
    def year(self) -> int:
        """The register's year: its end is judged by the incomes of the year before."""
        return self.income_year + 1


def latest_income_year() -> int:
    """Year of the newest survey; without any, last year. One query on an index."""
    newest = Survey.objects.aggregate(newest=Max("year"))["newest"]
    return newest if newest is not None else timezone.localdate().year - 1


def asked_for(year: int | None = None, day: date | None = None) -> Asked:
    """The register on a day or at the end of a year (today, while it lasts); by default of the newest incomes."""
    if day is not None:
        return Asked(day, day.year - 1)
    if year is None:
        year = latest_income_year() + 1
    return Asked(min(date(year, 12, 31), timezone.localdate()), year - 1)
