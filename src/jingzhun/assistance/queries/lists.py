"""Work lists of an area: households by what their help lacks, needs, measures; what is asked for narrows them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level
from jingzhun.assistance.models import HouseholdPlan, Measure, Need, Pairing, Visit
from jingzhun.assistance.rules import measures as rules
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_HELP, VIEW_ASSISTANCE
from jingzhun.registry.models import Household, Member
from jingzhun.registry.queries.status import has_status

from .helpers import in_force
from .measures import late, measures_for, soon
from .needs import given_to, needs_for, overdue
from .seasons import soon_by

LACKS = ("visit", "helper", "plan", "agreement", "agreed")
ME, ANY = "me", "any"
TO = (ME, *Need.Routed.values)
NEED_STATES = ("open", "overdue", "answered", "closed")
MEASURE_STATES = ("planned", "approved", "late", "soon", "delivered", "confirmed", "dropped")


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to; empty values do not."""

    area: str = ""
    lacks: str = ""
    state: str = ""
    kind: str = ""
    text: str = ""
    to: str = ""  # who is to answer: "me", or one of Need.Routed
    season: str = ""  # the work of the farming year that a measure is for: a key, or ANY
    product: str = ""  # the crop or livestock of that work
    since: str = ""  # of visits, of needs heard, of measures confirmed: the first and the last day, as ISO dates
    until: str = ""


def households(user: User, asked: Asked, today: date) -> QuerySet[Household]:
    """Households on the register in the user's areas, with head, helper, last visit and open needs."""
    rows = Household.objects.visible_to(user, VIEW_ASSISTANCE).filter(has_status("registered", today), closed_on=None)
    rows = _in_area(rows, asked.area, "village_code")
    if asked.text:
        named = Member.objects.filter(household=OuterRef("pk"), left_on=None, name__startswith=asked.text)
        rows = rows.filter(Q(number__startswith=asked.text) | Exists(named))
    paired = Pairing.objects.filter(in_force(today), household=OuterRef("pk"), place=1)
    plan = HouseholdPlan.objects.filter(household=OuterRef("pk"), year=today.year)
    rows = rows.annotate(
        head=Subquery(
            Member.objects.filter(household=OuterRef("pk"), left_on=None, relation="head").values("name")[:1]
        ),
        village=village_name("village_code"),
        helper=Subquery(paired.values("cadre__name")[:1]),
        unit=Subquery(paired.values("cadre__organisation__name")[:1]),
        last=Subquery(Visit.objects.filter(household=OuterRef("pk")).order_by("-on").values("on")[:1]),
        plan_state=Subquery(plan.values("state")[:1]),
    )
    return _lacking(rows, asked.lacks, user, today).order_by("number")


def _lacking(rows: QuerySet[Household], lacks: str, user: User, today: date) -> QuerySet[Household]:
    conditions = lacking(user, today)
    return rows.filter(conditions[lacks]) if lacks in conditions else rows


def lacking(user: User, today: date) -> dict[str, Q]:
    """Conditions on households by what their help lacks on a day, or has: an agreed plan."""
    seen = Visit.objects.filter(household=OuterRef("pk"), on__gte=visited_since(user, today))
    paired = Pairing.objects.filter(in_force(today), household=OuterRef("pk"), place=1)
    plan = HouseholdPlan.objects.filter(household=OuterRef("pk"), year=today.year)
    return {
        "visit": ~Q(Exists(seen)),
        "helper": ~Q(Exists(paired)),
        "plan": ~Q(Exists(plan)),
        "agreement": Q(Exists(plan.filter(state=HouseholdPlan.State.DRAFT))),
        "agreed": Q(Exists(plan.filter(state=HouseholdPlan.State.AGREED))),
    }


def visited_since(user: User, today: date) -> date:
    """Whoever was last visited before this day is due; the rule of the user's county."""
    area = user.scope.common_area(VIEW_ASSISTANCE)[: Level.COUNTY.digits]
    every = values(["visit_every_days"], area, today).get("visit_every_days")
    return today - timedelta(days=int(every)) if every is not None else date.min


