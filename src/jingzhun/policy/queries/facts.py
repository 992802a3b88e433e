"""Facts of households and of their members on a day: one definition in SQL each, for one household and for a county.

The snippets of the dictionary are put into one statement for households and one for members. Their aliases: `h` the
household, `s` its newest survey up to the year, `r` its latest spell, `v` its village's latest report, `l` the poverty
line, `m` a member with what follows from its columns, `f` the facts of a member.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from jingzhun.areas.rules import Level, code_range
from jingzhun.methods.conditions import Kind
from jingzhun.parameters.queries import dated_values
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER, FactEntry, facts, names
from jingzhun.policy.rules.known import HouseholdFacts, MemberFacts
from jingzhun.registry.models import Household

FIRST_YEAR = 1990  # of a survey
TYPES = {Kind.NUMBER: "numeric(12, 2)", Kind.TEXT: "text", Kind.FLAG: "boolean", Kind.DAY: "date"}

CHOSEN = "_f.id = ANY({households})"
REGISTERED = """EXISTS (SELECT FROM registry_registerspell _r WHERE _r.household_id = _f.id
    AND _r.registered_on <= {on} AND (_r.exited_on IS NULL OR _r.exited_on > {on}))"""

FOCUS = """WITH focus AS (
    SELECT _f.* FROM registry_household _f
    WHERE _f.village_code >= {first} AND _f.village_code < {after}
    AND (_f.closed_on IS NULL OR _f.closed_on > {on}) AND {chosen}
), people AS (
    SELECT _m.*, CASE
        WHEN _m.student = 'preschool' THEN 'none'
        WHEN _m.student <> '' THEN regexp_replace(_m.student, '_[0-9]+$', '')
        WHEN _m.education <> '' OR _m.dropout_reason <> '' OR _m.years < 3 THEN 'none' END AS stage
    FROM (SELECT _p.*, date_part('year', age({on}::date, coalesce(_p.birth_date, _p.id_birth_date)))::int AS years
        FROM registry_member _p JOIN focus ON focus.id = _p.household_id
        WHERE _p.joined_on <= {on} AND (_p.left_on IS NULL OR _p.left_on > {on})) _m
)"""
OTHERS = """, surveys AS (
    SELECT DISTINCT ON (_s.household_id) _s.* FROM registry_survey _s JOIN focus ON focus.id = _s.household_id
    WHERE _s.year <= {year} ORDER BY _s.household_id, _s.year DESC
), spells AS (
    SELECT DISTINCT ON (_r.household_id) _r.household_id, _r.registered_on, _r.relapse,
        _r.exited_on IS NULL OR _r.exited_on > {on} AS poor
    FROM registry_registerspell _r JOIN focus ON focus.id = _r.household_id WHERE _r.registered_on <= {on}
    ORDER BY _r.household_id, _r.registered_on DESC
), reports AS (
    SELECT DISTINCT ON (_v.area_id) _v.* FROM registry_villageyear _v
    WHERE _v.area_id >= {first} AND _v.area_id < {after} AND _v.year <= {year} ORDER BY _v.area_id, _v.year DESC
)"""
JOINED = """FROM focus h
LEFT JOIN surveys s ON s.household_id = h.id
LEFT JOIN spells r ON r.household_id = h.id
LEFT JOIN reports v ON v.area_id = h.village_code
LEFT JOIN unnest({years}::int[], {lines}::numeric[]) AS l (year, line) ON l.year = coalesce(s.year, {year} - 1)
LEFT JOIN together g ON g.household_id = h.id
ORDER BY h.id"""

TOGETHER = {
    "count": "CASE WHEN count(*) = count({it}) THEN count(*) FILTER (WHERE {it}) END",
    "any": "CASE WHEN bool_or({it}) THEN TRUE WHEN count(*) = count({it}) THEN FALSE END",
}
KEYS = {HOUSEHOLD: ("household_id", "village_code"), MEMBER: ("member_id", "household_id")}


@dataclass(frozen=True)
class Statement:
    """A query and its parameters."""

    sql: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """Whose facts: of these households, or of an area's registered ones (all of its open ones if `everybody`)."""

    area_code: str
    on: date
    households: Sequence[int] | None = None
    everybody: bool = False


