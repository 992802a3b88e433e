"""Recomputing the whole journal: every entry's hash, the tree, every root, every signature.

The entries go by in the order of their places, a stretch at a time and without a transaction around the whole; of the
tree no more is in memory than its peaks and the nodes of the stretch. Sealing may go on meanwhile: what it adds after
the beginning is not looked at.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jingzhun.journal import rules
from jingzhun.journal.models import STRIDE, Entry, Place, PublishedRoot, Root
from jingzhun.journal.rules import FIELDS
from jingzhun.methods.merkle import Growing, Node

from .faults import Fault, Reason
from .kept import Kept, fault_of_kept, kept_files, read_kept
from .marks import Marks
from .signatures import fault_of_signatures
from .tree import head, stored_nodes

STRETCH = 4096  # places looked at together
COLUMNS = ", ".join(f'"{name}"' for name in FIELDS)
# By lists of numbers and not by joins: wrong statistics of a table that just grew then cost nothing.
PLACES = "SELECT position, entry_id, leaf FROM journal_place WHERE position >= %s AND position < %s ORDER BY position"
ENTRIES = f"SELECT id, leaf, {COLUMNS} FROM journal_entry WHERE id = ANY(%s) ORDER BY id"  # noqa: S608
NUMBERS = "SELECT id FROM journal_entry WHERE id > %s ORDER BY id LIMIT %s"
WAITING = "SELECT entry_id FROM journal_waiting WHERE entry_id = ANY(%s)"
NEXT_WAITING = "SELECT entry_id FROM journal_waiting WHERE entry_id > %s ORDER BY entry_id LIMIT %s"
PLACED = "SELECT entry_id FROM journal_place WHERE entry_id = ANY(%s)"
THERE = "SELECT id FROM journal_entry WHERE id = ANY(%s)"
BEYOND = """
SELECT position, entry_id FROM journal_place
WHERE position >= (SELECT coalesce(max(size), 0) FROM journal_root) ORDER BY 1 LIMIT 1
"""

Report = Callable[[int, int], None]  # entries looked at, of how many


@dataclass(frozen=True)
class Verified:
    """Result of recomputing the journal.

    `entries` fit (those before the fault, if there is one), of which `waiting` have no place in the tree yet; `roots`
    of sealings and `published` ones were compared, and `kept` checkpoints from outside the database.
    """

    entries: int
    waiting: int = 0
    roots: int = 0
    published: int = 0
    fault: Fault | None = None
    kept: int = 0

    @property
    def ok(self) -> bool:
        return self.fault is None


class Broken(Exception):
    """Ends the looking at the first entry that does not fit."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def verify(
    report: Report = lambda done, total: None,
    *,
    trust_stored_keys: bool = False,
    checkpoints: Sequence[Kept] | None = None,
) -> Verified:
    """Recompute everything, and name the first entry that does not fit, with the reason and the roots it spoils.

    `trust_stored_keys` takes the newest key in the database for good, as after a restore on a server that does not
    have the journal's private key. `checkpoints` are compared too, from outside the database: those that this
    installation kept, unless others are given.
    """
    kept = read_kept(kept_files()) if checkpoints is None else checkpoints  # before the tree's size is read
    last = head()
    walk = _Walk(last.size if last else 0, report, kept)
    unsealed = 0
    try:
        walk.go()
        for one in _look_at_unsealed():
            unsealed += one
        fault = walk.fault or fault_of_signatures(trust_stored_keys) or walk.marks.numbers.wrong or fault_of_kept(kept)
    except Broken as broken:
        fault = _with_roots(broken.fault)
    return Verified(walk.fits + unsealed, unsealed, walk.roots_seen, walk.published_seen, fault, len(kept))


def _leaf(fields: Any) -> bytes:
    entry = dict(zip(FIELDS, fields, strict=True))
    entry["values"] = json.loads(entry["values"])
    return rules.leaf_hash(entry)


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


