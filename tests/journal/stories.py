"""Decisions, sealed and published, and what a superuser can do behind the triggers' back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from tests.registry.factories import VILLAGE, make_area

from jingzhun.journal import rules
from jingzhun.journal.actions import SYSTEM, Decision, record
from jingzhun.journal.actions.publishing import publish
from jingzhun.journal.models import Entry
from jingzhun.journal.rules import FIELDS
from jingzhun.methods.merkle import Growing

ALL = ("journal_entry", "journal_place", "journal_treenode", "journal_root")
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


def rebuild(cursor: Any, last: int = 3) -> None:
    """What a patient forger does: nodes and roots of sealings made anew over the places as they are now."""
    cursor.execute("SELECT position, entry_id FROM journal_place ORDER BY position")
    rows = cursor.fetchall()
    cursor.execute("SELECT number, size FROM journal_root ORDER BY number")
    tree, roots = Growing(), {size: number for number, size in cursor.fetchall()}
    cursor.execute("DELETE FROM journal_treenode")
    for _position, number in rows:
        leaf = rules.leaf_hash(Entry.objects.values(*FIELDS).get(pk=number))
        cursor.execute("UPDATE journal_entry SET leaf = %s WHERE id = %s", [leaf, number])
        cursor.execute("UPDATE journal_place SET leaf = %s WHERE entry_id = %s", [leaf, number])
        for node, made in tree.append(leaf):
            if node.level % 4 == 0:
                cursor.execute("INSERT INTO journal_treenode VALUES (%s, %s, %s)", [node.level, node.nth, made])
        if tree.size in roots:
            cursor.execute("UPDATE journal_root SET hash = %s WHERE size = %s", [tree.root, tree.size])
    cursor.execute("UPDATE journal_root SET hash = %s, size = %s WHERE number = %s", [tree.root, tree.size, last])
