"""Who is entitled to what a policy gives, and how much it is: for one household, with the clauses that decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Protocol

from jingzhun.methods.conditions import (
    BadCondition,
    Clause,
    Condition,
    Kind,
    Truth,
    Value,
    explain,
    facts_of,
    read,
    wanting,
)
from jingzhun.methods.shares import rounded
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER, kinds_of

from .known import HouseholdFacts, MemberFacts

LARGEST = Decimal("9999999999.99")  # yuan: what no benefit of a household exceeds
EXACT = Context(prec=60)


class Worded(Protocol):
    """What a policy says, in words: a version of it, published or a draft."""

    condition: str
    member_condition: str
    benefit: str
    amount: Decimal | None
    quantity: str
    times: int
    ceiling: Decimal | None


@dataclass(frozen=True)
class Rule:
    """The same, read. `members` is the condition of a benefit per person, None of one per household."""

    condition: Condition
    members: Condition | None
    amount: Decimal | None  # None where the benefit is no money
    quantity: str
    times: int
    ceiling: Decimal


@dataclass(frozen=True)
class Person:
    """A member, and what the condition of a benefit per person says of them."""

    member: MemberFacts
    clause: Clause


@dataclass(frozen=True)
class Decided:
    """The answer for a household: None where it is unknown, then `missing` are the facts that would settle it.

    `persons` are entitled of a benefit per person; `value` is yuan in the year, None where it is no money, a quantity
    is unknown, or the household is not entitled.
    """

    answer: Truth
    persons: int
    value: Decimal | None
    missing: tuple[str, ...]
    clause: Clause
    people: tuple[Person, ...] = ()


@lru_cache(maxsize=2_000)
def condition_of(text: str, level: str) -> Condition:
    """A condition over the facts of a level. Raises BadCondition."""
    return read(text, kinds_of(level))


def asks_for(worded: Worded, fact: str) -> bool:
    """Whether a version's conditions ask for a fact. Raises BadCondition."""
    rule = rule_of(worded)
    asked = facts_of(rule.condition) | (facts_of(rule.members) if rule.members else frozenset())
    return fact in asked


def rule_of(worded: Worded) -> Rule:
    """What a version says, read. Raises BadCondition."""
    level = MEMBER if worded.member_condition else HOUSEHOLD
    if worded.quantity and kinds_of(level).get(worded.quantity) != Kind.NUMBER:
        raise BadCondition("no_quantity", worded.quantity)
    return Rule(
        condition_of(worded.condition, HOUSEHOLD),
        condition_of(worded.member_condition, MEMBER) if worded.member_condition else None,
        None if worded.benefit == "in_kind" else worded.amount,
        worded.quantity,
        worded.times,
        LARGEST if worded.ceiling is None else worded.ceiling,
    )


def decide(rule: Rule, known: HouseholdFacts) -> Decided:
    """What a policy says of a household. Of a benefit per person, at least one has to be entitled."""
    clause = explain(rule.condition, known.household)
    if rule.members is None:
        return _of_household(rule, known, clause)
    both = [(member, {**known.household, **member.facts}) for member in known.members]
    people = tuple(Person(member, explain(rule.members, facts)) for member, facts in both)
    somebody = _some([person.clause.answer for person in people])
    answer = _both(clause.answer, somebody)
    entitled = [facts for person, (_, facts) in zip(people, both, strict=True) if person.clause.answer]
    missing = set(wanting(clause))
    if somebody is None:
        missing |= frozenset().union(*(wanting(person.clause) for person in people))
    persons, value = 0, None
    if answer:
        persons, value = len(entitled), _value(rule, [_quantity(rule, facts) for facts in entitled])
    return Decided(answer, persons, value, tuple(sorted(missing)) if answer is None else (), clause, people)


def _of_household(rule: Rule, known: HouseholdFacts, clause: Clause) -> Decided:
    value = _value(rule, [_quantity(rule, known.household)]) if clause.answer else None
    return Decided(clause.answer, 0, value, tuple(sorted(wanting(clause))), clause)


def _quantity(rule: Rule, facts: Mapping[str, Value]) -> Decimal | None:
    if not rule.quantity:
        return Decimal(1)
    found = facts.get(rule.quantity)
    return found if isinstance(found, Decimal) else None


def _value(rule: Rule, quantities: list[Decimal | None]) -> Decimal | None:
    """Amount x quantity x times, of all together, at most the ceiling; rounded once."""
    if rule.amount is None or None in quantities:
        return None
    together = sum((each for each in quantities if each is not None), Decimal(0))
    worked = EXACT.multiply(EXACT.multiply(rule.amount, together), Decimal(rule.times))
    return rounded(min(max(worked, Decimal(0)), rule.ceiling), 2)


def _some(answers: list[Truth]) -> Truth:
    return True if True in answers else None if None in answers else False


def _both(one: Truth, other: Truth) -> Truth:
    return False if one is False or other is False else None if one is None or other is None else True
