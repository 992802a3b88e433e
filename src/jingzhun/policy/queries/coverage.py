"""What a draft would mean: whom it covers, what it costs, who gains and who loses against what holds now.

Worked out over the facts of the area at once in an embedded database; nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from jingzhun.policy.models import PolicyVersion
from jingzhun.policy.rules.batch import statement
from jingzhun.policy.rules.entitlement import Rule, rule_of
from jingzhun.registry.models import Household, Member

from .batch import county_facts
from .facts import Asked

SHOWN = 20  # households of a preview
NOTHING = "SELECT household_id, FALSE AS answer, 0::SMALLINT AS persons, NULL::DECIMAL(12, 2) AS value FROM household"

# One row for each household: what the one says and what the other, with what it is counted by.
COMPARED = """
CREATE OR REPLACE TEMP TABLE compared AS
SELECT h.household_id, h.village_code, substr(h.village_code, 1, 9) AS town, coalesce(h.main_cause, '') AS cause,
    coalesce(h.attribute, '') AS attribute, h.members AS people,
    n.answer AS new, o.answer AS old, n.persons AS new_persons, o.persons AS old_persons,
    n.value AS new_value, o.value AS old_value
FROM household h JOIN ({new}) AS n USING (household_id) JOIN ({old}) AS o USING (household_id)
"""
COUNTS = """
count(*) FILTER (WHERE new), count(*) FILTER (WHERE new IS NULL),
coalesce(sum({persons}) FILTER (WHERE new), 0), coalesce(sum(new_value) FILTER (WHERE new), 0),
count(*) FILTER (WHERE old), coalesce(sum(old_value) FILTER (WHERE old), 0),
count(*) FILTER (WHERE {gains}), count(*) FILTER (WHERE {loses}),
count(*) FILTER (WHERE new AND new_value IS NULL AND {priced})
"""
ENTITLED = {
    "gains": "(new AND old IS NOT TRUE) OR (new AND old AND new_value > old_value)",
    "loses": "(old AND new IS NOT TRUE) OR (new AND old AND new_value < old_value)",
}
SHOWS = {
    "entitled": "new",
    "unknown": "new IS NULL",
    "gains": ENTITLED["gains"],
    "loses": ENTITLED["loses"],
}


@dataclass(frozen=True)
class Counts:
    """How many households, persons and yuan a year; `before` is what holds now."""

    entitled: int = 0
    unknown: int = 0
    persons: int = 0
    yuan: Decimal = Decimal(0)
    before: int = 0
    yuan_before: Decimal = Decimal(0)
    gains: int = 0
    loses: int = 0
    unpriced: int = 0  # entitled, but a quantity that decides how much is not known

    @property
    def more(self) -> int:
        return self.entitled - self.before

    @property
    def yuan_more(self) -> Decimal:
        return self.yuan - self.yuan_before


@dataclass
class Coverage:
    """The whole, by village, town, cause and attribute; and the first households."""

    total: Counts
    by: dict[str, list[tuple[str, Counts]]] = field(default_factory=dict)
    households: list[int] = field(default_factory=list)


def coverage(version: PolicyVersion, area_code: str, on: date, before: PolicyVersion | None = None) -> Coverage:
    """What a version means in an area on a day, against another one or none. Raises BadCondition."""
    new, old = rule_of(version), rule_of(before) if before else None
    with county_facts(Asked(area_code, on)) as database:
        _compare(database, new, old)
        found = Coverage(_counts(database, new)[0][1])
        for name in ("village_code", "town", "cause", "attribute"):
            found.by[name] = _counts(database, new, name)
        found.households = households_of(database, "entitled", limit=SHOWN)
    return found


def listed(
    version: PolicyVersion, area_code: str, on: date, before: PolicyVersion | None, show: str, limit: int | None = None
) -> list[tuple[int, int, Decimal, Decimal]]:
    """Households that are entitled, unknown, gain or lose: key, persons, yuan, yuan before. Raises BadCondition."""
    with county_facts(Asked(area_code, on)) as database:
        _compare(database, rule_of(version), rule_of(before) if before else None)
        cut = f" LIMIT {limit:d}" if limit else ""
        return database.execute(
            f"SELECT household_id, new_persons, new_value, old_value FROM compared WHERE {SHOWS[show]} "  # noqa: S608
            f"ORDER BY village_code, household_id{cut}"
        ).fetchall()


def households_of(database: duckdb.DuckDBPyConnection, show: str, limit: int) -> list[int]:
    rows = database.execute(
        f"SELECT household_id FROM compared WHERE {SHOWS[show]} ORDER BY village_code, household_id LIMIT {limit:d}"  # noqa: S608
    ).fetchall()
    return [key for (key,) in rows]


def _compare(database: duckdb.DuckDBPyConnection, new: Rule, old: Rule | None) -> None:
    asked = COMPARED.format(new=statement(new), old=statement(old) if old else NOTHING)
    database.execute(asked).fetchall()


def _counts(database: duckdb.DuckDBPyConnection, rule: Rule, by: str = "") -> list[tuple[str, Counts]]:
    """Counts by a column, the most yuan first; without one, of all."""
    counted = COUNTS.format(
        persons="new_persons" if rule.members else "people", priced=rule.amount is not None, **ENTITLED
    )
    grouped = f"GROUP BY {by} ORDER BY 2 DESC, 1" if by else ""
    rows = database.execute(f"SELECT {by or chr(39) * 2}, {counted} FROM compared {grouped}").fetchall()  # noqa: S608
    return [(key, _read(rest)) for key, *rest in rows]


def _read(row: Sequence[Any]) -> Counts:
    entitled, unknown, persons, yuan, before, yuan_before, gains, loses, unpriced = row
    return Counts(entitled, unknown, int(persons), Decimal(yuan), before, Decimal(yuan_before), gains, loses, unpriced)


def named(keys: Sequence[int]) -> list[Household]:
    """Households in the order of their keys, with the names of their heads; one query."""
    heads = Member.objects.filter(household__in=keys, relation="head", left_on=None)
    names = dict(heads.values_list("household", "name"))
    found = {each.pk: each for each in Household.objects.filter(pk__in=keys)}
    for each in found.values():
        each.head = names.get(each.pk, "")
    return [found[key] for key in keys if key in found]