def facts_of(household: Household, on: date) -> HouseholdFacts:
    """Facts of one household and its members on a day; three queries."""
    return facts_of_many([household], on)[household.pk]


def facts_of_many(households: Sequence[Household], on: date) -> dict[int, HouseholdFacts]:
    """The same for some households of one county; three queries."""
    if not households:
        return {}
    county = households[0].village_code[: Level.COUNTY.digits]
    asked = Asked(county, on, [household.pk for household in households])
    params = _params(asked)
    people: dict[int, list[MemberFacts]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_statement(MEMBER, asked, ("m.name",)), params)
        for key, household, name, *values in cursor.fetchall():
            people[household].append(MemberFacts(key, name, dict(zip(names(MEMBER), values, strict=True))))
        cursor.execute(_statement(HOUSEHOLD, asked), params)
        found = {row[0]: dict(zip(names(HOUSEHOLD), row[2:], strict=True)) for row in cursor.fetchall()}
    return {each.pk: HouseholdFacts(found.get(each.pk, {}), people[each.pk]) for each in households}


def statements(asked: Asked) -> dict[str, Statement]:
    """The statements that give a row for each household and for each member: keys, then the facts in order."""
    params = _params(asked)
    return {level: Statement(_statement(level, asked), params) for level in (HOUSEHOLD, MEMBER)}


def _statement(level: str, asked: Asked, also: Sequence[str] = ()) -> str:
    """The query of a level. `also` are columns between keys and facts."""
    keys = ("m.id", "m.household_id") if level == MEMBER else ("h.id", "h.village_code")
    named = [f"{key} AS {name}" for key, name in zip(keys, KEYS[level], strict=True)]
    chosen = ", ".join([*named, *also, *(_column(fact) for fact in facts().values() if fact.level == level)])
    if level == MEMBER:
        sql = f"{FOCUS} SELECT {chosen} FROM people m ORDER BY m.household_id, m.number"  # noqa: S608
    else:
        sql = f"{FOCUS}, together AS ({_together()}){OTHERS} SELECT {chosen} {JOINED}"
    return _filled(sql, asked)


def _column(fact: FactEntry) -> str:
    """A fact as a column: of its own rows, or made by the group of members, of which nobody counts as none."""
    if fact.over:
        none = "0" if fact.over == "count" else "FALSE"
        return (
            f"(CASE WHEN g.household_id IS NULL THEN {none} ELSE g.{fact.name} END)::{TYPES[fact.kind]} AS {fact.name}"
        )
    return f"({fact.sql})::{TYPES[fact.kind]} AS {fact.name}"


def _together() -> str:
    """What the members of a household are together. A count is known if it is known of each (see the dictionary)."""
    of_members = ", ".join(_column(fact) for fact in facts().values() if fact.level == MEMBER)
    grouped = [f"{TOGETHER[fact.over].format(it=fact.sql)} AS {fact.name}" for fact in facts().values() if fact.over]
    return (
        f"SELECT f.household_id, {', '.join(grouped)} FROM "  # noqa: S608
        f"(SELECT m.household_id, {of_members} FROM people m OFFSET 0) f GROUP BY f.household_id"
    )


def _filled(sql: str, asked: Asked) -> str:
    chosen = CHOSEN if asked.households is not None else "TRUE" if asked.everybody else REGISTERED
    sql = sql.replace("{chosen}", chosen).replace("%", "%%")
    for name in ("first", "after", "on", "year", "households", "years", "lines"):
        sql = sql.replace(f"{{{name}}}", f"%({name})s")
    return sql


def _params(asked: Asked) -> dict[str, Any]:
    """Values of the parameters; one query. The line is the county's: it is judged as one."""
    first, after = code_range(asked.area_code)
    dated = dated_values(["poverty_line"], asked.area_code[: Level.COUNTY.digits])
    lines = {year: dated.poverty_line(year) for year in range(FIRST_YEAR, asked.on.year + 1)}
    return {
        "first": first,
        "after": after,
        "on": asked.on,
        "year": asked.on.year,
        "households": list(asked.households or ()),
        "years": list(lines),
        "lines": list(lines.values()),
    }
