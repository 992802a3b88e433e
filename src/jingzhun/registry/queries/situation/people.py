"""The people of an area: by age and sex on a day, and by year."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from jingzhun.areas.rules import code_range
from jingzhun.methods.shares import share
from jingzhun.registry.rules.ages import born_by

AGE_STEP = 5  # years: width of a band of the age pyramid
AGE_TOP = 80  # the last band is open upwards

# One pass for both: the pyramid counts who is present on the day, the years whoever came and left when.
PEOPLE = """
WITH counted AS (
    SELECT grouping(band) = 0 AS by_age, band, sex, poor, came, went,
        count(*) AS persons, count(*) FILTER (WHERE present) AS present
    FROM (
        SELECT coalesce(width_bucket(m.birth_date, %(births)s::date[]), -1) AS band, m.sex, r.id IS NOT NULL AS poor,
            m.joined_on AS came, least(m.left_on, h.closed_on) AS went,
            m.joined_on <= %(day)s AND coalesce(least(m.left_on, h.closed_on) > %(day)s, true) AS present
        FROM registry_household h
        JOIN registry_member m ON m.household_id = h.id
        LEFT JOIN registry_registerspell r ON r.household_id = h.id
            AND r.registered_on <= %(day)s AND (r.exited_on IS NULL OR r.exited_on > %(day)s)
        WHERE h.village_code >= %(first)s AND h.village_code < %(after)s AND substr(h.village_code, 10) >= '200'
    ) AS people
    GROUP BY GROUPING SETS ((band, sex, poor), (came, went))
)
SELECT by_age, band, sex, poor, width_bucket(came, %(ends)s::date[]), width_bucket(went, %(ends)s::date[]),
    sum(persons)::int, sum(present)::int
FROM counted GROUP BY 1, 2, 3, 4, 5, 6
"""
POOR = """
SELECT width_bucket(greatest(m.joined_on, s.registered_on), %(ends)s::date[]),
    width_bucket(least(m.left_on, s.exited_on, h.closed_on), %(ends)s::date[]), count(*)
FROM registry_registerspell s
JOIN registry_household h ON h.id = s.household_id
JOIN registry_member m ON m.household_id = h.id
WHERE h.village_code >= %(first)s AND h.village_code < %(after)s AND substr(h.village_code, 10) >= '200'
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Year:
    """An area at the end of a year, or today while the year lasts."""

    year: int
    persons: int
    poor_persons: int

    @property
    def incidence(self) -> Decimal | None:
        return share(self.poor_persons, self.persons)


@dataclass
class People:
    """`pyramid`: (first age of the band, sex) to (persons, poor persons); -1 where no birth date is known."""

    pyramid: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    years: list[Year] = field(default_factory=list)


def count_people(code: str, day: date, first_year: int, last_year: int) -> People:
    """Count the rural people of an area on a day and at the end of each year; two queries."""
    first, after = code_range(code)
    years = range(first_year, last_year + 1)
    ends = [min(date(year, 12, 31), timezone.localdate()) for year in years]
    asked: dict[str, Any] = {
        "first": first,
        "after": after,
        "day": day,
        "births": [born_by(day, age) + timedelta(days=1) for age in range(AGE_TOP, 0, -AGE_STEP)],
        "ends": [end + timedelta(days=1) for end in ends],
    }
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, asked)
        rows = cursor.fetchall()
        cursor.execute(POOR, asked)
        poor = cursor.fetchall()
    moves = [(came, went, persons) for by_age, _band, _sex, _poor, came, went, persons, _present in rows if not by_age]
    return People(
        _pyramid([row for row in rows if row[0]]),
        [Year(year, _at(moves, end), _at(poor, end)) for end, year in enumerate(years)],
    )


def _pyramid(rows: list[tuple]) -> dict[tuple[int, str], tuple[int, int]]:
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for _by_age, band, sex, poor, _came, _went, _persons, present in rows:
        if not present:
            continue
        # Bands run from the oldest (born before the first date) to the youngest.
        age = -1 if band < 0 else AGE_TOP - AGE_STEP * band
        persons, registered = found.get((age, sex), (0, 0))
        found[age, sex] = (persons + present, registered + (present if poor else 0))
    return found


def _at(moves: list[tuple[int, int | None, int]], end: int) -> int:
    """How many had come by the end of a year and not gone; both are numbers of year's ends that came before."""
    return sum(count for came, went, count in moves if came <= end and (went is None or went > end))
