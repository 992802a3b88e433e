"""Lists that leave the house as workbooks, and the filters that users keep."""

from collections.abc import Sequence
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
from jingzhun.registry.workbook.lists import SHARE, Head, write_list

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
    heads = [Head(str(column.label), 20 if column.kind == "text" else 13) for column in columns]
    written = write_list(target, _("Households"), heads, lines, fixed=1)
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
            by.scope.common_area(EXPORT_REGISTER),
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
    heads = [
        Head(_("Village"), 20), Head(_("Village code"), 15), Head(_("Poor village"), 10), Head(_("Households"), 12),
        Head(_("Persons"), 12), Head(_("Poor households"), 12), Head(_("Poor persons"), 12),
        Head(_("Incidence"), 12, SHARE), Head(_("Income per person"), 14),
    ]  # fmt: skip
    written = write_list(target, _("Villages"), heads, (_village(row) for row in found), fixed=1)
    area = by.scope.common_area(EXPORT_REGISTER)
    values = {"query": query, "rows": written}
    record(
        Decision("registry.list_exported", "list", "villages", area, values=values, permission=EXPORT_REGISTER), by=by
    )
    return written


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


def _village(row: VillageCounts) -> list[Any]:
    poor = _("yes") if row.poor_village else _("no")
    counts = (row.households, row.persons, row.poor_households, row.poor_persons)
    return [row.area.short_name, row.area.code, poor, *counts, row.incidence, row.income]
