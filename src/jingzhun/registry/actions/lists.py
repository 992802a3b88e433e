"""Lists that leave the house as workbooks, and the filters that users keep."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import EXPORT_REGISTER
from jingzhun.registry.models import SavedFilter
from jingzhun.registry.queries.asked import Asked
from jingzhun.registry.queries.columns import Column, with_columns
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.queries.marks import mark, without_numbers
from jingzhun.registry.queries.villages import VillageCounts
from jingzhun.registry.workbook.book import new_book

BATCH = 2000
LONGEST_QUERY = 1000


class FilterRefused(Exception):
    """A filter cannot be kept; the message says why."""


@transaction.atomic
def export_list(
    households: QuerySet, columns: list[Column], asked: Asked, target: BinaryIO, *, query: str, personal: bool, by: User
) -> int:
    """Write the households into a workbook and say so in the journal; gives their number.

    The journal keeps the filter, and of what was searched a digest.

    Rows come through a cursor of the server and go to the file one by one. Personal numbers are masked unless
    `personal`. Text stays text: a name that begins with = is no formula.
    """
    names = area_names(set(households.order_by().values_list("area_id", flat=True).distinct()))
    rows = with_columns(households, columns, asked).order_by("number").iterator(chunk_size=BATCH)
    lines = ([column.value(row, names, personal=personal) for column in columns] for row in rows)
    written = _write(target, columns, lines)
    kept = without_numbers(by, query)
    searched = {"search": text} if (text := kept.pop("q", [""])[-1]) else {}
    values = {
        "query": kept.urlencode(),
        "rows": written,
        "columns": [column.key for column in columns],
        "personal": personal,
    }
    record(
        Decision(
            "registry.list_exported",
            "list",
            "households",
            _common(by),
            values=values,
            personal=searched,
            permission=EXPORT_REGISTER,
        ),
        by=by,
    )
    return written


@transaction.atomic
def export_villages(found: Sequence[VillageCounts], target: BinaryIO, *, query: str, by: User) -> int:
    """Write villages with their counts into a workbook and say so in the journal; gives their number."""
    heads = (
        (_("Village"), 20), (_("Village code"), 15), (_("Poor village"), 10), (_("Households"), 12), (_("Persons"), 12),
        (_("Poor households"), 12), (_("Poor persons"), 12), (_("Incidence"), 12), (_("Income per person"), 14),
    )  # fmt: skip
    with new_book(target) as book:
        sheet = book.add_worksheet(_("Villages"))
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        money, share = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "0.00%"})
        sheet.freeze_panes(1, 1)
        for position, (head, width) in enumerate(heads):
            sheet.set_column(position, position, width)
            sheet.write_string(0, position, head, heading)
        for number, row in enumerate(found, 1):
            poor = _("yes") if row.poor_village else _("no")
            counts = (row.households, row.persons, row.poor_households, row.poor_persons)
            for position, value in enumerate((row.area.short_name, row.area.code, poor, *counts)):
                _write_cell(sheet, number, position, value, {})
            _write_cell(sheet, number, 7, row.incidence, {Decimal: share})
            _write_cell(sheet, number, 8, row.income, {Decimal: money})
        sheet.autofilter(0, 0, len(found), len(heads) - 1)
    values = {"query": query, "rows": len(found)}
    record(Decision("registry.list_exported", "list", "villages", _common(by), values=values), by=by)
    return len(found)


@transaction.atomic
def keep_filter(user: User, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name; one of the same name is replaced. Raises FilterRefused.

    A personal number that is searched is kept as its mark.
    """
    name, query = name.strip(), without_numbers(user, query).urlencode()
    if not name or len(name) > 60:
        raise FilterRefused(_("Give the filter a name of at most 60 characters."))
    if mark(user, name) != name:
        raise FilterRefused(_("Leave personal numbers out of the filter's name."))
    if len(query) > LONGEST_QUERY:
        raise FilterRefused(_("This filter is too long to keep; choose fewer columns."))
    return SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query})[0]


@transaction.atomic
def drop_filter(user: User, pk: int) -> None:
    """Forget one of the user's own filters."""
    SavedFilter.objects.filter(user=user, pk=pk).delete()


def _write(target: BinaryIO, columns: list[Column], lines: Iterable[list[Any]]) -> int:
    with new_book(target) as book:
        sheet = book.add_worksheet(_("Households"))
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day, money = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "#,##0.00"})
        sheet.freeze_panes(1, 1)
        for position, column in enumerate(columns):
            sheet.set_column(position, position, 20 if column.kind == "text" else 13)
            sheet.write_string(0, position, str(column.label), heading)
        number = 0
        for number, line in enumerate(lines, 1):
            for position, value in enumerate(line):
                _write_cell(sheet, number, position, value, {date: day, Decimal: money})
        sheet.autofilter(0, 0, number, len(columns) - 1)
    return number


def _write_cell(sheet: Any, row: int, position: int, value: Any, styles: dict[type, Any]) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, position, value, styles[date])
    elif isinstance(value, Decimal):
        sheet.write_number(row, position, float(value), styles[Decimal])
    elif isinstance(value, int):
        sheet.write_number(row, position, value)
    elif value:
        sheet.write_string(row, position, str(value))


def _common(user: User) -> str:
    """The area that holds all of a user's areas, or none."""
    areas = user.scope.areas
    return areas[0] if len(areas) == 1 else ""
