"""One household, one plan: drawn up from what the household misses and needs, changed, agreed with its signature."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assistance.answers import OTHER, answer_to
from jingzhun.assistance.models import HouseholdPlan, Measure
from jingzhun.assistance.queries.proposals import Proposal, causes_of, proposals_of_many
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record_many
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

from .measures import Wanted, plan_measures
from .permitted import require_help


@dataclass(frozen=True)
class Goal:
    """What a household is to reach in a year; the income per person in yuan."""

    household: Household
    year: int
    text: str
    income_target: Decimal | None = None


@dataclass(frozen=True)
class Agreed:
    """A household's word for its plan: who signed, when."""

    plan: HouseholdPlan
    signed_by: str
    on: date


@transaction.atomic
def make_plans(goals: Sequence[Goal], *, by: User | System = SYSTEM, at: datetime | None = None) -> list[HouseholdPlan]:
    """Begin plans as drafts; all or none. Raises Refused where a household has one of that year, NotYours."""
    when = at or timezone.now()
    require_help(by, [goal.household for goal in goals])
    if any(not goal.text.strip() for goal in goals):
        raise Refused.because(_("Say what the household is to reach this year."), "goal")
    there = Refused.because(_("The household has a plan of this year already; open it instead."), "year")
    if _planned({goal.year for goal in goals}, goals) & {(goal.household.pk, goal.year) for goal in goals}:
        raise there
    user = by if isinstance(by, User) else None
    try:
        with transaction.atomic():
            made = create_by_copy([_draft(goal, user, when) for goal in goals])
    except IntegrityError as error:  # somebody begins the same plan at this moment
        raise there from error
    record_many((_told("assistance.plan_made", plan) for plan in made), by=by, at=when)
    return made


def _planned(years: set[int], goals: Sequence[Goal]) -> set[tuple[Any, Any]]:
    rows = HouseholdPlan.objects.filter(household__in=[goal.household.pk for goal in goals], year__in=years)
    return set(rows.order_by().values_list("household", "year"))


def _draft(goal: Goal, user: User | None, when: datetime) -> HouseholdPlan:
    return HouseholdPlan(
        household=goal.household, year=goal.year, goal=goal.text.strip(), income_target=goal.income_target,
        made_by=user, made_at=when,
    )  # fmt: skip


