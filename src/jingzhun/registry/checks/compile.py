"""From rules to one query: all row-level rules of one kind of row in one pass, set-level rules each on their own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jingzhun.areas.rules import code_range

from . import relations as parts
from .relations import LIVE, Relations
from .rulebook import Rule, is_set, set_codes

_BRACES = re.compile(r"\{([a-z_.]+)\}")
_ALIAS = re.compile(r"\b([a-z])\.")

# Aliases that a predicate may use, with how each is joined; order is that of the joins.
OF_HOUSEHOLD = {
    "m": "JOIN {members} m ON m.household_id = h.id",
    "g": "LEFT JOIN {together} g ON g.household_id = h.id",
    "s": "LEFT JOIN {survey} s ON s.household_id = h.id",
    "p": "LEFT JOIN {survey_before} p ON p.household_id = h.id",
    "r": "LEFT JOIN {latest_spell} r ON r.household_id = h.id",
    "l": "LEFT JOIN {departed} l ON l.household_id = h.id",
    "k": "LEFT JOIN {median} k ON k.village_code = h.village_code",
    "v": "LEFT JOIN {report} v ON v.area_id = h.village_code",
    "a": "LEFT JOIN {area} a ON a.code = h.area_id",
}
OF_VILLAGE = {
    "v": "LEFT JOIN {report} v ON v.area_id = a.code",
    "c": "LEFT JOIN {counted} c ON c.village_code = a.code",
    "k": "LEFT JOIN {median} k ON k.village_code = a.code",
}


@dataclass(frozen=True)
class Question:
    """What is judged: the open households of an area (of every area, if empty) on a day, by the incomes of a year.

    `households` narrows it to these ids; then nothing is said of villages.
    """

    area_code: str
    on: date
    income_year: int
    households: Sequence[int] | None = None


@dataclass(frozen=True)
class Compiled:
    """A query giving code, village_code, household_id, member_id, value; `skipped` rules miss a threshold."""

    sql: str
    params: dict[str, Any]
    skipped: tuple[str, ...] = ()


def compile_checks(
    rules: Iterable[Rule],
    question: Question,
    thresholds: Mapping[str, Decimal],
    relations: Relations = LIVE,
) -> Compiled:
    """One query for all rules. Knows no database; `thresholds` are the parameters in force, by name."""
    wanted = [rule for rule in rules if rule.subject != "village" or question.households is None]
    judged = [rule for rule in wanted if rule.thresholds <= thresholds.keys()]
    queries = [*_passes(judged), *(_of_select(rule) for rule in judged if rule.select)]
    names = _names(question, relations)
    sql = "\nUNION ALL\n".join(_filled(query, names) for query in queries) or _NOTHING
    skipped = tuple(rule.code for rule in wanted if rule not in judged)
    bounds = {name: int(value) if value == int(value) else value for name, value in thresholds.items()}
    return Compiled(sql, _params(question) | bounds, skipped)


_NOTHING = "SELECT ''::text, ''::text, NULL::bigint, NULL::bigint, NULL::jsonb WHERE FALSE"


def _passes(rules: Sequence[Rule]) -> list[str]:
    """One pass over the members, one over the households with their surveys and spells, one over the villages."""
    of_members = [rule for rule in rules if rule.when and rule.subject == "member"]
    of_villages = [rule for rule in rules if rule.when and rule.subject == "village"]
    of_households = [rule for rule in rules if rule.when and rule.subject in ("household", "survey", "spell")]
    return [
        query
        for query in (
            _pass(of_members, "{judged} h", OF_HOUSEHOLD, "h.village_code, h.id AS household_id, m.id AS member_id"),
            _pass(
                of_households,
                "{judged} h",
                OF_HOUSEHOLD,
                "h.village_code, h.id AS household_id, NULL::bigint AS member_id",
            ),
            _pass(
                of_villages,
                "{villages} a",
                OF_VILLAGE,
                "a.code AS village_code, NULL::bigint AS household_id, NULL::bigint AS member_id",
            ),
        )
        if query
    ]


def _pass(rules: Sequence[Rule], source: str, joins: Mapping[str, str], columns: str) -> str:
    """Each row is read once; what is wrong with it comes as an array of [code, values]."""
    if not rules:
        return ""
    used = {alias for rule in rules for alias in _ALIAS.findall(rule.sql)} | ({"m"} if "m.id" in columns else set())
    joined = "\n".join(join for alias, join in joins.items() if alias in used)
    tests = ",\n".join(
        f"CASE WHEN {rule.when} THEN jsonb_build_array('{rule.code}', {_values(rule)}) END" for rule in rules
    )
    return (
        "SELECT f.found ->> 0 AS code, f.village_code, f.household_id, f.member_id, f.found -> 1 AS value FROM (\n"  # noqa: S608
        "SELECT w.village_code, w.household_id, w.member_id, unnest(w.wrong) AS found FROM (\n"
        f"SELECT {columns}, array_remove(ARRAY[{tests}]::jsonb[], NULL) AS wrong\nFROM {source}\n{joined}\n"
        "OFFSET 0) w WHERE cardinality(w.wrong) > 0) f"
    )


def _values(rule: Rule) -> str:
    shown = ", ".join(f"'{name}', {sql}" for name, sql in rule.shows.items())
    return f"jsonb_strip_nulls(jsonb_build_object({shown}))"


def _of_select(rule: Rule) -> str:
    """A set-level rule's SELECT gives household_id, member_id and the columns it tells."""
    return (
        f"SELECT '{rule.code}' AS code, h.village_code, f.household_id, f.member_id,\n"
        f"to_jsonb(f) - 'household_id' - 'member_id'\nFROM ({rule.select}) f JOIN {{judged}} h ON h.id = f.household_id"
    )


def _names(question: Question, relations: Relations) -> dict[str, str]:
    """What each name in braces stands for."""
    names = {
        name: state.replace("{relation}", getattr(relations, name.removesuffix("_before")))
        for name, state in parts.STATE.items()
    }
    names |= parts.WORKED_OUT | {"members_ever": relations.member, "reports": relations.village}
    chosen = "TRUE" if question.households is None else "_f.id = ANY(%(households)s)"
    return names | {"chosen": chosen}


def _params(question: Question) -> dict[str, Any]:
    first, after = code_range(question.area_code) if question.area_code else ("", ":")  # ":" follows "9"
    return {
        "first": first,
        "after": after,
        "on": question.on,
        "year": question.income_year + 1,
        "income_year": question.income_year,
        "households": list(question.households or ()),
    }


def _filled(sql: str, names: Mapping[str, str]) -> str:
    """SQL with every name in braces replaced: relations by relations, sets by lists, all others by parameters."""

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name in names:
            return _filled(names[name], names)
        if is_set(name):
            return "(" + ", ".join(f"'{code}'" for code in set_codes(name)) + ")"
        return f"%({name})s"

    return _BRACES.sub(fill, sql)
