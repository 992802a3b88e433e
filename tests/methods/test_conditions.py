"""A condition gives one answer, in Python and in a database; what is none is refused with its words."""

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from jingzhun.methods import conditions as c
from jingzhun.methods.conditions import BadCondition, Kind, answer, explain, facts_of, query, read, sql, wanting

KINDS = {
    "income": Kind.NUMBER, "line": Kind.NUMBER, "ill": Kind.NUMBER, "attribute": Kind.TEXT, "order": Kind.TEXT,
    "safe": Kind.FLAG, "insured": Kind.FLAG, "since": Kind.DAY,
}  # fmt: skip
TYPES = {Kind.NUMBER: "DECIMAL(12,2)", Kind.TEXT: "VARCHAR", Kind.FLAG: "BOOLEAN", Kind.DAY: "DATE"}
NUMBERS = st.integers(-300, 300).map(lambda cents: Decimal(cents) / 100)
VALUES = {
    Kind.NUMBER: NUMBERS,
    Kind.TEXT: st.sampled_from(["low_income", "五保", "it's", ""]),
    Kind.FLAG: st.booleans(),
    Kind.DAY: st.dates(date(2013, 12, 30), date(2014, 1, 3)),
}
HOUSEHOLDS = st.fixed_dictionaries({name: st.none() | VALUES[kind] for name, kind in KINDS.items()})


def of_kind(kind: Kind) -> st.SearchStrategy[c.Fact]:
    return st.sampled_from([c.Fact(name) for name, its in KINDS.items() if its == kind])


def operands(kind: Kind) -> st.SearchStrategy[c.Operand]:
    simple = of_kind(kind) | VALUES[kind].map(c.Constant)
    if kind != Kind.NUMBER:
        return simple
    return st.recursive(simple, lambda part: st.builds(c.Arithmetic, st.sampled_from("+-*"), part, part), max_leaves=3)


def compares(kind: Kind) -> st.SearchStrategy[c.Compare]:
    signs = ("=", "<>", "<", "<=", ">", ">=") if kind in c.ORDERED else ("=", "<>")
    return st.builds(c.Compare, st.sampled_from(signs), operands(kind), operands(kind))


def amongs(kind: Kind) -> st.SearchStrategy[c.Among]:
    constants = st.lists(VALUES[kind].map(c.Constant), min_size=1, max_size=3).map(tuple)
    return st.builds(c.Among, operands(kind), constants)


LEAVES = st.one_of(
    *(compares(kind) for kind in Kind), *(amongs(kind) for kind in Kind), of_kind(Kind.FLAG).map(c.Holds),
    st.sampled_from([c.IsUnknown(c.Fact(name)) for name in KINDS]),
)  # fmt: skip
CONDITIONS = st.recursive(
    LEAVES,
    lambda part: (
        part.map(c.Not)
        | st.lists(part, min_size=2, max_size=3).map(lambda parts: c.All(tuple(parts)))
        | st.lists(part, min_size=2, max_size=3).map(lambda parts: c.Some(tuple(parts)))
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


@settings(max_examples=200)
@given(CONDITIONS, st.lists(HOUSEHOLDS, min_size=1, max_size=5))
def test_one_definition_one_answer(database, condition, households):
    """The same of each household in plain Python and of all at once in DuckDB, unknown facts included."""
    assert asked_of(database, condition, households) == [answer(condition, facts) for facts in households]


def asked_of(database, condition, households):
    """The answers of DuckDB."""
    columns = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in KINDS.items())
    rows = [[place, *(facts[name] for name in KINDS)] for place, facts in enumerate(households)]
    marks = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
    database.execute(f"CREATE OR REPLACE TABLE facts (place INTEGER, {columns})")
    database.execute(f"INSERT INTO facts VALUES {marks}", [value for row in rows for value in row])
    found = database.execute(f"SELECT {query(condition)} FROM facts ORDER BY place").fetchall()
    return [answered for (answered,) in found]


WIDE = st.integers(-(10**12) + 1, 10**12 - 1).map(lambda cents: Decimal(cents) / 100)
FINE = st.builds(lambda digits, places: Decimal(digits).scaleb(-places), st.integers(0, 10**17), st.integers(0, 15))
RICH = st.fixed_dictionaries(dict.fromkeys(("income", "line", "ill"), WIDE))
WORKED = st.recursive(
    of_kind(Kind.NUMBER) | FINE.map(c.Constant),
    lambda part: st.builds(c.Arithmetic, st.sampled_from("+-*"), part, part),
    max_leaves=4,
)
JUDGED = st.builds(c.Compare, st.sampled_from(["=", "<", ">="]), WORKED, WORKED) | st.builds(
    c.Among, WORKED, st.lists(FINE.map(c.Constant), min_size=1, max_size=3).map(tuple)
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.filter_too_much])
@given(JUDGED, st.lists(RICH, min_size=1, max_size=4))
def test_what_is_accepted_is_worked_out_however_wide_it_is(database, condition, households):
    """No number that a household may have stops the database, nor is anything rounded."""
    try:
        read(sql(condition), KINDS)
    except BadCondition as refused:
        assert refused.problem == "too_large"
        assume(False)
    full = [dict.fromkeys(KINDS) | facts for facts in households]
    assert asked_of(database, condition, full) == [answer(condition, facts) for facts in full]


