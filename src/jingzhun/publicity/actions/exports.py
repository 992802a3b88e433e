"""Lists of notices and objections leave the house as workbooks; who took them out is told in the journal."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_OBJECTIONS
from jingzhun.publicity.models import Notice, Objection
from jingzhun.registry.workbook.lists import Head, write_list


@transaction.atomic
def export_notices(found: QuerySet[Notice], target: BinaryIO, *, query: str, by: User) -> int:
    """Write a list of notices; gives the number of rows."""
    heads = [_("Number"), pgettext("notice", "Kind"), _("Town"), _("Area"), _("Area code"), _("Opened on"),
             _("Last day"), _("State"), _("Entries"), _("Open objections"), _("On the board")]  # fmt: skip
    return _export("notices", heads, (_notice(row) for row in found.iterator(chunk_size=2000)), target, query, by)


@transaction.atomic
def export_objections(found: QuerySet[Objection], target: BinaryIO, *, query: str, by: User) -> int:
    """Write a list of objections, never who objected; gives the number of rows."""
    heads = [_("Number"), _("Area"), _("Area code"), _("Notice"), _("About"), _("What is objected"), _("Received"),
             _("Answer due"), _("Lies with"), _("State"), _("Settled")]  # fmt: skip
    return _export("objections", heads, (_objection(row) for row in found.iterator(chunk_size=2000)), target, query, by)


def _export(name: str, heads: Sequence[str], rows: Iterable[list[str]], target: BinaryIO, query: str, by: User) -> int:
    number = write_list(target, name, [Head(head) for head in heads], rows)
    values = {"query": query, "rows": number}
    area = by.scope.common_area(SEE_OBJECTIONS)
    told = Decision(f"publicity.{name}_exported", "list", name, area, values=values, permission=SEE_OBJECTIONS)
    record(told, by=by)
    return number


def _notice(row: Notice) -> list[str]:
    town = row.area.parent.short_name if row.area.level == "village" and row.area.parent else ""
    photo = _("photo") if row.photographed else ""  # type: ignore[attr-defined]
    return [
        row.number, row.label, town, row.area.short_name, row.area_id, row.opens_on.isoformat(),
        row.closes_on.isoformat(), str(row.get_state_display()), str(row.items_count),
        str(row.waiting), photo,  # type: ignore[attr-defined]
    ]  # fmt: skip


def _objection(row: Objection) -> list[str]:
    about = str(row.item.position) if row.item else _("somebody is missing")
    return [
        row.shown_number, row.area.short_name, row.area_id, row.notice.label, about, row.text,
        timezone.localdate(row.received_at).isoformat(), row.due_on.isoformat(), str(row.get_level_display()),
        str(row.get_state_display()), timezone.localdate(row.settled_at).isoformat() if row.settled_at else "",
    ]  # fmt: skip