class _Walk:
    """Goes along the places and lets the tree grow anew."""

    def __init__(self, size: int, report: Report, kept: Sequence[Kept]) -> None:
        self.size, self.report, self.tree = size, report, Growing()
        self.made: dict[Node, bytes] = {}
        self.marks = Marks(kept)
        self.before = (0, 0)  # the two numbers before this one, of the same sealing
        self.last = 0  # the number before this one, of whatever sealing

    @property
    def fits(self) -> int:
        return self.tree.size

    @property
    def roots_seen(self) -> int:
        return self.marks.roots.seen

    @property
    def published_seen(self) -> int:
        return self.marks.published.seen

    @property
    def fault(self) -> Fault | None:
        return self.marks.fault

    def go(self) -> None:
        """Look at every place. Raises Broken."""
        for first in range(0, self.size, STRETCH):
            end = min(first + STRETCH, self.size)
            places = _rows(PLACES, first, end)
            entries = {row[0]: row[1:] for row in _rows(ENTRIES, [number for _position, number, _leaf in places])}
            for position, number, sealed in places:
                self._take(position, number, sealed, *entries.get(number, (None,)))
            if self.tree.size != end:
                raise Broken(_gap(self.tree.size, self.last))
            self._compare_nodes()
            self.report(end, self.size)
        self.marks.end()
        _nothing_beyond()

    def _take(self, position: int, number: int, sealed: bytes, leaf: bytes | None, *fields: Any) -> None:
        """One place: its entry, its leaf in the tree, the roots of this size. Raises Broken."""
        if position != self.tree.size:
            raise Broken(_gap(self.tree.size, self.last))
        self._look(position, number, sealed, leaf, fields)
        for node, made in self.tree.append(sealed):
            if node.level % STRIDE == 0:
                self.made[node] = made
        self.last = number
        if self.marks.passing(self.tree, number):
            self.before = (0, 0)

    def _look(self, position: int, number: int, sealed: bytes, leaf: bytes | None, fields: Sequence[Any]) -> None:
        """Whether the entry of a place is what was sealed there."""
        told: dict[str, Any] = {"number": number, "position": position}
        if leaf is None:
            raise Broken(Fault(Reason.REMOVED, **told))
        told |= {"at": fields[0], "action": fields[1]}
        if leaf != sealed:
            raise Broken(Fault(Reason.CHANGED if _leaf(fields) == sealed else Reason.REPLACED, **told))
        if _leaf(fields) != leaf:
            raise Broken(Fault(Reason.CHANGED, **told))
        further, previous = self.before
        if number <= previous:  # a sealing gives places in the order of numbers
            intruder = position - 1 if further < number else position
            raise Broken(_of_place(Reason.INSERTED, intruder))
        self.before = (previous, number)

    def _compare_nodes(self) -> None:
        stored = stored_nodes(list(self.made))
        wrong = [node for node, made in self.made.items() if stored.get(node) != made]
        if wrong:
            first = min(wrong, key=lambda node: (node.nth << node.level, node.level))
            raise Broken(_of_place(Reason.NODE, first.nth << first.level))
        self.made.clear()


def _look_at_unsealed() -> Iterator[int]:
    """Entries without a place: each must wait for one, and give its hash. Gives 1 for each. Raises Broken."""
    for waiting, strays in _unplaced():
        for number, leaf, *fields in _rows(ENTRIES, sorted([*waiting, *strays])):
            told: dict[str, Any] = {"number": number, "at": fields[0], "action": fields[1]}
            if number in strays:
                raise Broken(Fault(Reason.INSERTED, **told))
            if _leaf(fields) != leaf:
                raise Broken(Fault(Reason.CHANGED, **told))
            yield 1
    for numbers in _stretches(NEXT_WAITING):
        if lost := set(numbers) - _numbers(THERE, numbers):
            raise Broken(Fault(Reason.REMOVED, number=min(lost)))


def _unplaced() -> Iterator[tuple[set[int], set[int]]]:
    """Entries without a place, in stretches: those that wait for one, and those that do not.

    Who waits is asked before who has a place, so that a sealing in between cannot make an entry look forgotten.
    """
    for numbers in _stretches(NUMBERS):
        waiting = _numbers(WAITING, numbers)
        unplaced = set(numbers) - _numbers(PLACED, numbers)
        yield unplaced & waiting, unplaced - waiting


def _stretches(query: str) -> Iterator[list[int]]:
    """Numbers in their order, STRETCH at a time."""
    last = 0
    while numbers := [number for (number,) in _rows(query, last, STRETCH)]:
        yield numbers
        last = numbers[-1]


def _numbers(query: str, of: list[int]) -> set[int]:
    return {number for (number,) in _rows(query, of)}


def _gap(position: int, before: int) -> Fault:
    """A place is missing. Its entry may still be there: the first that has no place and waits for none."""
    for _waiting, strays in _unplaced():
        if strays:
            entry = Entry.objects.only("at", "action").get(pk=min(strays))
            return Fault(Reason.UNPLACED, number=entry.pk, position=position, at=entry.at, action=entry.action)
    return Fault(Reason.REMOVED, after=before or None, position=position)


def _of_place(reason: Reason, position: int) -> Fault:
    """A fault at the entry of a place."""
    number = Place.objects.filter(position=position).values_list("entry_id", flat=True).first()
    entry = Entry.objects.filter(pk=number).only("at", "action").first() if number else None
    at, action = (entry.at, entry.action) if entry else (None, "")
    return Fault(reason, number=number, position=position, at=at, action=action)


def _with_roots(fault: Fault) -> Fault:
    """A fault with the first roots that it spoils."""
    if fault.position is None:
        return fault
    root = Root.objects.filter(size__gt=fault.position).order_by("size").values_list("size", flat=True).first()
    published = PublishedRoot.objects.filter(size__gt=fault.position).order_by("day").values_list("day", flat=True)
    return Fault(**(vars(fault) | {"root": root, "day": published.first()}))


def _nothing_beyond() -> None:
    """No place lies outside every root. Raises Broken."""
    with connection.cursor() as cursor:
        cursor.execute(BEYOND)
        if found := cursor.fetchone():
            raise Broken(_of_place(Reason.INSERTED, found[0]))
