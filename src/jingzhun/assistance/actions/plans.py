"""One household, one plan: made, changed, agreed with the household."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assistance.models import HouseholdPlan
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record_many
from jingzhun.people.models import User
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

from .permitted import require_help


@dataclass(frozen=True)
class Goal:
    """What a household is to reach in a year; the income per person in yuan."""

    household: Household
    year: int
    text: str
    income_target: Decimal | None = None


@transaction.atomic
def make_plans(goals: Sequence[Goal], *, by: User | System = SYSTEM, at: datetime | None = None) -> list[HouseholdPlan]:
    """Begin plans as drafts; all or none. Raises Refused where a household has one of that year, NotYours."""
    when = at or timezone.now()
    require_help(by, [goal.household for goal in goals])
    if any(not goal.text.strip() for goal in goals):
        raise Refused.because(_("Say what the household is to reach this year."), "goal")
    years = {goal.year for goal in goals}
    there = HouseholdPlan.objects.filter(household__in=[goal.household.pk for goal in goals], year__in=years)
    if set(there.values_list("household", "year")) & {(goal.household.pk, goal.year) for goal in goals}:
        raise Refused.because(_("The household has a plan of this year already; open it instead."), "year")
    user = by if isinstance(by, User) else None
    made = create_by_copy([_draft(goal, user, when) for goal in goals])
    record_many((_told("assistance.plan_made", plan) for plan in made), by=by, at=when)
    return made


def _draft(goal: Goal, user: User | None, when: datetime) -> HouseholdPlan:
    return HouseholdPlan(
        household=goal.household, year=goal.year, goal=goal.text.strip(), income_target=goal.income_target,
        made_by=user, made_at=when,
    )  # fmt: skip


@transaction.atomic
def change_plan(
    plan: HouseholdPlan, text: str, income_target: Decimal | None, *, by: User, at: datetime | None = None
) -> HouseholdPlan:
    """Change a draft. Raises Refused, NotYours."""
    plan = _locked(plan)
    require_help(by, [plan.household])
    _require_draft(plan)
    if not text.strip():
        raise Refused.because(_("Say what the household is to reach this year."), "goal")
    plan.goal, plan.income_target = text.strip(), income_target
    plan.save(update_fields=["goal", "income_target"])
    record_many([_told("assistance.plan_changed", plan)], by=by, at=at)
    return plan


@transaction.atomic
def agree(plans: Sequence[HouseholdPlan], on: date, *, by: User | System = SYSTEM, at: datetime | None = None) -> int:
    """The households agree to their plans. Raises Refused where there is no measure in one, NotYours."""
    keys = [plan.pk for plan in plans]
    rows = list(HouseholdPlan.objects.select_for_update(of=("self",)).select_related("household").filter(pk__in=keys))
    require_help(by, [plan.household for plan in rows])
    if on > timezone.localdate(at):
        raise Refused.because(_("The day cannot lie in the future."), "on")
    for plan in rows:
        _require_draft(plan)
    if HouseholdPlan.objects.filter(pk__in=keys, measures=None).exists():
        raise Refused.because(_("A plan without a measure helps nobody; plan at least one."))
    HouseholdPlan.objects.filter(pk__in=keys).update(state=HouseholdPlan.State.AGREED, agreed_on=on)
    record_many((_told("assistance.plan_agreed", plan) for plan in rows), by=by, at=at)
    return len(rows)


def _locked(plan: HouseholdPlan) -> HouseholdPlan:
    return HouseholdPlan.objects.select_for_update(of=("self",)).select_related("household").get(pk=plan.pk)


def _require_draft(plan: HouseholdPlan) -> None:
    if plan.state != HouseholdPlan.State.DRAFT:
        raise Refused.because(_("This plan is agreed already."))


def _told(action: str, plan: HouseholdPlan) -> Decision:
    household = plan.household
    return Decision(action, "household", household.number, household.village_code, values={"year": plan.year})
