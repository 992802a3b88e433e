"""Lists of policy leave the house as workbooks; who took them out is told in the journal."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_POLICIES
from jingzhun.policy import kinds
from jingzhun.policy.models import Document, PlanMeasure, PolicyVersion
from jingzhun.policy.queries.documents import state_on
from jingzhun.policy.queries.policies import Covered
from jingzhun.policy.rules.plan import progress
from jingzhun.policy.tables import PROGRESS, STATES
from jingzhun.policy.wording import benefit_of, title_of
from jingzhun.registry.workbook.lists import Head, write_list


@transaction.atomic
def export_documents(found: QuerySet[Document], target: BinaryIO, *, query: str, by: User) -> int:
    """Write a list of documents; gives the number of rows."""
    today = timezone.localdate()
    heads = [
        Head(_("Number"), 24), Head(_("Document"), 50), Head(_("Issuer"), 24), Head(_("Issued on"), 12),
        Head(_("In force from"), 12), Head(_("In force until"), 12), Head(pgettext("document", "State"), 14),
        Head(_("Library of"), 14),
    ]  # fmt: skip
    rows = (
        [
            each.number, each.title, each.issuer, each.issued_on, each.valid_from, each.valid_until,
            str(STATES[state_on(each, today)][0]), each.area.short_name,
        ]
        for each in found.iterator(chunk_size=2_000)
    )  # fmt: skip
    return export_list("documents", _("Documents"), heads, rows, target, query=query, by=by)


@transaction.atomic
def export_measures(found: QuerySet[PlanMeasure], target: BinaryIO, *, today: date, query: str, by: User) -> int:
    """Write measures of a plan; gives the number of rows."""
    heads = [
        Head(_("What is done"), 50), Head(_("Responsible unit"), 28), Head(_("Phase"), 18), Head(_("Due on"), 12),
        Head(_("Done on"), 12), Head(pgettext("measure", "State"), 14), Head(_("Note"), 40),
    ]  # fmt: skip
    rows = (
        [
            each.title, each.responsible.name, each.phase.name, each.due_on, each.done_on,
            str(PROGRESS[progress(each.due_on, each.done_on, today)][0]), each.note,
        ]
        for each in found.iterator(chunk_size=2_000)
    )  # fmt: skip
    return export_list("measures", _("Measures"), heads, rows, target, query=query, by=by)


@transaction.atomic
def export_policies(
    found: Iterable[PolicyVersion], covered: Mapping[int, Covered], target: BinaryIO, *, query: str, by: User
) -> int:
    """Write policies with what the last batch found; gives the number of rows."""
    heads = [
        Head(_("Policy"), 36), Head(_("Kind of measure"), 14), Head(_("Responsible department"), 20),
        Head(_("Benefit"), 36),
        Head(_("In force from"), 12), Head(_("In force until"), 12), Head(_("Document"), 24),
        Head(_("Households entitled"), 14), Head(_("Not known"), 12), Head(_("Yuan of the year"), 16),
    ]  # fmt: skip
    nothing = Covered()
    rows = (
        [
            title_of(each), kinds.label(each.kind), each.department, benefit_of(each), each.valid_from,
            each.valid_until, each.document.number if each.document else "",
            (counted := covered.get(each.policy_id, nothing)).entitled, counted.unknown, counted.yuan,
        ]
        for each in found
    )  # fmt: skip
    return export_list("policies", _("Policies"), heads, rows, target, query=query, by=by)


@transaction.atomic
def export_draft(rows: Iterable[Sequence[Any]], target: BinaryIO, *, query: str, by: User) -> int:
    """Write the households that a draft covers: number, head, village, persons, yuan, yuan before."""
    heads = [
        Head(_("Household number"), 20), Head(_("Head"), 14), Head(_("Village"), 18), Head(_("Persons"), 10),
        Head(_("Yuan of the year"), 14), Head(_("Yuan of the year before the change"), 14),
    ]  # fmt: skip
    return export_list("draft_households", _("Households"), heads, rows, target, query=query, by=by)


def export_list(
    name: str,
    sheet: str,
    heads: Sequence[Head],
    rows: Iterable[Sequence[Any]],
    target: BinaryIO,
    *,
    query: str,
    by: User,
) -> int:
    """Write a list and say so in the journal; gives the number of rows."""
    written = write_list(target, sheet, heads, rows, fixed=1)
    values = {"query": query, "rows": written}
    area = by.scope.common_area(VIEW_POLICIES)
    told = Decision("policy.list_exported", "list", name, area, values=values, permission=VIEW_POLICIES)
    record(told, by=by)
    return written
