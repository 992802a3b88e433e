"""Reads on objections."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When

from jingzhun.areas.models import within
from jingzhun.areas.rules import LEVEL_OF
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import PERMISSIONS, SEE_OBJECTIONS, SETTLE_OBJECTIONS
from jingzhun.publicity.models import Objection

from .site import county

BEFORE = "objection_remind_days"


def objections_of(user: User) -> QuerySet[Objection]:
    """Objections in the user's areas, those that wait first, by the day on which they are due; one query."""
    found = Objection.objects.told().visible_to(user, SEE_OBJECTIONS)
    waits = Case(When(state__in=Objection.WAITING, then=0), default=1)
    return found.select_related("notice__area", "area__parent", "item").order_by(waits, "due_on", "id")


def to_settle(user: User) -> QuerySet[Objection]:
    """Objections that wait for a decision of the user's own level, the first due first; one query."""
    mine = Q(pk=None)
    for level, area_code in settled_by(user):
        mine |= within(area_code, "area_id") & Q(level=level)
    return Objection.objects.open().filter(mine).select_related("area").order_by("due_on", "pk")


def settled_by(user: User) -> list[tuple[str, str]]:
    """Levels with areas in which the user decides on objections."""
    areas = [each.area_code for each in user.scope.assignments if SETTLE_OBJECTIONS in PERMISSIONS[each.role]]
    return [(LEVEL_OF[len(code)], code) for code in areas if len(code) in LEVEL_OF]


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
