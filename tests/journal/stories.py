"""Decisions, sealed and published, and what a superuser can do behind the triggers' back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from tests.registry.factories import VILLAGE, make_area

from jingzhun.journal.actions import SYSTEM, Decision, record
from jingzhun.journal.actions.publishing import publish
from jingzhun.journal.models import Entry

MOMENT = datetime(2014, 5, 20, 8, 30, 0, 123456, tzinfo=UTC)


def decide(at: datetime = MOMENT, by: Any = SYSTEM, **changes: Any) -> Entry:
    """One decision on a household, with some of its fields changed."""
    decision = Decision("registry.household_edited", "household", f"{VILLAGE}00001", VILLAGE, "补录")
    return record(Decision(**(decision.__dict__ | changes)), by=by, at=at)


def publish_on(day: int, entries: int = 0):
    """Decide so often, then publish the root of a day of June 2014."""
    make_area("610426")
    with transaction.atomic():
        for number in range(entries):
            decide(record=f"{day}-{number}")
    return publish(at=datetime(2014, 6, day, 4, tzinfo=UTC))


@contextmanager
def unprotected(*tables: str) -> Iterator[Any]:
    """A cursor of a superuser who switched the triggers of tables off; they are on again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
