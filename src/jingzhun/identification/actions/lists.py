"""Lists of cases that leave the house as workbooks."""

from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification.models import Kind
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import DONE
from jingzhun.registry.workbook.book import new_book

BATCH = 2_000
WIDTHS = (20, 14, 16, 8, 12, 16, 12, 12, 12, 12)


@transaction.atomic
def export_cases(found: QuerySet[Case], target: BinaryIO, *, query: str, by: User) -> int:
    """Write cases (of queries.cases.with_names) into a workbook and say so in the journal; gives their number."""
    heads = [_("Household number"), _("Head"), _("Village"), _("Members"), _("Kind"), _("Step"), _("State"),
             _("Filed on"), _("In this step since"), _("Due on")]  # fmt: skip
    with new_book(target) as book:
        sheet = book.add_worksheet(_("Cases"))
        bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 2)
        for position, (head, width) in enumerate(zip(heads, WIDTHS, strict=True)):
            sheet.set_column(position, position, width)
            sheet.write_string(0, position, head, bold)
        row = 0
        for row, case in enumerate(found.iterator(chunk_size=BATCH), 1):
            _write(sheet, row, case, day)
        sheet.autofilter(0, 0, row, len(heads) - 1)
    entry = Decision("identification.list_exported", "list", "cases", _common(by), values={"query": query, "rows": row})
    record(entry, by=by)
    return row


def _write(sheet: Any, row: int, case: Any, day: Any) -> None:
    kinds = dict(Kind.choices)
    step = _("registered") if case.step == DONE else str(case.table.step(case.step).label)
    texts = [case.number, case.head or "", Area(name=case.village or "").short_name, case.persons,
             str(kinds.get(case.kind, "")), step, case.get_state_display()]  # fmt: skip
    for position, text in enumerate(texts):
        sheet.write(row, position, text)
    days = (case.filed_on, timezone.localdate(case.since), case.due_on)
    for position, each in enumerate(days, len(texts)):
        if each:
            sheet.write_datetime(row, position, each, day)


def _common(user: User) -> str:
    areas = user.scope.areas
    return areas[0] if len(areas) == 1 else ""
