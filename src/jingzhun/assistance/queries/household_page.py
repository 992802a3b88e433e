"""Everything about the help of one household, on one page; a bounded number of queries."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jingzhun.areas.queries import path
from jingzhun.assistance.models import HouseholdPlan, Measure, Need, Pairing, Visit
from jingzhun.assistance.rules import measures as rules
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import APPROVE_MEASURES, ARRANGE_HELP
from jingzhun.policy.queries.entitlement import Answer
from jingzhun.policy.queries.household import MISSED, policies_of
from jingzhun.registry.models import Household, Member

from .helpers import in_force
from .measures import doubts_of
from .mine import may_help
from .needs import may_answer
from .seasons import soon_by

SHOWN_VISITS = 12
PLACES = ("village", "group")


@dataclass(frozen=True)
class Help:
    """What the page shows."""

    household: Household
    members: list[Member]
    helpers: list[Pairing]
    plans: list[HouseholdPlan]
    measures: list[Measure]
    needs: list[tuple[Need, bool]]  # and whether the user may answer it
    visits: list[Visit]
    visits_in_all: int
    missed: list[Answer]
    due: date | None  # the next visit
    may_help: bool
    may_approve: bool
    may_arrange: bool
    today: date
    doubts: dict[int, list[rules.Doubt]]  # by measure
    soon_by: date  # what is due until this day is due soon
    place: str = ""  # the village, and the group where it is known

    @property
    def head(self) -> str:
        return next((each.name for each in self.members if each.relation == "head"), self.household.number)

    @property
    def received(self) -> list[Measure]:
        """Only what the household signed."""
        return [each for each in self.measures if each.state in rules.RECEIVED]

    @property
    def open(self) -> list[Measure]:
        return [each for each in self.measures if each.state not in (*rules.RECEIVED, rules.DROPPED)]

    @property
    def missed_with_measure(self) -> list[tuple[Answer, Measure | None]]:
        """What is missed, each with the measure on the way that will bring it."""
        coming = {each.policy_id: each for each in reversed(self.open) if each.policy_id}
        return [(answer, coming.get(answer.policy.pk)) for answer in self.missed]

    @property
    def late(self) -> set[int]:
        return {each.pk for each in self.measures if rules.is_late(each.state, each.due_on, self.today)}

    @property
    def coming(self) -> set[int]:
        """Measures that are due soon."""
        on_the_way = (each for each in self.measures if each.state in (rules.PLANNED, rules.APPROVED))
        return {each.pk for each in on_the_way if self.today <= each.due_on <= self.soon_by}


def help_of(user: User, household: Household, today: date) -> Help:
    """The page of a household that the user may see."""
    visits = Visit.objects.filter(household=household).select_related("cadre").prefetch_related("photos")
    shown, number = list(visits[:SHOWN_VISITS]), visits.count()
    measures = list(_measures(household))
    needs = Need.objects.filter(household=household).select_related("organisation", "household").order_by("-heard_on")
    return Help(
        household=household,
        members=list(household.members.filter(left_on=None)),
        helpers=list(_pairings(household, today)),
        plans=list(HouseholdPlan.objects.filter(household=household)),
        measures=measures,
        needs=[(need, may_answer(user, need)) for need in needs],
        visits=shown,
        visits_in_all=number,
        missed=missed(household, today),
        due=next_visit(household.village_code, shown[0].on if shown else None, today),
        may_help=may_help(user, household),
        may_approve=user.can(APPROVE_MEASURES, household.village_code),
        may_arrange=user.can(ARRANGE_HELP, household.village_code),
        today=today,
        doubts=doubts_of(measures, today),
        soon_by=soon_by(household.village_code, today),
        place=place_of(household),
    )


def place_of(household: Household) -> str:
    """The village, and the group where it is known."""
    return " ".join(area.short_name for area in path(household.area_id) if area.level in PLACES)


def _pairings(household: Household, today: date) -> QuerySet[Pairing]:
    rows = Pairing.objects.filter(in_force(today), household=household)
    return rows.select_related("cadre__organisation").order_by("place")


def _measures(household: Household) -> QuerySet[Measure]:
    rows = Measure.objects.filter(household=household).select_related(
        "policy", "provider", "season", "need", "household"
    )
    return rows.prefetch_related("papers").order_by("-year", "due_on", "pk")


def missed(household: Household, today: date) -> list[Answer]:
    """Policies that the household is entitled to and does not receive this year, by code."""
    found = [each.answer for each in policies_of(household, today.year).shown if each.state == MISSED]
    return sorted(found, key=lambda answer: answer.policy.code)


def sent_lately(household: Household, user: User) -> list[UUID]:
    """The numbers of the user's forms that arrived of late: a phone that had no answer knows by them that they did."""
    rows = Visit.objects.filter(household=household, by=user, sent_as__isnull=False).order_by("-pk")
    return [sent for sent in rows.values_list("sent_as", flat=True)[:SHOWN_VISITS] if sent]


def next_visit(area_code: str, last: date | None, today: date) -> date | None:
    """The day by which somebody should visit, by the rule in force; None where there is no rule."""
    found = values(["visit_every_days"], area_code, today)
    if "visit_every_days" not in found:
        return None
    return today if last is None else last + timedelta(days=int(found["visit_every_days"]))


def in_short(household: Household, today: date) -> dict[str, Any]:
    """Who helps, the plan, visits and what is due, needs, and measures by state; seven queries."""
    measures = list(Measure.objects.filter(household=household).order_by().values_list("state", "due_on"))
    states, until = Counter(state for state, _due in measures), soon_by(household.village_code, today)
    waiting = [due for state, due in measures if state in (rules.PLANNED, rules.APPROVED)]
    needs = Need.objects.filter(household=household).exclude(state=Need.State.CLOSED)
    last = Visit.objects.filter(household=household).first()
    return {
        "household": household,
        "helpers": list(_pairings(household, today)),
        "plan": HouseholdPlan.objects.filter(household=household, year=today.year).first(),
        "last": last,
        "due": next_visit(household.village_code, last.on if last else None, today),
        "open_needs": needs.count(),
        "late": sum(due < today for due in waiting),
        "soon": sum(today <= due <= until for due in waiting),
        "measures": [(label, states[state]) for state, label in Measure.State.choices if states[state]],
        "today": today,
    }
