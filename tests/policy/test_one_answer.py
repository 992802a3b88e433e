"""One definition gives one answer: of one household in Python, and of all at once in DuckDB."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingzhun.methods.conditions import Kind, facts_of
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER, facts, names
from jingzhun.policy.queries.batch import TYPES
from jingzhun.policy.reference import reference
from jingzhun.policy.rules.batch import statement
from jingzhun.policy.rules.entitlement import LARGEST, decide, rule_of
from jingzhun.policy.rules.known import HouseholdFacts, MemberFacts

RULES = {each.code: rule_of(each) for each in reference()}
ASKED = sorted(
    set().union(
        *(facts_of(rule.condition) | (facts_of(rule.members) if rule.members else set()) for rule in RULES.values()),
        {rule.quantity for rule in RULES.values() if rule.quantity},
    )
)
# Around the numbers that the policies ask for, and where digits are many.
NUMBERS = [
    Decimal(text) for text in "0 0.01 1 1.99 2 3 4 15 16 18 59 60 69 70 2019.99 2020 33333.33 9999999999.99 -5".split()
]
VALUES = {
    Kind.NUMBER: st.sampled_from(NUMBERS),
    Kind.FLAG: st.booleans(),
    Kind.DAY: st.dates(date(2014, 1, 1), date(2014, 12, 31)),
}


def known_of(level):
    asked = {name: facts()[name] for name in names(level) if name in ASKED}
    return st.fixed_dictionaries(
        {
            name: st.none()
            | (st.sampled_from([code for code, _ in fact.choices]) if fact.kind == Kind.TEXT else VALUES[fact.kind])
            for name, fact in asked.items()
        }
    )


HOUSEHOLDS = st.lists(
    st.tuples(known_of(HOUSEHOLD), st.lists(known_of(MEMBER), max_size=3)), min_size=1, max_size=4
).map(
    lambda made: [
        HouseholdFacts(own, [MemberFacts(place, "", facts) for place, facts in enumerate(members)])
        for own, members in made
    ]
)


@pytest.fixture(scope="module")
def database():
    """The two tables of facts, of those that are asked for."""
    with duckdb.connect() as connection:
        for level in (HOUSEHOLD, MEMBER):
            own = [f'"{name}" {TYPES[facts()[name].kind]}' for name in names(level) if name in ASKED]
            connection.execute(f"CREATE TABLE {level} (household_id BIGINT, {', '.join(own)})").fetchall()
        yield connection


def fill(database, households):
    for level, rows in (
        (HOUSEHOLD, [[key, *_row(each.household)] for key, each in enumerate(households)]),
        (MEMBER, [[key, *_row(member.facts)] for key, each in enumerate(households) for member in each.members]),
    ):
        database.execute(f"DELETE FROM {level}").fetchall()
        if rows:
            marks = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
            database.execute(f"INSERT INTO {level} VALUES {marks}", [value for row in rows for value in row]).fetchall()


def _row(known):
    return [known[name] for name in facts() if name in known]


def in_duckdb(database, rule):
    rows = database.execute(statement(rule)).fetchall()
    return {key: (answer, persons, value, tuple(sorted(set(missing.split()))))
            for key, answer, persons, value, missing in rows}  # fmt: skip


def in_python(households, rule):
    decided = (decide(rule, each) for each in households)
    return {key: (each.answer, each.persons, each.value, each.missing) for key, each in enumerate(decided)}


@settings(max_examples=40)
@given(HOUSEHOLDS)
def test_every_reference_policy_answers_alike(database, households):
    """Answers, persons, yuan and what is missing, unknown facts included."""
    fill(database, households)
    for code, rule in RULES.items():
        assert (code, in_duckdb(database, rule)) == (code, in_python(households, rule))


MONEY = st.integers(1, 10**12 - 1).map(lambda number: Decimal(number) / 10_000)
WORDED = st.builds(
    SimpleNamespace,
    condition=st.sampled_from(["registered", "registered OR arable > 2", "per_capita < 2020 AND NOT safe_water"]),
    member_condition=st.sampled_from(["", "disabled", "age >= 60 OR per_capita < 2020"]),
    benefit=st.sampled_from(["amount", "share", "in_kind"]),
    amount=MONEY,
    quantity=st.sampled_from(["", "arable", "spending_medical"]),
    times=st.integers(1, 366),
    ceiling=st.none() | st.integers(1, 10**12 - 1).map(lambda fen: Decimal(fen) / 100),
)


@settings(max_examples=50)
@given(WORDED, HOUSEHOLDS)
def test_yuan_are_the_same_to_the_fen(database, worded, households):
    """However odd an amount is: rounded once, half up, never below zero nor above what the books can hold."""
    fill(database, households)
    rule = rule_of(worded)
    answered = in_python(households, rule)
    assert in_duckdb(database, rule) == answered
    assert all(value is None or 0 <= value <= (worded.ceiling or LARGEST) for _, _, value, _ in answered.values())


@settings(max_examples=40)
@given(HOUSEHOLDS.map(lambda made: made[:1]), HOUSEHOLDS.map(lambda made: made[:1]))
def test_what_is_missing_settles_it(unknown, truth):
    """Once every missing fact is told, the answer is known."""
    (known,), (full,) = unknown, truth
    for code, rule in RULES.items():
        decided = decide(rule, known)
        assert (decided.answer is None) == bool(decided.missing), code
        told = HouseholdFacts(
            known.household | _told(decided.missing, full.household, known_names=known.household),
            [MemberFacts(m.id, "", m.facts | _told(decided.missing, {}, known_names=m.facts)) for m in known.members],
        )
        assert decide(rule, told).answer is not None, code


def _told(missing, truth, known_names):
    """Values for missing facts of this level that are unknown; those that are known stay."""
    return {
        name: truth.get(name) if truth.get(name) is not None else _any(facts()[name])
        for name in missing
        if name in known_names and known_names[name] is None
    }


def _any(fact):
    return {Kind.NUMBER: Decimal(1), Kind.FLAG: True, Kind.TEXT: (fact.choices or [("x", "")])[0][0]}[fact.kind]
