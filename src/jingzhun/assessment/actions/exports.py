"""Orders to rectify and tips leave the house as workbooks; who took them out is told in the journal."""

from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import SETTLE_TIPS, VIEW_ASSESSMENT
from jingzhun.registry.workbook.lists import Head, write_list

CHUNK = 1_000


@transaction.atomic
def export_orders(found: QuerySet[Any], target: BinaryIO, *, query: str, by: User) -> int:
    """Write orders to rectify; number of rows."""
    heads = [Head(_("Number"), 20), Head(_("Where"), 14), Head(_("Organisation"), 20), Head(_("About"), 30),
             Head(_("What is to be done"), 40), Head(_("Due on"), 12), Head(_("State"), 14), Head(_("Proved on"), 12),
             Head(_("Accepted on"), 12)]  # fmt: skip
    rows = (
        [each.number, each.area.short_name, each.organisation.name if each.organisation else "", each.about, each.what,
         each.due_on, each.get_state_display(), each.proved_on, each.accepted_on]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    number = write_list(target, _("Orders to rectify"), heads, rows, fixed=1)
    _told("assessment.orders_exported", VIEW_ASSESSMENT, number, query, by)
    return number


@transaction.atomic
def export_tips(found: QuerySet[Any], target: BinaryIO, *, query: str, by: User) -> int:
    """Write tips, never who reported them; number of rows."""
    heads = [Head(_("Number"), 20), Head(_("Place complained of"), 16),
             Head(pgettext("tip", "Received on"), 12), Head(_("Kind"), 18),
             Head(_("Topic"), 16), Head(_("What is told"), 40), Head(_("Grade"), 12), Head(_("Who answers"), 14),
             Head(_("Due on"), 12), Head(_("State"), 12), Head(_("Answered on"), 12), Head(_("Answer"), 40),
             Head(_("Told on"), 12)]  # fmt: skip
    rows = (
        [each.number, each.about.short_name, each.received_on, each.get_kind_display(), each.get_topic_display(),
         each.text, each.get_grade_display(), each.handler.short_name, each.due_on, each.get_state_display(),
         each.answered_on, each.answer, each.told_on]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    number = write_list(target, _("Tips"), heads, rows, fixed=1)
    _told("assessment.tips_exported", SETTLE_TIPS, number, query, by)
    return number


def _told(action: str, permission: str, rows: int, query: str, by: User) -> None:
    area = by.scope.common_area(permission)
    told = {"rows": rows, "query": query}
    record(Decision(action, "list", "assessment", area, values=told, permission=permission), by=by)
