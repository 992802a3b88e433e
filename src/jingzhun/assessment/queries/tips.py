"""Tips of the hotline, for who answers them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from jingzhun.areas.models import within
from jingzhun.assessment.models import Tip
from jingzhun.people.models import User
from jingzhun.people.rules import SETTLE_TIPS


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty values do not."""

    area: str = ""
    state: str = ""
    kind: str = ""
    late: str = ""
    year: int | None = None


def seen_by(user: User) -> QuerySet[Tip]:
    """Tips that are handled in the user's areas; never one about the place that the user belongs to."""
    rows = Tip.objects.visible_to(user, SETTLE_TIPS).select_related("about", "handler")
    for code in {each.area_code for each in user.scope.assignments}:
        for length in (6, 9, 12):
            if len(code) >= length:
                rows = rows.exclude(about_id=code[:length])
    return rows


def tips(user: User, asked: Asked, today: date) -> QuerySet[Tip]:
    rows = seen_by(user)
    rows = rows.filter(within(asked.area, "about_id")) if asked.area else rows
    for name in ("state", "kind"):
        if value := getattr(asked, name):
            rows = rows.filter(**{name: value})
    if asked.year:
        rows = rows.filter(received_on__year=asked.year)
    return rows.filter(late(today)) if asked.late else rows


def late(today: date) -> Q:
    """Condition on tips that are not answered in time."""
    return Q(answered_on=None, due_on__lt=today) | Q(answered_on__gt=F("due_on"))


def numbers(user: User, today: date) -> dict[str, int]:
    """How many wait, are overdue, were answered late, and wait for the reporter to be told."""
    rows = seen_by(user).order_by()
    return {
        "waiting": rows.filter(answered_on=None).count(),
        "overdue": rows.filter(answered_on=None, due_on__lt=today).count(),
        "late": rows.filter(late(today)).count(),
        "untold": rows.filter(state=Tip.State.ANSWERED, named=True).count(),
    }
