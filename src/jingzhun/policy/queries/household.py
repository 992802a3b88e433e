"""What a household's page says of policies: each with its answer, its clauses in words, and what was received."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.areas.rules import Level
from jingzhun.methods.conditions import Truth
from jingzhun.policy.models import EntitlementRun, PolicyVersion, Receipt
from jingzhun.policy.rules.entitlement import condition_of
from jingzhun.policy.rules.known import HouseholdFacts
from jingzhun.policy.wording import Line, benefit_of, how_to_apply, line, name_of, number, title_of
from jingzhun.registry.models import Household
from jingzhun.registry.queries.asked import asked_for

from .entitlement import Answer, answers
from .facts import facts_of
from .versions import current_titles, versions_in_force
from .worklists import received_by

MISSED, RECEIVED, UNKNOWN, UNDUE, NO = "missed", "received", "unknown", "undue", "no"
FIRST = 8  # on the panel
ORDER = (MISSED, UNKNOWN, UNDUE, RECEIVED, NO)


@dataclass(frozen=True)
class Shown:
    """One policy, as the page shows it."""

    answer: Answer
    state: str
    receipts: tuple[Receipt, ...]
    known: HouseholdFacts

    @property
    def version(self) -> PolicyVersion:
        return self.answer.version

    @property
    def title(self) -> str:
        return title_of(self.version)

    @property
    def benefit(self) -> str:
        return benefit_of(self.version)

    @property
    def how_to_apply(self) -> str:
        return how_to_apply(self.version)

    @property
    def clauses(self) -> Sequence[Line]:
        """The condition's clauses with the values that decided."""
        whole = line(condition_of(self.version.condition, "household"), self.known.household)
        return _clauses(whole)

    @property
    def people(self) -> list[tuple[str, Truth, tuple[Line, ...]]]:
        """Of a benefit per person: each member, whether they count, and the clauses."""
        if not self.version.member_condition:
            return []
        condition = condition_of(self.version.member_condition, "member")
        told: list[tuple[str, Truth, tuple[Line, ...]]] = []
        for person in self.answer.decided.people:
            whole = line(condition, {**self.known.household, **person.member.facts})
            told.append((person.member.name, whole.answer, _clauses(whole)))
        return told

    @property
    def yearly(self) -> str:
        """Its money in words."""
        value = self.answer.value
        told = _("%(yuan)s once") if self.version.once else _("%(yuan)s a year")
        return "" if value is None else told % {"yuan": number(value, "yuan")}

    @property
    def missing(self) -> str:
        """Facts that would settle an unknown, by what they are called."""
        return pgettext("between words", ", ").join(map(name_of, self.answer.missing))


@dataclass(frozen=True)
class HouseholdPolicies:
    """Every policy of a household on a day, the ones that need somebody first."""

    household: Household
    on: date
    shown: list[Shown]
    receipts: list[tuple[Receipt, str]]  # each with its policy's title

    @property
    def entitled(self) -> int:
        return sum(each.answer.answer is True for each in self.shown)

    @property
    def value(self) -> Decimal:
        """Yuan in the year, of what is money and known."""
        return sum((each.answer.value or Decimal(0) for each in self.shown), Decimal(0))

    @property
    def yuan(self) -> str:
        return number(self.value)

    def counted(self, state: str) -> int:
        return sum(each.state == state for each in self.shown)

    @property
    def pressing(self) -> list[Shown]:
        """The first of those that need somebody."""
        return [each for each in self.shown if each.state in (MISSED, UNKNOWN, UNDUE)][:FIRST]

    @property
    def missed(self) -> int:
        return self.counted(MISSED)

    @property
    def unknown(self) -> int:
        return self.counted(UNKNOWN)


def policies_of(household: Household, year: int | None = None) -> HouseholdPolicies:
    """The household's policies in a year (today, while it lasts); by default of the latest batch. Seven queries."""
    if year is None:
        runs = EntitlementRun.objects.filter(area_id=household.village_code[: Level.COUNTY.digits])
        year = runs.exclude(finished_at=None).order_by("-year").values_list("year", flat=True).first()
    on = asked_for(year).day
    known = facts_of(household, on)
    found = answers(known, household.village_code, versions_in_force(household.village_code, on))
    receipts = received_by(household.pk)
    shown = [_shown(each, receipts, known, on.year) for each in found]
    shown.sort(key=lambda each: (ORDER.index(each.state), each.version.kind, each.version.policy.code))
    named = {each.policy_id: title_of(each) for each in current_titles(household.village_code)}
    told = [(each, named.get(each.policy_id, each.policy.code)) for each in receipts]
    return HouseholdPolicies(household, on, shown, told)


def _shown(found: Answer, receipts: Sequence[Receipt], known: HouseholdFacts, year: int) -> Shown:
    own = tuple(
        each
        for each in receipts
        if each.policy_id == found.policy.pk
        and each.revoked_at is None
        and (each.year == year or (found.version.once and each.year < year))
    )
    named = {each.member_id for each in own}
    received = bool(own) and (None in named or len(named) >= found.persons)
    return Shown(found, state_of(found.answer, received), own, known)


def _clauses(whole: Line) -> tuple[Line, ...]:
    return whole.parts if whole.is_all else (whole,)


def state_of(answer: Truth, received: bool) -> str:
    """What is to be done about an answer."""
    if answer is None:
        return UNKNOWN
    return (RECEIVED if received else MISSED) if answer else UNDUE if received else NO
