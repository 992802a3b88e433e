"""Lists of cases that leave the house as workbooks."""

from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification.models import Kind, Nomination
from jingzhun.journal.actions import Decision, record
from jingzhun.methods.shares import share
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import DONE
from jingzhun.registry.queries.marks import without_numbers
from jingzhun.registry.workbook.lists import SHARE, Head, write_list

BATCH = 2_000
WIDTHS = (20, 14, 16, 8, 12, 16, 12, 12, 12, 12)


@transaction.atomic
def export_cases(found: QuerySet[Case], target: BinaryIO, *, query: str, by: User) -> int:
    """Write cases (of queries.cases.with_names) into a workbook and say so in the journal; gives their number.

    The journal keeps the filter, and of what was searched a digest.
    """
    heads = [_("Household number"), _("Head"), _("Village"), _("Members"), _("Kind"), _("Step"), _("State"),
             _("Filed on"), _("In this step since"), _("Due on")]  # fmt: skip
    columns = [Head(text, width) for text, width in zip(heads, WIDTHS, strict=True)]
    lines = (_line(case) for case in found.iterator(chunk_size=BATCH))
    rows = write_list(target, _("Cases"), columns, lines, fixed=2)
    kept = without_numbers(by, query)
    searched = {"search": text} if (text := kept.pop("q", [""])[-1]) else {}
    values = {"query": kept.urlencode(), "rows": rows}
    entry = Decision(
        "identification.list_exported", "list", "cases", by.scope.common_area(VIEW_CASES), values=values,
        personal=searched, permission=VIEW_CASES,
    )  # fmt: skip
    record(entry, by=by)
    return rows


def _line(case: Any) -> list[Any]:
    kinds = dict(Kind.choices)
    step = _("registered") if case.step == DONE else str(case.table.step(case.step).label)
    return [
        case.number, case.head or "", Area(name=case.village or "").short_name, case.persons,
        str(kinds.get(case.kind, "")), step, str(case.get_state_display()),
        case.filed_on, timezone.localdate(case.since), case.due_on,
    ]  # fmt: skip


@transaction.atomic
def export_nominations(found: QuerySet[Nomination], target: BinaryIO, *, query: str, by: User) -> int:
    """Write nominations of poor villages into a workbook and say so in the journal; gives their number."""
    columns = [
        Head(_("Code"), 16), Head(_("Village"), 18), Head(_("Step"), 18), Head(_("State"), 14),
        Head(_("Incidence"), 12, SHARE), Head(_("Income per person, yuan"), 16),
        Head(_("Collective income, yuan"), 16), Head(_("Score"), 10), Head(_("Rank"), 8),
    ]  # fmt: skip
    rows = write_list(target, _("Poor villages"), columns, (_nominated(each) for each in found), fixed=2)
    entry = Decision(
        "identification.list_exported", "list", "villages", by.scope.common_area(VIEW_CASES),
        values={"query": query, "rows": rows}, permission=VIEW_CASES,
    )  # fmt: skip
    record(entry, by=by)
    return rows


def _nominated(each: Nomination) -> list[Any]:
    case, result, found = each.case, getattr(each, "result", None), each.indicators
    step = _("on the list") if case.step == DONE else str(case.table.step(case.step).label)
    return [
        each.area_id, each.area.short_name, step, str(case.get_state_display()),
        share(found.poor_persons, found.persons), each.per_capita_income, each.collective_income,
        result.points if result else None, result.rank if result else None,
    ]  # fmt: skip
