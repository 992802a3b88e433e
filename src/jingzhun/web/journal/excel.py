"""Entries as a workbook, or as CSV where there are more of them than rows of a sheet."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.journal.models import Entry
from jingzhun.people.models import User
from jingzhun.registry.workbook.lists import Head, write_list
from jingzhun.registry.workbook.wording import guarded
from jingzhun.registry.workbook.writer import EXCEL_ROWS

from .words import Told, Words, tell

MOST_OF_A_SHEET = EXCEL_ROWS - 1  # under the heads
CHUNK = 2000
CELL = 32_000  # signs that a cell holds
Progress = Callable[[int], None]


def write(entries: QuerySet[Entry], target: BinaryIO, user: User, progress: Progress | None = None) -> int:
    """Write entries as a workbook, the newest first; gives their number. The caller sees that a sheet holds them."""
    return write_list(target, _("Journal"), _heads(), _rows(entries, user, progress))


def write_csv(entries: QuerySet[Entry], target: BinaryIO, user: User, progress: Progress | None = None) -> int:
    """The same as CSV, however many there are."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    out, number = csv.writer(text), 0
    out.writerow([head.text for head in _heads()])
    for pk, at, *texts in _rows(entries, user, progress):
        out.writerow([pk, f"{at:%Y-%m-%d %H:%M:%S}", *map(guarded, texts)])
        number += 1
    text.detach()
    return number


def _rows(entries: QuerySet[Entry], user: User, progress: Progress | None) -> Iterator[list[Any]]:
    """Rows as they are read; `progress` hears how many there were."""
    words, done = Words(), 0
    numbered = entries.order_by("-pk").select_related("place").iterator(chunk_size=CHUNK)
    for chunk in _chunks(numbered):
        yield from map(_row, tell(chunk, user, words))
        done += len(chunk)
        if progress:
            progress(done)


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
    values = "; ".join(f"{name}: {text}" for name, text in told.values)
    place = str(told.place.position) if told.place else ""
    return [
        entry.pk, timezone.localtime(entry.at), told.what, entry.action, told.record, told.area, entry.area_code,
        told.actor, told.role, _fitting(entry.why), _fitting(values), place, told.hash,
    ]  # fmt: skip


def _fitting(text: str) -> str:
    """As much of a text as a cell holds; where that is not all, it says so."""
    return text if len(text) <= CELL else f"{text[:CELL]} …"
