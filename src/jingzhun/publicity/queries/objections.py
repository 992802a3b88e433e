"""Reads on objections."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When

from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_OBJECTIONS
from jingzhun.publicity.models import Objection

from .site import county

BEFORE = "objection_remind_days"


def objections_of(user: User) -> QuerySet[Objection]:
    """Objections in the user's areas, those that wait first, by the day on which they are due; one query."""
    found = Objection.objects.told().visible_to(user, SEE_OBJECTIONS)
    waits = Case(When(state__in=Objection.WAITING, then=0), default=1)
    return found.select_related("notice__area", "area__parent", "item").order_by(waits, "due_on", "id")


def open_and_due(user: User, today: date) -> tuple[int, int, int]:
    """How many objections wait in the user's areas, how many of them are late, and how many there are; one query."""
    waits = Q(state__in=Objection.WAITING)
    found = Objection.objects.visible_to(user, SEE_OBJECTIONS).aggregate(
        waiting=Count("pk", filter=waits), late=Count("pk", filter=waits & Q(due_on__lt=today)), total=Count("pk")
    )
    return found["waiting"], found["late"], found["total"]


def remind_days(today: date) -> int:
    """Working days before the end from which the county wants an answer to stand out; a few queries, none by row."""
    site = county()
    return int(values([BEFORE], site.code if site else "", today).get(BEFORE, 0))


def open_objections(subjects: Iterable[str]) -> dict[str, list[Objection]]:
    """Objections that still wait for a decision, by the subject of the entry they are against; one query."""
    found: dict[str, list[Objection]] = defaultdict(list)
    rows = Objection.objects.open().filter(subject__in=list(subjects))
    for objection in rows.select_related("notice", "item").order_by("received_at", "id"):
        found[objection.subject].append(objection)
    return dict(found)
