"""Quality checks of the register: each a row of data (`registry/data/checks.toml`) that becomes a set operation.

The same rules run on the live tables and on any other relations with the same columns, an import's staging tables for
example:

    from jingzhun.registry.checks import Relations, run_on

    staging = Relations(household="staging_household", member="staging_member", survey="staging_survey",
                        spell="staging_spell")
    query = run_on(staging, area_code="610426", on=today, codes=REFUSING)
    cursor.execute(f"INSERT INTO refusals {query.sql}", query.params)

A relation is the name of a table or view, or a SELECT in parentheses. It has the columns of the live table that it
stands for, with the same names and types, the derived ones (`village_code`, `id_problem`, `id_birth_date`, `id_sex`,
`id_index`, `phone_index`, `per_capita` ...) included; further columns, row numbers for example, do no harm. The
`household_id` of the others is the `id` of the household relation, whatever these numbers are.

Staging tables need statistics: ANALYZE them before, or the planner takes them for empty and loops for minutes.

The query yields `code, village_code, household_id, member_id, value`: which rule, where, and in `value` (jsonb) the
values that decided. `member_id` is null for findings on a household, both are null for findings on a village.

Rules with `refuse` keep a row out of the register; the others are listed for a clerk. A rule whose threshold has no
value in force on the day is left out; `query.skipped` names it.

What a set-level rule compares with (an ID number twice, a shared phone) is the whole relation, not only the area. So an
import that wants to know about duplicates between file and register gives a relation that holds both,

    member="(SELECT id, household_id, ... FROM staging_member UNION ALL SELECT -id, -household_id, ... FROM ...)"

and names in `households` those of the file: only these are reported.
"""

from .compile import Compiled, Question, compile_checks
from .relations import LIVE, Relations
from .rulebook import RULES, Rule, Severity, rule, rules
from .run import REFUSING, Found, find, run_on

__all__ = [
    "LIVE",
    "REFUSING",
    "RULES",
    "Compiled",
    "Found",
    "Question",
    "Relations",
    "Rule",
    "Severity",
    "compile_checks",
    "find",
    "rule",
    "rules",
    "run_on",
]
