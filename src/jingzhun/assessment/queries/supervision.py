"""Inspections with what was drawn and found, one household's facts beside the form, orders to rectify."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from jingzhun.areas.models import within
from jingzhun.assessment.models import Inspection, InspectionFinding, Item, Rectification
from jingzhun.assessment.rules.supervision import COUNTY, DAYS, ESCALATION, LEADER, escalation
from jingzhun.assistance.queries.household_page import in_short
from jingzhun.management.models import Payee
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_ASSESSMENT
from jingzhun.registry.models import Survey

from .terms import term

SHOWN = 10
DIFFERS = ("differs", "not_found")


@dataclass(frozen=True)
class Asked:
    """What the list of orders is narrowed to; empty values do not. `late`: one of "late", "county", "leader"."""

    area: str = ""
    state: str = ""
    late: str = ""
    text: str = ""
    inspection: str = ""


def inspections(user: User) -> QuerySet[Inspection]:
    """Inspections of the user's county, with how many were visited and how many differ."""
    drawn = Q(items__place__isnull=False)
    seen, differs = (
        Q(items__findings__isnull=False),
        ~Q(items__findings__result="agrees") & Q(items__findings__isnull=False),
    )
    rows = Inspection.objects.visible_to(user, VIEW_ASSESSMENT).order_by("-announced_at")
    return rows.annotate(
        visited=Count("items", filter=drawn & seen, distinct=True),
        differing=Count("items", filter=drawn & differs, distinct=True),
    )


def drawn(inspection: Inspection, state: str = "") -> QuerySet[Item]:
    """Those drawn, by town and place. `state`: "waiting", "agrees" or "differs"."""
    rows = inspection.items.filter(place__isnull=False).select_related("area__parent", "household")
    rows = rows.annotate(found=Count("findings"), differing=Count("findings", filter=Q(findings__result__in=DIFFERS)))
    if state == "waiting":
        rows = rows.filter(found=0)
    elif state == "agrees":
        rows = rows.filter(found__gt=0, differing=0)
    elif state == "differs":
        rows = rows.filter(differing__gt=0)
    return rows.order_by("place")


def published_list(inspection: Inspection) -> list[tuple[str, str]]:
    """The frozen list as the public has it: town and number, nothing of a household."""
    return list(inspection.items.order_by("town", "number").values_list("town", "number"))


def facts(item: Item, today: date) -> dict[str, Any]:
    """What the register says of one who was drawn: family, house, income, help, payments; of a village nothing."""
    household = item.household
    if household is None:
        return {}
    return {
        "household": household,
        "members": household.members.filter(left_on=None),
        "survey": Survey.objects.filter(household=household).order_by("-year").first(),
        "help": in_short(household, today),
        "payments": Payee.objects.filter(household=household, order__state="approved")
        .select_related("order__project")
        .order_by("-pk")[:SHOWN],
    }


def orders(user: User, asked: Asked, today: date) -> QuerySet[Rectification]:
    """Orders in the user's areas, those due first in front."""
    rows = Rectification.objects.visible_to(user, VIEW_ASSESSMENT).select_related("area", "organisation", "by")
    rows = rows.filter(within(asked.area, "area_id")) if asked.area else rows
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.inspection:
        rows = rows.filter(finding__item__inspection__number=asked.inspection)
    if asked.text:
        rows = rows.filter(Q(number__contains=asked.text) | Q(about__icontains=asked.text))
    if asked.late:
        areas = user.scope.areas_for(VIEW_ASSESSMENT)
        every = int(term(ESCALATION, areas[0], today)) if areas else 1
        steps = {"county": COUNTY - 1, "leader": LEADER - 1}.get(asked.late, 0)
        rows = rows.filter(proved_on=None, accepted_on=None, due_on__lt=today - timedelta(days=every * steps))
    return rows


def levels(rows: list[Rectification], today: date) -> list[tuple[Rectification, int]]:
    """Orders with the level to which each is late; one query for the county's value."""
    if not rows:
        return []
    every = int(term(ESCALATION, rows[0].area_id, today))
    return [(row, escalation(row.due_on, row.proved_on or row.accepted_on, today, every)) for row in rows]


def numbers(user: User, today: date) -> dict[str, int]:
    """How many orders are open, late, waiting for a check, accepted; late ones for the leader."""
    rows = Rectification.objects.visible_to(user, VIEW_ASSESSMENT).order_by()
    found = dict.fromkeys(Rectification.State.values, 0)
    found |= dict(rows.values_list("state").annotate(Count("pk")))
    late = orders(user, Asked(late="late"), today).count()
    return found | {"late": late, "leader": orders(user, Asked(late="leader"), today).count()}


def default_due(area: str, today: date) -> date:
    """The day by which an order is due unless somebody says otherwise."""
    return today + timedelta(days=int(term(DAYS, area, today)))


def findings(inspection: Inspection) -> QuerySet[InspectionFinding]:
    """What differs in an inspection, with the orders given for it."""
    rows = InspectionFinding.objects.filter(item__inspection=inspection).exclude(result="agrees")
    return rows.select_related("item__area", "order").order_by("-found_at")


def late_now(order: Rectification) -> int:
    """The level to which one order is late today."""
    today = timezone.localdate()
    return levels([order], today)[0][1]
