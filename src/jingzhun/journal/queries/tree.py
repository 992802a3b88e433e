"""Reads on the tree: its nodes, roots of any size, proofs. Each costs the logarithm of the journal's length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jingzhun.journal.models import STRIDE, Entry, Place, PublishedRoot, Root
from jingzhun.journal.rules import FIELDS, plain
from jingzhun.journal.rules.proofs import Proof
from jingzhun.methods import merkle
from jingzhun.methods.merkle import Growing, Node

NODES = "SELECT index, hash FROM journal_treenode WHERE level = %s AND index = ANY(%s)"


class TreeDamaged(Exception):
    """The stored tree is not whole: a node is missing, or it does not give its last root."""


class NoProof(Exception):
    """What was asked for cannot be proved; the message says why."""


@dataclass(frozen=True)
class Consistency:
    """The tree of `old` entries is the beginning of the one of `new`. Hashes are 32 bytes."""

    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: tuple[bytes, ...]

    @property
    def holds(self) -> bool:
        """Whether the path shows it (RFC 9162 §2.1.4.2)."""
        return merkle.consistent(self.old, self.new, self.old_root, self.new_root, self.path)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: hashes as hexadecimal text."""
        return {
            "old": self.old,
            "new": self.new,
            "old_root": self.old_root.hex(),
            "new_root": self.new_root.hex(),
            "path": [each.hex() for each in self.path],
        }


def head() -> Root | None:
    """The root of the newest sealing."""
    return Root.objects.order_by("-number").first()


def read(nodes: Sequence[Node]) -> list[bytes]:
    """Hashes of nodes over full subtrees, in the order asked; a statement for each stored level. Raises TreeDamaged."""
    parts = [merkle.lowered(node, STRIDE) for node in nodes]
    wanted = {part for each in parts for part in each}
    leaves = Place.objects.filter(position__in=[node.nth for node in wanted if node.level == 0])
    found = {Node(0, position): bytes(leaf) for position, leaf in leaves.values_list("position", "leaf")}
    found |= stored_nodes([node for node in wanted if node.level])
    if missing := wanted - found.keys():
        raise TreeDamaged(f"the journal's tree lacks its node {min(missing)}")
    return [merkle.raised([found[part] for part in each]) for each in parts]


def stored_nodes(nodes: Sequence[Node]) -> dict[Node, bytes]:
    """Those of the nodes that are stored; one statement for each stored level."""
    found: dict[Node, bytes] = {}
    with connection.cursor() as cursor:
        for level in sorted({node.level for node in nodes}):
            cursor.execute(NODES, [level, [node.nth for node in nodes if node.level == level]])
            found |= {Node(level, nth): bytes(made) for nth, made in cursor.fetchall()}
    return found


def growing() -> Growing:
    """The tree as the newest sealing left it. Raises TreeDamaged when it does not give that sealing's root."""
    last = head()
    tree = tree_at(last.size) if last else Growing()
    if last and tree.root != bytes(last.hash):
        raise TreeDamaged(
            f"the journal's tree does not give its root of {last.size} entries; run jingzhun journal verify"
        )
    return tree


def tree_at(size: int) -> Growing:
    """The tree of the first `size` entries. Raises TreeDamaged when there are not so many."""
    return Growing(size, read(merkle.peaks_of(size)))


def prove(entry: Entry | int, size: int | None = None) -> Proof:
    """Proof that an entry (or its number) is in the tree of a size, with its fields. Raises NoProof, TreeDamaged.

    Without a size it is the newest published root's; where none holds the entry yet, the newest sealing's, unsigned.
    """
    number = entry if isinstance(entry, int) else entry.pk
    place = Place.objects.filter(entry_id=number).first()
    fields = Entry.objects.filter(pk=number).values(*FIELDS).first()
    if fields is None:
        raise NoProof(f"The journal has no entry {number}.")
    if place is None:
        raise NoProof(f"Entry {number} waits for its place in the tree; the next sealing gives it one.")
    return prove_place(place, size, plain(fields))


def prove_place(place: Place, size: int | None = None, fields: dict[str, Any] | None = None) -> Proof:
    """As `prove`, of an entry whose place is known."""
    published = _published(place.position, size)
    of = size if size is not None else published.size if published else head_size()
    if not place.position < of <= head_size():
        raise NoProof(f"Entry {place.entry_id} is not in a tree of {of} entries; the journal's has {head_size()}.")
    return Proof(
        number=place.entry_id,
        leaf=bytes(place.leaf),
        position=place.position,
        size=of,
        root=tree_at(of).root,
        path=tuple(merkle.inclusion_proof(place.position, of, read)),
        entry=fields or {},
        checkpoint=published.text if published else "",
        key=published.key.vkey if published else "",
    )


def consistency(old: int, new: int) -> Consistency:
    """Proof that the tree of `old` entries begins the one of `new`. Raises NoProof, TreeDamaged."""
    if not 0 < old <= new <= head_size():
        raise NoProof(f"No growth from {old} to {new} entries can be proved; the journal's tree has {head_size()}.")
    path = tuple(merkle.consistency_proof(old, new, read))
    return Consistency(old, new, tree_at(old).root, tree_at(new).root, path)


def begins_with(size: int, root: bytes) -> bool:
    """Whether the newest tree begins with a tree of this size and root, shown by a proof as a stranger would see it.

    Raises TreeDamaged.
    """
    last = head()
    if last is None or not 0 < size <= last.size:
        return False
    shown = consistency(size, last.size)
    return shown.holds and (shown.old_root, shown.new_root) == (bytes(root), bytes(last.hash))


def _published(position: int, size: int | None) -> PublishedRoot | None:
    """The newest published root that holds a place, of the size if one is asked for."""
    roots = PublishedRoot.objects.select_related("key").filter(size__gt=position)
    return (roots if size is None else roots.filter(size=size)).order_by("-day").first()


def head_size() -> int:
    """Number of entries that have their place."""
    last = head()
    return last.size if last else 0
