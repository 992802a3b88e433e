"""Reads on the journal."""

from dataclasses import dataclass

from django.db.models import QuerySet

from . import rules
from .models import Entry


@dataclass(frozen=True)
class Verification:
    """Result of recomputing the journal; `broken` is the number of the first entry that does not fit."""

    entries: int
    broken: int | None = None
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.broken is None


def verify() -> Verification:
    """Recompute every entry's leaf from its fields, in order; memory stays bounded."""
    checked = 0
    for entry in Entry.objects.order_by("id").values("id", "leaf", *rules.FIELDS).iterator(chunk_size=5000):
        if rules.leaf_hash(entry) != bytes(entry["leaf"]):
            return Verification(checked, entry["id"], "the entry's fields do not give its hash")
        checked += 1
    return Verification(checked)


def entries_of(record_type: str, record: str) -> QuerySet[Entry]:
    """Everything decided on one record, the latest first."""
    return Entry.objects.filter(record_type=record_type, record=record).order_by("-id")
