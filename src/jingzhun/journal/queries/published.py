"""What the public may read of the journal: signed roots, and proofs that tell no values, names or records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from jingzhun.areas.rules import DIGITS, LEVEL_OF, Level
from jingzhun.journal.models import Entry, Place, PublishedRoot, SigningKey
from jingzhun.journal.rules.growth import Growth
from jingzhun.journal.rules.labels import action_label
from jingzhun.journal.rules.proofs import Proof

from .tree import NoProof, consistency, prove_place

MOST = 366  # published roots in one answer


@dataclass(frozen=True)
class PublicProof:
    """A proof with what the public may know of its entry: what was done, on which day, in which area at most.

    `area_code` ends with the village; it is empty, and `level` None, for a decision that belongs to no area.
    """

    proof: Proof
    action: str
    day: date
    published_on: date
    area_code: str
    level: Level | None

    @property
    def label(self) -> str:
        """The action in the language of the screen."""
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


def published_roots(limit: int = 30, before: date | None = None) -> list[PublishedRoot]:
    """Published roots with their keys, the newest first, earlier than a day if one is given; one query."""
    roots = PublishedRoot.objects.select_related("key").order_by("-day")
    if before is not None:
        roots = roots.filter(day__lt=before)
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
    """Proof that an entry is in the root published on a day, or in the newest. Raises NoProof when it is in none."""
    place = Place.objects.filter(entry_id=number).first()
    told = Entry.objects.filter(pk=number).values_list("action", "at", "area_code").first()
    if place is None or told is None:
        raise NoProof(f"The journal has no sealed entry {number}.")
    roots = PublishedRoot.objects.filter(size__gt=place.position)
    root = (roots if day is None else roots.filter(day=day)).order_by("-day").first()
    if root is None:
        raise NoProof(f"Entry {number} is not in a root published {f'on {day}' if day else 'so far'}.")
    action, at, area = told
    shown = area[: DIGITS[Level.VILLAGE]]
    return PublicProof(
        prove_place(place, root.size), action, timezone.localdate(at), root.day, shown, LEVEL_OF.get(len(shown))
    )


def published_growth(old: date, new: date) -> Growth:
    """Proof that the root of a day contains the root of an earlier day. Raises NoProof when one was not published."""
    first, second = published_root(old), published_root(new)
    if first is None or second is None or first.size > second.size:
        raise NoProof(f"No root was published on {old if first is None else new}, or {old} is not the earlier day.")
    path = consistency(first.size, second.size).path
    return Growth(first.text, first.key.vkey, second.text, second.key.vkey, path)