def lacking_numbers(user: User, asked: Asked, today: date) -> dict[str, int]:
    """How many households there are in all, and how many lack what; one query."""
    rows = households(user, Asked(area=asked.area, text=asked.text), today).order_by()
    counts = {name: Count("pk", filter=condition) for name, condition in lacking(user, today).items()}
    return rows.aggregate(all=Count("pk"), **counts)


def needs(user: User, asked: Asked, today: date) -> QuerySet[Need]:
    """Needs in the user's areas and of the user's own households."""
    rows = _in_area(needs_for(user), asked.area, "household__village_code")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    rows = between(rows, "heard_on", asked)
    if asked.to:
        rows = rows.filter(given_to(user) if asked.to == ME else Q(routed=asked.to))
    if asked.state == "overdue":
        rows = rows.filter(overdue(today))
    elif asked.state in Need.State.values:
        rows = rows.filter(state=asked.state)
    return rows.annotate(head=head_name(), village=village_name("household__village_code")).select_related(
        "household", "organisation"
    )


def need_numbers(user: User, asked: Asked, today: date) -> dict[str, int]:
    """How many needs stand where; one query."""
    rows = needs(user, replace(asked, state=""), today).order_by()
    counts = {state: Count("pk", filter=Q(state=state)) for state in Need.State.values}
    return rows.aggregate(overdue=Count("pk", filter=overdue(today)), **counts)


def measures(user: User, asked: Asked, today: date) -> QuerySet[Measure]:
    """Measures in the user's areas and of the user's own households."""
    rows = _in_area(measures_for(user), asked.area, "household__village_code")
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    rows = between(rows, "confirmed_on", asked)
    if asked.season:
        rows = rows.filter(season__isnull=False) if asked.season == ANY else rows.filter(season=asked.season)
    if asked.product:
        rows = rows.filter(season__product=asked.product)
    if asked.state == "late":
        rows = rows.filter(late(today))
    elif asked.state == "soon":
        rows = rows.filter(soon(today, soon_for(user, today)))
    elif asked.state == "open":
        rows = rows.filter(state__in=(rules.PLANNED, rules.APPROVED))
    elif asked.state in Measure.State.values:
        rows = rows.filter(state=asked.state)
    return rows.annotate(head=head_name(), village=village_name("household__village_code")).select_related(
        "household", "policy", "provider", "season"
    )


def measure_numbers(user: User, asked: Asked, today: date) -> dict[str, int]:
    """How many measures stand where; only what is confirmed was received (R18); one query."""
    rows = measures(user, replace(asked, state=""), today).order_by()
    counts = {state: Count("pk", filter=Q(state=state)) for state in (*rules.NEXT,)}
    coming = Count("pk", filter=soon(today, soon_for(user, today)))
    return rows.aggregate(late=Count("pk", filter=late(today)), soon=coming, **counts)


def between(rows: Any, day: str, asked: Asked) -> Any:
    """Rows whose day is within the days asked for; all where none is."""
    if asked.since:
        rows = rows.filter(**{f"{day}__gte": asked.since})
    return rows.filter(**{f"{day}__lte": asked.until}) if asked.until else rows


def soon_for(user: User, today: date) -> date:
    """Until which day the user's county looks ahead at what is due."""
    return soon_by(user.scope.common_area(SEE_HELP)[: Level.COUNTY.digits], today)


def head_name() -> Subquery:
    heads = Member.objects.filter(household=OuterRef("household"), left_on=None, relation="head")
    return Subquery(heads.values("name")[:1])


def village_name(field: str) -> Subquery:
    """The name of the village, whose short form is the reader's to make."""
    return Subquery(Area.objects.filter(pk=OuterRef(field)).values("name")[:1])


def _in_area(rows: Any, area: str, field: str) -> Any:
    return rows.filter(within(area, field)) if area else rows
