"""How often somebody may try; counted in the database, so that all processes count together."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from jingzhun.people.fields import index_of
from jingzhun.publicity.models import Attempt

KEPT = timedelta(days=1)
COUNT = """
INSERT INTO publicity_attempt (kind, who, "window", count) VALUES (%s, %s, %s, 1)
ON CONFLICT (kind, who, "window") DO UPDATE SET count = publicity_attempt.count + 1
RETURNING count
"""


def attempt(kind: str, who: str, *, limit: int, seconds: int, now: datetime | None = None) -> bool:
    """Count an attempt; False when there were more than `limit` in this window of time. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [kind, _who(who), _window(now or timezone.now(), seconds)])
        return bool(cursor.fetchone()[0] <= limit)


def exhausted(kind: str, who: str, *, limit: int, seconds: int, now: datetime | None = None) -> bool:
    """Whether somebody has no attempt left in this window of time; counts none. One query."""
    found = Attempt.objects.filter(kind=kind, who=_who(who), window=_window(now or timezone.now(), seconds))
    return found.filter(count__gte=limit).exists()


def sweep(now: datetime | None = None) -> int:
    """Forget the attempts of yesterday; number of rows."""
    return Attempt.objects.filter(window__lt=(now or timezone.now()) - KEPT).delete()[0]


def _who(who: str) -> bytes | None:
    return index_of(who or "-", "attempt.who")


def _window(when: datetime, seconds: int) -> datetime:
    """When the window of time that holds a moment began."""
    return (when - timedelta(seconds=when.timestamp() % seconds)).replace(microsecond=0)
