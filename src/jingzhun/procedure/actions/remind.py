"""The clock's reminders: once for each step of a case that is about to be due, and once when it is overdue."""

from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Left
from django.utils import timezone

from jingzhun.parameters.queries import value
from jingzhun.procedure.models import Case, Reminder
from jingzhun.procedure.rules import LIVE

BEFORE = "remind_days_before"  # parameter: natural days

TELL = """
INSERT INTO {reminder} (case_id, version, kind, told_on)
SELECT id, version, %(kind)s, %(today)s FROM {case}
WHERE state = ANY(%(live)s) AND due_on >= %(first)s AND due_on <= %(last)s AND left(area_code, 6) = %(county)s
ON CONFLICT DO NOTHING
"""
NAMES = {"reminder": Reminder._meta.db_table, "case": Case._meta.db_table}
FORGET = "DELETE FROM {reminder} r USING {case} c WHERE c.id = r.case_id AND (c.version <> r.version)"


@transaction.atomic
def remind(today: date | None = None) -> int:
    """Tell what is about to be due and what is overdue; number of new reminders.

    Days on which the clock stood still are made up for: what became overdue meanwhile is told now, once.
    """
    day = today or timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(FORGET.format(**NAMES))
    counties = Case.objects.live().exclude(due_on=None).order_by().values_list(Left("area_code", 6), flat=True)
    return sum(_remind(county, day) for county in counties.distinct())


def _remind(county: str, day: date) -> int:
    before = timedelta(days=int(value(BEFORE, county, day)))
    spans = {
        Reminder.Kind.SOON: (day, day + before),
        Reminder.Kind.OVERDUE: (date.min, day - timedelta(days=1)),
    }
    told = 0
    with connection.cursor() as cursor:
        for kind, (first, last) in spans.items():
            params: dict[str, Any] = {
                "kind": kind.value,
                "today": day,
                "live": [*LIVE],
                "first": first,
                "last": last,
                "county": county,
            }
            cursor.execute(TELL.format(**NAMES), params)
            told += cursor.rowcount
    return told
