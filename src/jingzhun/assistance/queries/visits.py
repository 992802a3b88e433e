"""Visits of an area, or to the households that one helps: the latest first, and next steps that wait."""

from dataclasses import replace
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from jingzhun.areas.models import Area, within
from jingzhun.assistance.models import Visit
from jingzhun.people.models import User
from jingzhun.registry.models import Member

from .lists import Asked, between
from .mine import seen_by

STATES = ("month", "place", "step")


def visits(user: User, asked: Asked, today: date) -> QuerySet[Visit]:
    """Visits to households whose help the user may read, narrowed to what is asked."""
    rows = Visit.objects.filter(household__in=seen_by(user).values("pk"))
    if asked.area:
        rows = rows.filter(within(asked.area, "household__village_code"))
    if asked.text:
        named = Member.objects.filter(household=OuterRef("household"), left_on=None, name__startswith=asked.text)
        known = Q(household__number__startswith=asked.text) | Q(cadre__name__startswith=asked.text)
        rows = rows.filter(known | Exists(named))
    rows = between(rows, "on", asked)
    if asked.state in STATES:
        rows = rows.filter(_states(today)[asked.state])
    head = Member.objects.filter(household=OuterRef("household"), left_on=None, relation="head").values("name")[:1]
    village = Area.objects.filter(pk=OuterRef("household__village_code")).values("name")[:1]
    rows = rows.annotate(head=Subquery(head), village=Subquery(village))
    return rows.select_related("household", "cadre__organisation").order_by("-on", "-pk")


def visit_numbers(user: User, asked: Asked, today: date) -> dict[str, int]:
    """How many visits there are in all, and of each state; one query."""
    rows = visits(user, replace(asked, state=""), today).order_by()
    counts = {name: Count("pk", filter=condition) for name, condition in _states(today).items()}
    return rows.aggregate(all=Count("pk"), **counts)


def _states(today: date) -> dict[str, Q]:
    """Of this month, with a place by GPS, and with a next step that is overdue: nobody came since its day."""
    since = Visit.objects.filter(household=OuterRef("household"), on__gte=OuterRef("next_on"), on__gt=OuterRef("on"))
    return {
        "month": Q(on__gte=today.replace(day=1)),
        "place": Q(latitude__isnull=False),
        "step": Q(next_on__lt=today) & ~Q(Exists(since)),
    }
