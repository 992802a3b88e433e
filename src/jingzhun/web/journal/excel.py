"""Entries as a workbook."""

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.journal.models import Entry
from jingzhun.people.models import User
from jingzhun.registry.workbook.book import new_book

from .words import Told, tell

MOST = 100_000  # rows of one file; more take longer than a browser waits
CHUNK = 2000


def write(entries: QuerySet[Entry], target: BinaryIO, user: User) -> int:
    """Write entries, the newest first, at most MOST, and how many are left; gives the number written."""
    row = 0
    with new_book(target) as book:
        sheet = book.add_worksheet(_("Journal"))
        bold, moment = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        heads = _heads()
        for column, (head, width) in enumerate(heads):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, head, bold)
        numbered = entries.order_by("-pk").select_related("place")[:MOST].iterator(chunk_size=CHUNK)
        for chunk in _chunks(numbered):
            for told in tell(chunk, user):
                row += 1
                sheet.write_number(row, 0, told.entry.pk)
                sheet.write_datetime(row, 1, timezone.localtime(told.entry.at).replace(tzinfo=None), moment)
                for column, text in enumerate(_texts(told), 2):
                    sheet.write_string(row, column, text)
        sheet.autofilter(0, 0, row, len(heads) - 1)
        if row == MOST and (left := entries.count() - MOST) > 0:
            left_out = _("%(left)s older entries are not in this file: choose days or an area to get them.")
            sheet.write_string(row + 1, 2, left_out % {"left": left}, bold)
    return row


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    chunk: list[Entry] = []
    for entry in entries:
        chunk.append(entry)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _heads() -> list[tuple[str, int]]:
    return [
        (_("Number"), 10), (_("When"), 17), (_("What"), 26), (_("Code"), 26), (_("Record"), 28), (_("Area"), 14),
        (_("Area code"), 16), (_("By whom"), 16), (_("In which role"), 16), (_("Why"), 30),
        (_("Values decided upon"), 50), (_("Place"), 10), (_("Hash"), 20),
    ]  # fmt: skip


def _texts(told: Told) -> list[str]:
    entry = told.entry
    values = json.dumps(entry.values, ensure_ascii=False)[:32_000]
    place = str(told.place.position) if told.place else ""
    return [
        told.what, entry.action, told.record, told.area, entry.area_code, entry.actor, told.role, entry.why[:32_000],
        values, place, told.hash,
    ]  # fmt: skip