@transaction.atomic
def draw_up(
    households: Sequence[Household], year: int, *, by: User | System = SYSTEM, at: datetime | None = None
) -> list[HouseholdPlan]:
    """Draft a plan of the year for each household that has none: what fits its causes, needs and missed entitlements.

    Policies are those of the county's latest batch. Raises NotYours.
    """
    require_help(by, households)
    keys = [each.pk for each in households]
    locked = list(Household.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    done = set(HouseholdPlan.objects.filter(household__in=keys, year=year).values_list("household", flat=True))
    waiting = [each for each in locked if each.pk not in done]
    if not waiting:
        return []
    target = proposed_income(waiting[0].village_code, year)
    made = make_plans([Goal(each, year, proposed_goal(each), target) for each in waiting], by=by, at=at)
    proposals = proposals_of_many(waiting, year)
    rows = [_wanted(plan, each, None) for plan in made for each in proposals[plan.household_id] if each.fits]
    plan_measures(rows, by=by, at=at)
    return made


def proposed_goal(household: Household) -> str:
    """What a household with its main cause may set itself."""
    return answer_to(next(iter(causes_of(household)), OTHER)).goal


def proposed_income(area_code: str, year: int) -> Decimal | None:
    """The poverty line of the year: yuan per person; None where there is none."""
    line = values(["poverty_line"], area_code, date(year, 1, 1)).get("poverty_line")
    return None if line is None else line.quantize(Decimal("0.01"))


@transaction.atomic
def begin_plan(
    goal: Goal, chosen: Sequence[Proposal], due_on: date | None = None, *, by: User, at: datetime | None = None
) -> HouseholdPlan:
    """Begin a plan with the measures that were chosen, until a day of its year. Raises Refused, NotYours."""
    (plan,) = make_plans([goal], by=by, at=at)
    _take_up(plan, chosen, due_on, by, at)
    return plan


@transaction.atomic
def rewrite_plan(
    plan: HouseholdPlan,
    text: str,
    income_target: Decimal | None,
    chosen: Sequence[Proposal] = (),
    due_on: date | None = None,
    *,
    by: User,
    at: datetime | None = None,
) -> HouseholdPlan:
    """Change a draft and take more measures into it. Raises Refused, NotYours."""
    plan = change_plan(plan, text, income_target, by=by, at=at)
    _take_up(plan, chosen, due_on, by, at)
    return plan


def _take_up(
    plan: HouseholdPlan, chosen: Sequence[Proposal], due_on: date | None, by: User, at: datetime | None
) -> None:
    if due_on and due_on.year != plan.year:
        raise Refused.because(_("The day lies in the year of the plan."), "due_on")
    plan_measures([_wanted(plan, each, due_on) for each in chosen], by=by, at=at)


def _wanted(plan: HouseholdPlan, proposal: Proposal, due_on: date | None) -> Wanted:
    """Until the day that is named, else until the year's end."""
    return Wanted(
        plan.household, proposal.kind, proposal.content, due_on or date(plan.year, 12, 31), proposal.amount,
        policy=proposal.policy, need=proposal.need, plan=plan,
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
def agree(
    agreed: Sequence[Agreed],
    paper: tuple[BinaryIO, int] | None = None,
    *,
    by: User | System = SYSTEM,
    at: datetime | None = None,
) -> int:
    """The households agree to their plans with their signatures. Raises Refused, NotYours.

    A person gives the signature (`paper`: a picture of it and its bytes); the system, which speaks for a signed list,
    needs none.
    """
    when = at or timezone.now()
    words = {each.plan.pk: each for each in agreed}
    rows = _all_locked(words)
    require_help(by, [plan.household for plan in rows])
    if isinstance(by, User) and paper is None:
        raise Refused.because(_("Let the household sign, or take a photo of its signature on paper."), "signature")
    for plan in rows:
        _require_agreeable(plan, words[plan.pk], timezone.localdate(when))
        word = words[plan.pk]
        plan.state, plan.agreed_on, plan.signed_by = HouseholdPlan.State.AGREED, word.on, word.signed_by.strip()
    alive = Measure.objects.filter(plan=OuterRef("pk")).exclude(state=Measure.State.DROPPED)
    if HouseholdPlan.objects.filter(~Exists(alive), pk__in=words).exists():
        raise Refused.because(_("A plan without a measure helps nobody; plan at least one."))
    HouseholdPlan.objects.bulk_update(rows, ["state", "agreed_on", "signed_by"], batch_size=2000)
    if paper is not None:
        drawn = redraw(*paper)
        for plan in rows:
            plan.paper.save(f"{secrets.token_hex(12)}.jpg", ContentFile(drawn), save=True)
    record_many((_told("assistance.plan_agreed", plan, {"on": str(plan.agreed_on)}, {"signed_by": plan.signed_by})
                 for plan in rows), by=by, at=when)  # fmt: skip
    return len(rows)


def _require_agreeable(plan: HouseholdPlan, word: Agreed, today: date) -> None:
    _require_draft(plan)
    if word.on > today:
        raise Refused.because(_("The day cannot lie in the future."), "on")
    if not word.signed_by.strip():
        raise Refused.because(_("Say who signed."), "signed_by")


@transaction.atomic
def open_again(plan: HouseholdPlan, why: str, *, by: User, at: datetime | None = None) -> HouseholdPlan:
    """An agreed plan becomes a draft that the household is to agree to anew. Raises Refused, NotYours."""
    plan = _locked(plan)
    require_help(by, [plan.household])
    if plan.state != HouseholdPlan.State.AGREED:
        raise Refused.because(_("This plan is a draft: change it as it is."))
    if not why.strip():
        raise Refused.because(_("Say why the plan is to change."), "why")
    plan.state, plan.agreed_on, plan.signed_by = HouseholdPlan.State.DRAFT, None, ""
    plan.save(update_fields=["state", "agreed_on", "signed_by"])
    record_many([_told("assistance.plan_opened", plan, why=why.strip())], by=by, at=at)
    return plan


def _locked(plan: HouseholdPlan) -> HouseholdPlan:
    return HouseholdPlan.objects.select_for_update(of=("self",)).select_related("household").get(pk=plan.pk)


def _all_locked(keys: Mapping[int, object]) -> list[HouseholdPlan]:
    rows = HouseholdPlan.objects.select_for_update(of=("self",)).select_related("household").order_by("pk")
    return list(rows.filter(pk__in=keys))


def _require_draft(plan: HouseholdPlan) -> None:
    if plan.state != HouseholdPlan.State.DRAFT:
        raise Refused.because(_("This plan is agreed already."))


def _told(
    action: str,
    plan: HouseholdPlan,
    told: dict[str, Any] | None = None,
    personal: dict[str, str] | None = None,
    why: str = "",
) -> Decision:
    household = plan.household
    return Decision(action, "household", household.number, household.village_code, why=why,
                    values={"year": plan.year} | (told or {}), personal=personal or {})  # fmt: skip
