"""What a household is entitled to, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingzhun.areas.rules import Level
from jingzhun.methods.conditions import Clause, Truth
from jingzhun.policy.models import Policy, PolicyVersion
from jingzhun.policy.rules.entitlement import Decided, decide, rule_of
from jingzhun.policy.rules.known import HouseholdFacts
from jingzhun.registry.models import Household

from .facts import facts_of, facts_of_many
from .versions import InForce, versions_in_force


@dataclass(frozen=True)
class Answer:
    """What one policy says of a household."""

    version: PolicyVersion
    decided: Decided

    @property
    def policy(self) -> Policy:
        return self.version.policy

    @property
    def answer(self) -> Truth:
        """True entitled, False not, None unknown."""
        return self.decided.answer

    @property
    def persons(self) -> int:
        return self.decided.persons

    @property
    def value(self) -> Decimal | None:
        """Yuan in the year."""
        return self.decided.value

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts that would settle an unknown."""
        return self.decided.missing

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Parts of the condition, each with the values that decided."""
        clause = self.decided.clause
        return clause.parts or (clause,)


def entitlements_of(household: Household, on: date) -> list[Answer]:
    """Every policy in force for a household on a day, answered; four queries."""
    return answers(facts_of(household, on), household.village_code, versions_in_force(household.village_code, on))


def entitlements_of_many(households: Sequence[Household], on: date) -> dict[int, list[Answer]]:
    """The same for some households of one county; four queries."""
    if not households:
        return {}
    policies = versions_in_force(households[0].village_code[: Level.COUNTY.digits], on)
    known = facts_of_many(households, on)
    return {each.pk: answers(known[each.pk], each.village_code, policies) for each in households}


def answers(known: HouseholdFacts, village_code: str, policies: Sequence[InForce]) -> list[Answer]:
    """Policies answered for what is known of a household of a village."""
    held = (each.version for each in policies if each.holds_in(village_code))
    return [Answer(version, decide(rule_of(version), known)) for version in held]
