"""The situation of an area in numbers, counted from the register."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from jingzhun.areas.rules import code_range
from jingzhun.parameters.queries import NoParameter, poverty_line

# Rural persons: members of households in villages. Residents' committees (codes ending in 001 to 199) are not rural;
# villagers' committees end in 200 and above (areas/rules.py).
TOTALS = """
WITH villages AS (
    SELECT code FROM areas_area
    WHERE level = 'village' AND code >= %(first)s AND code < %(after)s AND substr(code, 10) >= '200'
), registered AS (
    SELECT s.household_id FROM registry_registerspell s
    WHERE s.registered_on <= %(day)s AND (s.exited_on IS NULL OR s.exited_on > %(day)s)
), present AS (
    SELECT m.household_id, count(*) AS persons FROM registry_member m
    WHERE m.joined_on <= %(day)s AND (m.left_on IS NULL OR m.left_on > %(day)s)
    GROUP BY m.household_id
), households AS (
    SELECT h.id, p.persons, r.household_id IS NOT NULL AS poor
    FROM registry_household h
    JOIN present p ON p.household_id = h.id
    LEFT JOIN registered r ON r.household_id = h.id
    WHERE h.village_code >= %(first)s AND h.village_code < %(after)s
      AND substr(h.village_code, 10) >= '200'
      AND (h.closed_on IS NULL OR h.closed_on > %(day)s)
)
SELECT
    (SELECT count(*) FROM villages),
    (SELECT count(*) FROM (
        SELECT DISTINCT ON (v.area_id) v.poor_village, v.exited_on FROM registry_villageyear v
        WHERE v.area_id >= %(first)s AND v.area_id < %(after)s AND v.year <= %(year)s
        ORDER BY v.area_id, v.year DESC) latest
     WHERE latest.poor_village AND (latest.exited_on IS NULL OR latest.exited_on > %(day)s)),
    count(*), coalesce(sum(persons), 0),
    count(*) FILTER (WHERE poor), coalesce(sum(persons) FILTER (WHERE poor), 0)
FROM households
"""


@dataclass(frozen=True)
class Situation:
    """An area on the last day of a year. Incidence is a fraction: registered poor persons / rural persons."""

    area: str
    year: int
    villages: int
    poor_villages: int
    households: int
    rural_persons: int
    poor_households: int
    poor_persons: int
    poverty_line: Decimal | None

    @property
    def incidence(self) -> Decimal | None:
        """Four decimals; None where nobody lives."""
        if not self.rural_persons:
            return None
        return (Decimal(self.poor_persons) / self.rural_persons).quantize(Decimal("0.0001"))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"incidence": self.incidence}


def situation(area: str, year: int) -> Situation:
    """Count an area on the last day of a year; one query for all counts, one for the line."""
    first, after = code_range(area)
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, {"first": first, "after": after, "day": date(year, 12, 31), "year": year})
        villages, poor_villages, households, persons, poor_households, poor_persons = cursor.fetchone()
    try:
        line = poverty_line(area, year - 1)
    except NoParameter:
        line = None
    return Situation(
        area, year, villages, poor_villages, households, int(persons), poor_households, int(poor_persons), line
    )
