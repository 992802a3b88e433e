"""Reads on objections."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from jingzhun.publicity.models import NoticeItem, Objection


def open_objections(subjects: Iterable[str]) -> dict[str, list[Objection]]:
    """Objections that still wait for a decision, by the subject of the entry they are against; one query."""
    found: dict[str, list[Objection]] = defaultdict(list)
    rows = Objection.objects.open().filter(subject__in=list(subjects))
    for objection in rows.select_related("notice", "item").order_by("received_at", "id"):
        found[objection.subject].append(objection)
    return dict(found)


def items_of(subject: str) -> QuerySet[NoticeItem]:
    """Every entry about a subject with its notice, the latest first; one query."""
    return NoticeItem.objects.filter(subject=subject).select_related("notice__area").order_by("-notice_id")
