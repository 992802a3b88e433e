"""The moment that a list or page is asked for: a day of the register and the year whose incomes it is judged by."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

# A single household, or a file with a mistaken year, must not move every screen into its year. Goes back from the
# newest year, each of them a look at one index; where no year has most households, the one with the most counts.
USUAL_INCOME_YEAR = """
SELECT coalesce(
    (SELECT y FROM (SELECT generate_series(max(year), min(year), -1) AS y FROM registry_survey) years
     WHERE EXISTS (SELECT FROM registry_survey WHERE year = y AND per_capita IS NOT NULL
                   OFFSET (SELECT count(*) / 2 FROM registry_household WHERE closed_on IS NULL))
     LIMIT 1),
    (SELECT year FROM registry_survey GROUP BY year ORDER BY count(per_capita) DESC, count(*) DESC, year DESC
     LIMIT 1))
"""


@dataclass(frozen=True)
class Asked:
    """`day`: the register on that day. `income_year`: the last full year before its register year."""

    day: date
    income_year: int

    @property
    def year(self) -> int:
        """The register's year: its end is judged by the incomes of the year before."""
        return self.income_year + 1


def usual_income_year() -> int | None:
    """The newest year whose incomes are known of over half of the households; None without surveys. One query."""
    with connection.cursor() as cursor:
        cursor.execute(USUAL_INCOME_YEAR)
        return cursor.fetchone()[0]


def latest_income_year() -> int:
    """The usual income year; without any, last year."""
    usual = usual_income_year()
    return timezone.localdate().year - 1 if usual is None else usual


def asked_for(year: int | None = None, day: date | None = None) -> Asked:
    """The register on a day or at the end of a year (today, while it lasts); by default of the usual incomes."""
    if day is not None:
        return Asked(day, day.year - 1)
    if year is None:
        year = latest_income_year() + 1
    return Asked(min(date(year, 12, 31), timezone.localdate()), year - 1)
