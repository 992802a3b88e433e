"""Merkle trees of RFC 9162 (Certificate Transparency): growing, proofs, and the check of proofs.

Leaves are given as their hashes. A node is named by its level and its number in the level: node (l, n) is the root over
the leaves from n·2^l up to (n + 1)·2^l. Only nodes over full subtrees are ever stored, since they never change when
the tree grows. A proof lists hashes of ranges of leaves; each range falls into a few such nodes (`nodes_of`), so that
its cost is logarithmic in the size of the tree, and `Reader` fetches all of them at once.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

LEAF_PREFIX = b"\x00"  # RFC 9162 §2.1.1: leaves and inner nodes cannot be taken for one another
NODE_PREFIX = b"\x01"
EMPTY_ROOT = hashlib.sha256().digest()  # of a tree without leaves


class Node(NamedTuple):
    """The name of a node over a full subtree of 2^level leaves."""

    level: int
    nth: int


class Range(NamedTuple):
    """Leaves from `first` up to but not including `end`."""

    first: int
    end: int


Reader = Callable[[Sequence[Node]], Sequence[bytes]]  # hashes of full nodes, in the order asked


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf's content (§2.1.1), 32 bytes."""
    return hashlib.sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node over its two children (§2.1.1), 32 bytes."""
    return hashlib.sha256(NODE_PREFIX + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """Root over neighbouring full subtrees from left to right, each smaller than the one before."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def nodes_of(leaves: Range) -> list[Node]:
    """Full subtrees that make up a range which begins where a subtree of its size may begin, left to right."""
    found, first = [], leaves.first
    for level in reversed(range((leaves.end - first).bit_length())):
        if (leaves.end - first) >> level & 1:
            found.append(Node(level, first >> level))
            first += 1 << level
    return found


def peaks_of(size: int) -> list[Node]:
    """Full subtrees that make up a tree of a size, left to right."""
    return nodes_of(Range(0, size))


@dataclass
class Growing:
    """A tree that takes leaves one after another and remembers no more than its full subtrees' roots.

    `peaks` are the hashes of `peaks_of(size)`.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> bytes:
        return fold(self.peaks)

    def append(self, leaf: bytes) -> list[tuple[Node, bytes]]:
        """Take a leaf in; gives the inner nodes that became full by it, lowest first."""
        full, index, level = [], self.size, 0
        while index & 1:
            leaf = node_hash(self.peaks.pop(), leaf)
            index >>= 1
            level += 1
            full.append((Node(level, index), leaf))
        self.peaks.append(leaf)
        self.size += 1
        return full


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over all leaves (§2.1.1)."""
    tree = Growing()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """Ranges whose roots prove that the tree of a size holds the leaf of a position (§2.1.3.1), in their order.

    Raises ValueError when the leaf is not in the tree.
    """
    if not 0 <= position < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {position}")
    ranges, first, end = [], 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if position < middle:
            ranges.append(Range(middle, end))
            end = middle
        else:
            ranges.append(Range(first, middle))
            first = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Ranges whose roots prove that a tree of `old` leaves is the beginning of one of `new` (§2.1.4.1), in order.

    Raises ValueError unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise ValueError(f"no tree of {old} leaves can be shown to begin one of {new}")
    ranges, first, end, whole = [], 0, new, True
    while end != old:
        middle = first + _split(end - first)
        if old <= middle:
            ranges.append(Range(middle, end))
            end = middle
        else:
            ranges.append(Range(first, middle))
            first, whole = middle, False
    return [*([] if whole else [Range(first, end)]), *ranges[::-1]]


def hashes_of(ranges: Sequence[Range], read: Reader) -> list[bytes]:
    """Roots of ranges, their nodes read at once."""
    parts = [nodes_of(leaves) for leaves in ranges]
    hashes = iter(read([node for nodes in parts for node in nodes]))
    return [fold([next(hashes) for _ in nodes]) for nodes in parts]


def inclusion_proof(position: int, size: int, read: Reader) -> list[bytes]:
    """Proof that the tree of a size holds the leaf of a position. Raises ValueError when it does not."""
    return hashes_of(inclusion_ranges(position, size), read)


def consistency_proof(old: int, new: int, read: Reader) -> list[bytes]:
    """Proof that the tree of `old` leaves is the beginning of the one of `new`. Raises ValueError as §2.1.4 has it."""
    return hashes_of(consistency_ranges(old, new), read)


def includes(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that the tree with this root holds the leaf, exactly as §2.1.3.2 says."""
    if not 0 <= position < size:
        return False
    fn, sn, r = position, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree of `old` leaves begins the one of `new`, exactly as §2.1.4.2 says.

    The RFC leaves two cases aside: equal sizes, where the proof is empty and the roots are equal, and an empty old
    tree, which begins every tree and proves nothing.
    """
    if old == new or not 0 < old < new:
        return old == new and not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not proof or not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == old_root and sr == new_root


def lowered(node: Node, stride: int) -> list[Node]:
    """Where only every `stride`-th level is stored: the stored nodes of which this one is made, left to right."""
    down = node.level % stride
    return [Node(node.level - down, (node.nth << down) + each) for each in range(1 << down)]


def raised(hashes: Sequence[bytes]) -> bytes:
    """The root over 2^n neighbouring nodes of one level."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _split(size: int) -> int:
    """The largest power of two smaller than a size of two or more: where RFC 9162 parts a tree."""
    return 1 << (size - 1).bit_length() - 1
