"""Running checks: the thresholds in force are looked up, the query is made, its findings are read."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from jingzhun.areas.rules import Level
from jingzhun.parameters.queries import NoParameter, poverty_line, values

from .compile import Compiled, Question, compile_checks
from .relations import Relations
from .rulebook import RULES, Rule, rules

REFUSING = tuple(code for code, rule in RULES.items() if rule.refuse)


@dataclass(frozen=True)
class Found:
    """One thing wrong: which rule, where, and the values that decided."""

    code: str
    village_code: str
    household_id: int | None
    member_id: int | None
    value: dict[str, Any]


def run_on(
    relations: Relations,
    area_code: str,
    on: date,
    codes: Iterable[str] | None = None,
    *,
    income_year: int | None = None,
    households: Sequence[int] | None = None,
) -> Compiled:
    """The query that finds what is wrong in an area on a day (see the package); two queries for the thresholds.

    `codes`: only these rules. `income_year`: whose incomes are judged, by default those of the year before the day.
    Raises KeyError for an unknown code.
    """
    question = Question(area_code, on, on.year - 1 if income_year is None else income_year, households)
    wanted = rules(codes)
    return compile_checks(wanted, question, thresholds(wanted, question), relations)


def thresholds(wanted: Iterable[Rule], question: Question) -> dict[str, Decimal]:
    """Values in force of all parameters that rules ask for. They are the county's: it is judged as one."""
    names = {name for rule in wanted for name in rule.thresholds}
    area = question.area_code[: Level.COUNTY.digits]
    found = values(names - {"poverty_line"}, area, question.on)
    if "poverty_line" in names:
        with suppress(NoParameter):
            found["poverty_line"] = poverty_line(area, question.income_year)
    return found


def settle() -> None:
    """Have the transaction's statements planned for work over a whole county."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")  # compiling a hundred predicates takes longer than asking them
        cursor.execute("SET LOCAL work_mem = '64MB'")
        # All processors at once: rows cross between processes on one machine for next to nothing.
        cursor.execute("SET LOCAL parallel_setup_cost = 10; SET LOCAL parallel_tuple_cost = 0.001")


def find(query: Compiled) -> list[Found]:
    """The findings of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query.sql, query.params)
        return [Found(row[0], row[1], row[2], row[3], _read(row[4])) for row in cursor.fetchall()]


def _read(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else value or {}
