"""What the public may read of the journal: signed roots, and proofs that tell no values, names or records."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from jingzhun.areas.rules import DIGITS, LEVEL_OF, Level
from jingzhun.journal.models import Place, PublishedRoot, SigningKey
from jingzhun.journal.rules import FIELDS, plain
from jingzhun.journal.rules.growth import Growth, growth_problems
from jingzhun.journal.rules.labels import action_label, is_public
from jingzhun.journal.rules.proofs import Proof, problems

from .faults import REASONS, Reason
from .tree import NoProof, consistency, head_size, prove_place

MOST = 366  # published roots in one answer


# In one statement, so that a sealing in between cannot make an entry look removed.
STANDING = """
SELECT EXISTS (SELECT FROM journal_entry WHERE id = %(number)s),
    EXISTS (SELECT FROM journal_waiting WHERE entry_id = %(number)s),
    EXISTS (SELECT FROM journal_place WHERE entry_id = %(number)s)
"""


class NotYet(NoProof):
    """The entry is there, and will be in a root that is published later."""


class Unfit(Exception):
    """What stands in the journal is not what was sealed or published there; `reason` says how."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(str(REASONS[reason]))


@dataclass(frozen=True)
class PublicProof:
    """A proof with what the public may know of its entry: the day; of what is public anyway also what, and where.

    `area_code` ends with the village; it is empty, and `level` None, for a decision that belongs to no area or is not
    public: counted through, entries would else tell how many of a kind there are in each village.
    """

    proof: Proof
    day: date
    published_on: date
    action: str = ""
    area_code: str = ""
    level: Level | None = None

    @property
    def label(self) -> str:
        """The action in the language of the screen; empty where it is not public."""
        return action_label(self.action)

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file; `jingzhun journal check` reads it."""
        return self.proof.as_dict() | {
            "action": self.action,
            "day": self.day.isoformat(),
            "published_on": self.published_on.isoformat(),
            "area": self.area_code,
            "level": self.level.value if self.level else None,
        }


def published_roots(limit: int = 30) -> list[PublishedRoot]:
    """Published roots with their keys, the newest first; one query."""
    roots = PublishedRoot.objects.select_related("key").order_by("-day")
    return list(roots[: max(1, min(limit, MOST))])


def published_root(day: date) -> PublishedRoot | None:
    """The root of a day with its key, if one was published."""
    return PublishedRoot.objects.select_related("key").filter(pk=day).first()


def checkpoint_of(day: date) -> str | None:
    """The signed text of a day's root (C2SP tlog-checkpoint), as it is to be served: text/plain, UTF-8."""
    return PublishedRoot.objects.filter(pk=day).values_list("text", flat=True).first()


def public_keys() -> Sequence[SigningKey]:
    """The keys that sign or once signed, the newest first; `vkey` is what tools for signed notes take."""
    return list(SigningKey.objects.order_by("-id"))


def public_proof(number: int, day: date | None = None) -> PublicProof:
    """Proof that an entry is in the root published on a day, or in the newest, made anew from the entry's fields.

    Raises NoProof when there is no such entry, NotYet when it is in no published root so far, Unfit when it was changed
    or removed, TreeDamaged.
    """
    _require_standing(number)
    place = Place.objects.select_related("entry").get(entry_id=number)
    fields = {name: getattr(place.entry, name) for name in FIELDS}
    roots = PublishedRoot.objects.filter(size__gt=place.position)
    root = (roots if day is None else roots.filter(day=day)).order_by("-day").first()
    if root is None:
        raise NotYet(f"Entry {number} is not in a root published {f'on {day}' if day else 'so far'}.")
    if root.size > head_size():
        raise Unfit(Reason.REMOVED)
    proof = prove_place(place, root.size, plain(fields))
    if problems(proof):
        raise Unfit(Reason.CHANGED)
    on = timezone.localdate(fields["at"])
    if not is_public(fields["action"]) or fields["actor"] != fields["role"]:  # it was signed by a login
        return PublicProof(replace(proof, entry={}), on, root.day)
    shown = fields["area_code"][: DIGITS[Level.VILLAGE]]
    return PublicProof(proof, on, root.day, fields["action"], shown, LEVEL_OF.get(len(shown)))


def _require_standing(number: int) -> None:
    """Raises NoProof, NotYet or Unfit unless an entry and its place are there."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"number": number})
        entry, waiting, placed = cursor.fetchone()
    if entry and placed:
        return
    if entry and waiting:
        raise NotYet(f"Entry {number} waits for its place in the tree; the next sealing gives it one.")
    if entry or waiting or placed:
        raise Unfit(Reason.UNPLACED if entry else Reason.REMOVED)
    raise NoProof(f"The journal has no entry {number}.")


def published_growth(old: date, new: date) -> Growth:
    """Proof that the root of a day contains the root of an earlier day.

    Raises NoProof when one was not published, Unfit when the tree does not show it, TreeDamaged.
    """
    first, second = published_root(old), published_root(new)
    if first is None or second is None or first.size > second.size:
        raise NoProof(f"No root was published on {old if first is None else new}, or {old} is not the earlier day.")
    if second.size > head_size():
        raise Unfit(Reason.REMOVED)
    path = consistency(first.size, second.size).path
    growth = Growth(first.text, first.key.vkey, second.text, second.key.vkey, path)
    if growth_problems(growth):
        raise Unfit(Reason.PUBLISHED)
    return growth
