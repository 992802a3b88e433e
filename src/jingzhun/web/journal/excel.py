"""Entries as a workbook."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.journal.models import Entry
from jingzhun.people.models import User
from jingzhun.registry.workbook.lists import Head, write_list

from .words import Told, tell

MOST = 100_000  # rows of one file; more take longer than a browser waits
CHUNK = 2000


def write(entries: QuerySet[Entry], target: BinaryIO, user: User) -> int:
    """Write entries, the newest first, at most MOST, and how many are left; gives the number written."""
    numbered = entries.order_by("-pk").select_related("place")[:MOST].iterator(chunk_size=CHUNK)
    rows = (_row(told) for chunk in _chunks(numbered) for told in tell(chunk, user))

    def below(row: int) -> str:
        left = entries.count() - MOST if row == MOST else 0
        wording = _("%(left)s older entries are not in this file: choose days or an area to get them.")
        return wording % {"left": left} if left > 0 else ""

    return write_list(target, _("Journal"), _heads(), rows, below=below)


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    for entry in entries:
        chunk.append(entry)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _heads() -> list[Head]:
    widths = [
        (_("Number"), 10), (_("When"), 17), (_("What"), 26), (_("Code"), 26), (_("Record"), 28), (_("Area"), 14),
        (_("Area code"), 16), (_("By whom"), 16), (_("In which role"), 16), (_("Why"), 30),
        (_("Values decided upon"), 50), (_("Place"), 10), (_("Hash"), 20),
    ]  # fmt: skip
    return [Head(text, width) for text, width in widths]


def _row(told: Told) -> list[Any]:
    entry = told.entry
    values = json.dumps(entry.values, ensure_ascii=False)[:32_000]
    place = str(told.place.position) if told.place else ""
    return [
        entry.pk, timezone.localtime(entry.at), told.what, entry.action, told.record, told.area, entry.area_code,
        told.by, told.role, entry.why[:32_000], values, place, told.hash,
    ]  # fmt: skip
