"""What if: another poverty line, or drafts in the place of what holds: who gains, who loses, and the cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from jingzhun.policy.models import PolicyVersion

from .batch import answer_all, county_facts
from .coverage import ENTITLED, SHOWN
from .facts import Asked
from .versions import InForce


@dataclass(frozen=True)
class Change:
    """A what-if: another poverty line, and drafts in the place of what is in force."""

    line: Decimal | None = None
    drafts: tuple[PolicyVersion, ...] = ()


def what_if(policies: Sequence[InForce], change: Change, area_code: str, on: date) -> "Effect":
    """Who gains and who loses over all policies together. Raises BadCondition."""
    drafts = {each.policy_id: each for each in change.drafts}
    new = [InForce(drafts.pop(each.version.policy_id, each.version), each.without) for each in policies]
    new += [InForce(each) for each in drafts.values()]
    with county_facts(Asked(area_code, on)) as database:
        _answer(database, policies, "old")
        if change.line is not None:
            database.execute("UPDATE household SET poverty_line = ?", [change.line]).fetchall()
        _answer(database, new, "new")
        return _effect(database, {each.version.policy_id: each.version for each in new})


def _answer(database: duckdb.DuckDBPyConnection, policies: Sequence[InForce], name: str) -> None:
    answer_all(database, policies)
    database.execute(f"ALTER TABLE answers RENAME TO {name}_answers").fetchall()


EFFECT = """
CREATE TEMP TABLE effect AS
SELECT household_id, policy_id, n.answer AS new, o.answer AS old,
    n.value AS new_value, o.value AS old_value
FROM new_answers n FULL JOIN old_answers o USING (household_id, policy_id)
"""
PER_HOUSEHOLD = """
CREATE TEMP TABLE per_household AS
SELECT h.household_id, substr(h.village_code, 1, 9) AS town, h.village_code, coalesce(h.main_cause, '') AS cause,
    coalesce(h.attribute, '') AS attribute, e.gains, e.loses, e.new_value, e.old_value
FROM household h JOIN (
    SELECT household_id, bool_or(coalesce({gains}, FALSE)) AS gains, bool_or(coalesce({loses}, FALSE)) AS loses,
        sum(new_value) FILTER (WHERE new) AS new_value, sum(old_value) FILTER (WHERE old) AS old_value
    FROM effect GROUP BY household_id) AS e USING (household_id)
"""
SUMMED = """count(*) FILTER (WHERE gains), count(*) FILTER (WHERE loses), coalesce(sum(new_value), 0),
coalesce(sum(old_value), 0)"""


@dataclass(frozen=True)
class Moved:
    """How many households gain and lose, and the yuan a year, new and old."""

    gains: int
    loses: int
    yuan: Decimal
    yuan_before: Decimal

    @property
    def yuan_more(self) -> Decimal:
        return self.yuan - self.yuan_before


@dataclass
class Effect:
    """The whole, by policy, and by town, cause and attribute; the first who gain and who lose."""

    total: Moved
    policies: list[tuple[PolicyVersion, Moved]]
    by: dict[str, list[tuple[str, Moved]]]
    gaining: list[int]
    losing: list[int]


def _effect(database: duckdb.DuckDBPyConnection, versions: dict[int, PolicyVersion]) -> Effect:
    database.execute(EFFECT).fetchall()
    database.execute(PER_HOUSEHOLD.format(**ENTITLED)).fetchall()
    by = {name: _moved(database, "per_household", name) for name in ("town", "cause", "attribute")}
    gains, loses = ENTITLED["gains"], ENTITLED["loses"]
    rows = database.execute(
        f"SELECT policy_id, count(*) FILTER (WHERE {gains}), count(*) FILTER (WHERE {loses}), "  # noqa: S608
        "coalesce(sum(new_value) FILTER (WHERE new), 0), coalesce(sum(old_value) FILTER (WHERE old), 0) "
        "FROM effect GROUP BY policy_id ORDER BY 2 DESC, 3 DESC"
    ).fetchall()
    policies = [
        (versions[key], Moved(up, down, Decimal(new), Decimal(old)))
        for key, up, down, new, old in rows
        if key in versions and (up or down)
    ]
    total = _moved(database, "per_household")[0][1]
    return Effect(total, policies, by, _keys(database, "gains"), _keys(database, "loses"))


def _moved(database: duckdb.DuckDBPyConnection, table: str, by: str = "") -> list[tuple[str, Moved]]:
    grouped = f"GROUP BY {by} ORDER BY 2 DESC, 1" if by else ""
    rows = database.execute(f"SELECT {by or chr(39) * 2}, {SUMMED} FROM {table} {grouped}").fetchall()  # noqa: S608
    return [(key, Moved(up, down, Decimal(new), Decimal(old))) for key, up, down, new, old in rows]


def _keys(database: duckdb.DuckDBPyConnection, column: str) -> list[int]:
    rows = database.execute(
        f"SELECT household_id FROM per_household WHERE {column} ORDER BY village_code, household_id LIMIT {SHOWN:d}"  # noqa: S608
    ).fetchall()
    return [key for (key,) in rows]
