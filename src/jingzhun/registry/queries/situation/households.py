"""The households of an area on a day, counted along every dimension in one pass over the register."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from jingzhun.areas.rules import DIGITS, LEVEL_OF, Level, code_range
from jingzhun.registry.queries.guarantees import MET, PEOPLE

from .tally import Tally

INCOME_STEP = 500  # yuan: width of a column of the income distribution
INCOME_TOP = 20  # number of the last column, open upwards; -1 is the one below zero
LARGEST_SIZE = 7  # persons: households of this size and larger are counted together

GUARANTEES = ("income", "schooling", "medical", "housing", "water")
DIMENSIONS = ("place", "attribute", "cause", "size", "income_step", *GUARANTEES)
UNPOOR, POOR, URBAN, NOBODY = range(4)  # kinds of households, see Households

# Counting along a dozen dimensions costs more than finding the facts: keys are short, and money is whole fen.
FACTS = """
WITH people AS ({people}), registered AS (
    SELECT DISTINCT household_id AS id FROM registry_registerspell
    WHERE registered_on <= %(day)s AND (exited_on IS NULL OR exited_on > %(day)s)
), facts AS (
    SELECT {place} AS place,
        CASE WHEN p.id IS NULL THEN 3 WHEN substr(h.village_code, 10) < '200' THEN 2 WHEN r.id IS NULL THEN 0 ELSE 1
            END AS kind,
        p.persons::int AS persons, h.attribute, h.cause_main AS cause,
        least(p.persons, %(largest_size)s)::int AS size,
        CASE WHEN v.per_capita IS NOT NULL THEN greatest(least(floor(v.per_capita / %(step)s), %(top)s), -1)::int
            END AS income_step,
        v.per_capita >= %(line)s AS income,
        {schooling} AS schooling, {medical} AS medical, {housing} AS housing, {water} AS water,
        (v.net_income * 100)::bigint AS fen, CASE WHEN v.net_income IS NOT NULL THEN v.members_counted END AS earners
    FROM registry_household h
    LEFT JOIN people p ON p.id = h.id
    LEFT JOIN registered r ON r.id = h.id
    LEFT JOIN registry_survey v ON v.household_id = h.id AND v.year = %(income_year)s
    WHERE h.village_code >= %(first)s AND h.village_code < %(after)s AND (h.closed_on IS NULL OR h.closed_on > %(day)s)
)
SELECT grouping({columns}), kind, {columns}, count(*), sum(persons), sum(fen), sum(earners), count(fen)
FROM facts GROUP BY GROUPING SETS ((kind), {sets})
"""
MEMBERS_OF = """
    AND household_id IN (SELECT id FROM registry_household WHERE village_code >= %(first)s AND village_code < %(after)s)
"""


NOTHING = Tally()


@dataclass
class Households:
    """Rural households with members on the day: all of them, and by dimension and value.

    Values are texts: codes, numbers, `true` or `false`; the empty text where nothing is stated or known. `urban` counts
    the households of residents' committees, `nobody` those without a member on the day: both stand in the register's
    lists, and neither counts here.
    """

    total: Tally = NOTHING
    by: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(dict))
    urban: int = 0
    nobody: int = 0

    def get(self, dimension: str, value: str) -> Tally:
        return self.by[dimension].get(value, NOTHING)


@dataclass(frozen=True)
class Judged:
    """What households are judged by: a day, the year of the incomes, its line, the births of compulsory school age."""

    day: date
    income_year: int
    line: Decimal | None
    born_after: date | None
    born_until: date | None


def place_digits(code: str) -> int:
    """Digits of the areas that are counted: groups of a village, villages of a town or county, else what lies below."""
    level = LEVEL_OF[len(code)]
    if level in (Level.TOWN, Level.COUNTY):
        return DIGITS[Level.VILLAGE]
    return next((digits for digits in sorted(LEVEL_OF) if digits > len(code)), len(code))


def count_households(code: str, judged: Judged) -> Households:
    """Count the households of an area; one query."""
    first, after = code_range(code)
    asked = vars(judged) | {"first": first, "after": after, "step": INCOME_STEP, "top": INCOME_TOP}
    with connection.cursor() as cursor:
        cursor.execute(_statement(code), asked | {"largest_size": LARGEST_SIZE})
        return _read(cursor.fetchall())


def _statement(code: str) -> str:
    digits = place_digits(code)
    if digits == DIGITS[Level.GROUP]:
        place = "h.area_id"
    else:
        place = "h.village_code" if digits == DIGITS[Level.VILLAGE] else f"substr(h.village_code, 1, {digits})"
    small = len(code) >= DIGITS[Level.TOWN]  # a county's members are read whole, a town's by their households
    return FACTS.format(
        place=place,
        people=PEOPLE.format(members_of=MEMBERS_OF if small else ""),
        **MET,
        columns=", ".join(DIMENSIONS),
        sets=", ".join(f"(kind, {name})" for name in DIMENSIONS),
    )


def _read(rows: list[tuple[Any, ...]]) -> Households:
    found = Households()
    for grouped, kind, *rest in rows:
        values, counts = rest[: len(DIMENSIONS)], rest[len(DIMENSIONS) :]
        dimension = _dimension(grouped)
        if dimension is None and kind in (URBAN, NOBODY):
            found.urban += counts[0] if kind == URBAN else 0
            found.nobody += counts[0] if kind == NOBODY else 0
        elif dimension is None:
            found.total += _tally(kind, *counts)
        elif kind in (UNPOOR, POOR):
            value = values[DIMENSIONS.index(dimension)]
            key = "" if value is None else str(value).lower()
            found.by[dimension][key] = found.get(dimension, key) + _tally(kind, *counts)
    return found


def _dimension(grouped: int) -> str | None:
    """The dimension of a row, by the bits of SQL's grouping(): set for columns that a row does not group by."""
    bits = f"{grouped:0{len(DIMENSIONS)}b}"
    return DIMENSIONS[bits.index("0")] if "0" in bits else None


def _tally(kind: int, households: int, persons: int, fen: Decimal | None, earners: int | None, surveyed: int) -> Tally:
    poor = (households, int(persons)) if kind == POOR else (0, 0)
    yuan = Decimal(fen or 0).scaleb(-2)
    return Tally(households, int(persons), *poor, yuan, int(earners or 0), surveyed)