@pytest.mark.parametrize("text", ["income < 0.6666666666667 * line", "income * line > 1", "100000 * 100000 < income"])
def test_a_rich_household_stops_no_batch(database, text):
    facts = dict.fromkeys(KINDS) | {"income": Decimal("9999999999.99"), "line": Decimal("9999999999.99")}
    condition = read(text, KINDS)
    assert asked_of(database, condition, [facts]) == [answer(condition, facts)]


@settings(max_examples=200)
@given(CONDITIONS)
def test_what_is_written_is_read_back(condition):
    assert sql(read(sql(condition), KINDS)) == sql(condition)
    assert facts_of(read(sql(condition), KINDS)) == facts_of(condition)


@given(CONDITIONS, HOUSEHOLDS, HOUSEHOLDS)
def test_what_was_wanting_settles_it(condition, facts, truth):
    """With every wanting fact told, the answer is known; with another missing one, nothing changes in between."""
    told = explain(condition, facts)
    assert (told.answer is None) == bool(wanting(told))
    known = {name: value for name, value in truth.items() if value is not None}
    full = facts | {name: known.get(name, _any(name)) for name in wanting(told)}
    assert answer(condition, full) is not None


def _any(name):
    return {Kind.NUMBER: Decimal(1), Kind.TEXT: "x", Kind.FLAG: True, Kind.DAY: date(2014, 1, 1)}[KINDS[name]]


def test_the_clauses_say_what_decided():
    rule = read("income < line AND (ill >= 1 OR attribute IN ('low_income')) AND NOT safe", KINDS)
    facts = {"income": Decimal(2000), "line": Decimal(2736), "ill": None, "attribute": "general", "safe": False}
    told = explain(rule, facts)
    assert told.answer is None and wanting(told) == {"ill"}
    assert [(part.text, part.answer) for part in told.parts] == [
        ('"income" < "line"', True),
        ('"ill" >= 1 OR "attribute" IN (\'low_income\')', None),
        ('NOT "safe"', True),
    ]
    assert told.parts[0].known == {"income": Decimal(2000), "line": Decimal(2736)}
    assert answer(rule, facts | {"ill": Decimal(1)}) is True
    assert answer(rule, facts | {"income": Decimal("2736")}) is False  # the line itself is not below the line


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("income <", "not_understood"),
        ("'", "not_understood"),
        ("income < 1; DROP TABLE facts", "no_such_form"),
        ("income < (SELECT 1)", "no_such_form"),
        ("EXISTS (SELECT 1)", "no_such_form"),
        ("read_text('/etc/passwd') = 'x'", "no_such_form"),
        ("income::int < 1", "no_such_form"),
        ("income / 0 = 1", "no_such_form"),
        ("attribute LIKE '%'", "no_such_form"),
        ("income = NULL", "no_such_form"),
        ("income IN ()", "no_such_form"),
        ("income IN (line)", "list_of_constants"),
        ("1", "no_such_form"),
        ("wealth < 1", "no_such_fact"),
        ("facts.income < 1", "no_such_fact"),
        ("income", "no_flag"),
        ("income BETWEEN SYMMETRIC 59 AND 16", "no_such_form"),
        ("income < 'x'", "different_kinds"),
        ("since > 2014", "different_kinds"),
        ("since > DATE '2014-02-30'", "no_day"),
        ("attribute < 'x'", "has_no_order"),
        ("safe + 1 > 2", "no_number"),
        ("income < 1e400", "no_number"),
        ("income < 1000000000000000000", "too_large"),
        ("income < 0.0000000000000000001", "too_large"),
        ("income * income * income * income < 1", "too_large"),
        ("income * income * income < 1.00000000", None),
        ("100000 * 100000 < income", None),
        ("NOT " * 50 + "safe", "too_deep"),
        ("(" * 900 + "safe" + ")" * 900, "not_understood"),
        ("safe AND " * 1000 + "safe", "too_long"),
    ],
)
def test_what_is_no_condition_is_refused(text, problem):
    if problem is None:
        assert read(text, KINDS)
        return
    with pytest.raises(BadCondition) as refused:
        read(text, KINDS)
    assert refused.value.problem == problem


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        read(text, KINDS)
    except BadCondition:
        return
