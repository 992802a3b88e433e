"""What verifying compares on its way along the places: roots, and the numbers that were signed with them."""

from collections.abc import Iterator, Sequence
from typing import Any

from jingzhun.journal.models import PublishedRoot, Root
from jingzhun.journal.rules import notes
from jingzhun.journal.rules.numbers import Chain
from jingzhun.methods.merkle import Growing

from .faults import Fault, Reason
from .kept import Kept, signed
from .tree import head_size


class Mark:
    """Stored roots of one kind, in the order of their sizes, compared as the tree passes them."""

    def __init__(self, stored: Iterator[tuple[Any, int, bytes]], reason: Reason) -> None:
        self.stored, self.reason = stored, reason
        self.next = next(stored, None)
        self.seen, self.first, self.wrong = 0, 0, None

    wrong: Fault | None

    def passing(self, tree: Growing, number: int) -> bool:
        """Compare the roots of this size; whether there is one. Remembers the first that is wrong."""
        self.first = self.first or number
        if self.next is None or self.next[1] > tree.size:
            return False
        root = tree.root
        while self.next is not None and self.next[1] <= tree.size:
            name, size, stored = self.next
            if size == tree.size and bytes(stored) == root:
                self.agrees()
            else:
                self.wrong = self.wrong or self._fault(name, size, number)
            self.seen, self.next = self.seen + 1, next(self.stored, None)
        self.first = 0
        return True

    def agrees(self) -> None:
        """A later root that fits shows that the entries are right, and the earlier root alone is wrong."""
        if self.wrong:
            self.wrong = Fault(self.reason, root=self.wrong.root, day=self.wrong.day, file=self.wrong.file)

    def _fault(self, name: Any, size: int, number: int) -> Fault:
        until = number if number != self.first else None
        return Fault(self.reason, number=self.first, until=until, root=size, **self._named(name))

    def end(self) -> None:
        """What is left promises more entries than there are."""
        if self.next is not None and self.wrong is None and self.next[1] > head_size():
            self.wrong = Fault(self.reason, root=self.next[1], **self._named(self.next[0]))

    def _named(self, name: Any) -> dict[str, Any]:
        """What says which root it is: its day, or the file of its checkpoint."""
        given = {Reason.PUBLISHED: "day", Reason.KEPT: "file"}.get(self.reason)
        return {given: name} if given else {}


class Numbers:
    """The numbers that published roots sign for their places, as far back as roots say so."""

    def __init__(self) -> None:
        texts = PublishedRoot.objects.order_by("size", "day").values_list("day", "size", "text")
        self.signed = [(day, size, link) for day, size, text in texts.iterator() if (link := _link(text))]
        self.chain, self.nth, self.first = Chain(), 0, 0
        self.wrong: Fault | None = None

    def passing(self, size: int, number: int) -> None:
        """Take the number of the last place; compare the links of the roots of this size."""
        self.first = self.first or number
        self.chain.add([number])
        while self.nth < len(self.signed) and self.signed[self.nth][1] <= size:
            day, root, link = self.signed[self.nth]
            if self.chain.link() != link and self.wrong is None:
                self.wrong = Fault(Reason.NUMBERS, number=self.first, until=number, root=root, day=day)
            self.nth, self.first = self.nth + 1, 0


def _link(text: str) -> bytes:
    """The link that a checkpoint signs; none where it has none. Whether it is signed at all is looked at elsewhere."""
    try:
        return notes.read(text).numbers
    except notes.BadNote:
        return b""


class Marks:
    """Roots of sealings, without a gap in their numbers; published ones with the numbers they sign; kept ones."""

    def __init__(self, kept: Sequence[Kept] = ()) -> None:
        roots = Root.objects.order_by("number").values_list("number", "size", "hash").iterator(chunk_size=2000)
        published = PublishedRoot.objects.order_by("size", "day").values_list("day", "size", "hash")
        self.roots = Mark(_numbered(roots), Reason.ROOT)
        self.published = Mark(published.iterator(chunk_size=2000), Reason.PUBLISHED)
        self.kept = Mark(_outside(kept), Reason.KEPT)
        self.numbers = Numbers()

    def passing(self, tree: Growing, number: int) -> bool:
        """Compare the roots of this size, whose last entry has this number; whether a sealing ends here."""
        self.published.passing(tree, number)
        self.kept.passing(tree, number)
        self.numbers.passing(tree.size, number)
        return self.roots.passing(tree, number)

    def end(self) -> None:
        for mark in (self.published, self.kept, self.roots):
            mark.end()

    @property
    def fault(self) -> Fault | None:
        """The one that says most: a published root cannot be made anew."""
        return self.published.wrong or self.kept.wrong or self.roots.wrong


def _outside(kept: Sequence[Kept]) -> Iterator[tuple[str, int, bytes]]:
    """Checkpoints from outside the database by their sizes; only those that the journal signed blame anything."""
    found = [(each.file, each.checkpoint.size, each.checkpoint.root) for each in signed(kept) if each.checkpoint]
    yield from sorted(found, key=lambda each: each[1])


def _numbered(roots: Iterator[tuple[int, int, bytes]]) -> Iterator[tuple[int, int, bytes]]:
    """Roots as they come; one that is missing in between comes as a root that fits nothing."""
    for expected, (number, size, stored) in enumerate(roots, 1):
        yield number, size, stored if number == expected else b""
