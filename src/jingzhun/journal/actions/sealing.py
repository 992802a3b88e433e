"""Sealing: entries that wait get their place in the tree, and the tree a new root.

Writers only ever insert: an entry, and, by a trigger, its number among those that wait. So they wait neither for the
sealing nor for each other, and an entry that is committed late is found like any other, whatever its number. The
sealing itself is alone by a lock in the database, and goes on from what is stored; it reads what waits and the last
nodes of the tree, however long the journal is. Nothing rests on numbers of transactions or on clocks, so that a journal
restored on another server goes on as if nothing had been.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jingzhun.journal.models import STRIDE, Root
from jingzhun.journal.queries.tree import growing, head
from jingzhun.methods.merkle import Growing

SEALING = 0x7365616C  # "seal": number of the advisory lock of whoever makes the tree grow
BATCH = 20_000  # entries sealed in one transaction, under one root

# Each asks by a list of numbers, which takes the same time whatever the planner believes of tables that were empty a
# moment ago: joined in one statement, they were once compared row by row.
WAITING = """
SELECT w.entry_id FROM journal_waiting w
WHERE EXISTS (SELECT FROM journal_entry e WHERE e.id = w.entry_id) ORDER BY w.entry_id LIMIT %s
"""
TAKE = "DELETE FROM journal_waiting WHERE entry_id = ANY(%s)"
PLACED = "SELECT entry_id FROM journal_place WHERE entry_id = ANY(%s)"
LEAVES = "SELECT id, leaf FROM journal_entry WHERE id = ANY(%s) ORDER BY id"
PLACES = """
INSERT INTO journal_place (position, entry_id, leaf)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[])
"""
NODES = """
INSERT INTO journal_treenode (level, index, hash)
SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
"""


@dataclass(frozen=True)
class Sealed:
    """How many entries found their place, and the root since."""

    entries: int
    root: Root | None


def seal(report: Callable[[int], None] = lambda sealed: None) -> Sealed:
    """Seal everything that waits, in as many transactions as need be. `report` is told the entries sealed so far.

    Raises TreeDamaged when the stored tree does not give its last root: nothing is sealed onto it then.
    """
    sealed = 0
    while (taken := _seal_batch()) is not None:
        sealed += taken
        report(sealed)
    return Sealed(sealed, head())


def alone() -> None:
    """Wait until nobody else makes the tree grow, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING])


@transaction.atomic
def _seal_batch() -> int | None:
    """Seal up to BATCH entries; how many, or None when none waits."""
    alone()
    with connection.cursor() as cursor:
        rows = _take(cursor)
        if not rows:
            return None
        last, tree = head(), growing()
        first, nodes = tree.size, _append(tree, [leaf for _number, leaf in rows])
        cursor.execute(PLACES, [list(range(first, tree.size)), *map(list, zip(*rows, strict=True))])
        if nodes:
            cursor.execute(NODES, [*map(list, zip(*nodes, strict=True))])
    number = last.number + 1 if last else 1
    Root.objects.create(number=number, size=tree.size, hash=tree.root, sealed_at=timezone.now())
    return len(rows)


def _take(cursor: Any) -> list[tuple[int, bytes]]:
    """Take the longest waiting away; number and leaf of those that have no place yet, in the order of their numbers."""
    cursor.execute(WAITING, [BATCH])
    waiting = [number for (number,) in cursor.fetchall()]
    if not waiting:
        return []
    cursor.execute(TAKE, [waiting])
    cursor.execute(PLACED, [waiting])
    placed = {number for (number,) in cursor.fetchall()}
    cursor.execute(LEAVES, [[number for number in waiting if number not in placed]])
    return cursor.fetchall()


def _append(tree: Growing, leaves: list[bytes]) -> list[tuple[int, int, bytes]]:
    """Let the tree grow; the new nodes of stored levels."""
    return [
        (node.level, node.nth, made)
        for leaf in leaves
        for node, made in tree.append(bytes(leaf))
        if node.level % STRIDE == 0
    ]
