"""Projects leave the house as a workbook; who took them out is told in the journal."""

from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jingzhun.journal.actions import Decision, record
from jingzhun.management.kinds import label
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_MANAGEMENT
from jingzhun.registry.workbook.lists import Head, write_list

CHUNK = 1_000


@transaction.atomic
def export_projects(found: QuerySet[Any], target: BinaryIO, *, query: str, by: User) -> int:
    """Write projects (with `given` and `paid` yuan); number of rows."""
    heads = [Head(_("Number"), 18), Head(_("Title"), 30), Head(_("Kind"), 16), Head(_("Where"), 14), Head(_("Year"), 8),
             Head(_("Responsible unit"), 24), Head(_("County leader"), 12), Head(_("Budget in yuan"), 14),
             Head(_("Allocated"), 14), Head(_("Paid"), 14), Head(_("Begins on"), 12), Head(_("Due on"), 12),
             Head(_("State"), 14), Head(_("Completed on"), 12)]  # fmt: skip
    rows = (
        [each.number, each.title, label(each.kind), each.area.short_name, each.year, each.responsible.name,
         each.leader.name if each.leader else "", each.budget, each.given, each.paid, each.begins_on, each.due_on,
         each.get_state_display(), each.completed_on]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    number = write_list(target, _("Projects"), heads, rows, fixed=2)
    area = by.scope.common_area(VIEW_MANAGEMENT)
    told = {"rows": number, "query": query}
    record(
        Decision("management.list_exported", "list", "projects", area, values=told, permission=VIEW_MANAGEMENT), by=by
    )
    return number
