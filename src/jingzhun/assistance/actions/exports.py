"""Lists of assistance leave the house as workbooks; who took them out is told in the journal."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.areas.rules import short_name
from jingzhun.assistance.models import HouseholdPlan, Posting
from jingzhun.assistance.queries.coverage import Place
from jingzhun.assistance.queries.lists import soon_for
from jingzhun.assistance.queries.overview import Row
from jingzhun.assistance.rules.measures import timing
from jingzhun.assistance.telling import LACKS, TIMINGS, season_words
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_HELP
from jingzhun.policy import kinds
from jingzhun.registry.workbook.lists import Head, write_list

CHUNK = 2_000


def export_households(found: QuerySet[Any], target: BinaryIO, *, query: str, by: User) -> int:
    """Write households with their helper and last visit; gives the number of rows."""
    heads = [Head(_("Household number"), 20), Head(_("Head"), 12), Head(_("Village"), 16), Head(_("Helper"), 12),
             Head(_("Organisation"), 28), Head(_("Last visit"), 12), Head(_("Plan"), 16)]  # fmt: skip
    states = dict(HouseholdPlan.State.choices)
    rows = (
        [each.number, each.head, short_name(each.village), each.helper, each.unit, each.last,
         str(states.get(each.plan_state, ""))]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    return _export("help", _("Households"), heads, rows, target, query, by)


def export_needs(found: QuerySet[Any], target: BinaryIO, *, query: str, by: User) -> int:
    """Write needs; gives the number of rows."""
    heads = [Head(_("Household number"), 20), Head(_("Head"), 12), Head(_("Village"), 16), Head(_("Kind"), 12),
             Head(_("What is needed"), 40), Head(_("Heard on"), 12), Head(_("Given to"), 20), Head(_("Due on"), 12),
             Head(_("State"), 10), Head(_("Answer"), 40)]  # fmt: skip
    rows = (
        [each.household.number, each.head, short_name(each.village), kinds.label(each.kind), each.text,
         each.heard_on, str(each.organisation or each.get_routed_display()), each.due_on, each.get_state_display(),
         each.answer]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    return _export("needs", _("Needs"), heads, rows, target, query, by)


def export_measures(found: QuerySet[Any], target: BinaryIO, *, query: str, by: User) -> int:
    """Write measures; gives the number of rows."""
    heads = [Head(_("Household number"), 20), Head(_("Head"), 12), Head(_("Village"), 16), Head(_("Kind"), 12),
             Head(_("What the household gets"), 40), Head(_("Season"), 24), Head(_("Yuan"), 12),
             Head(_("Due on"), 12), Head(_("On time"), 12), Head(_("State"), 14),
             Head(_("Delivered on"), 12), Head(_("Confirmed on"), 12), Head(_("Signed by"), 12)]  # fmt: skip
    today = timezone.localdate()
    until = soon_for(by, today)
    rows = (
        [each.household.number, each.head, short_name(each.village), kinds.label(each.kind), each.content,
         season_words(each.season) if each.season else "", each.amount, each.due_on,
         str(TIMINGS[timing(each.state, each.due_on, each.delivered_on, today, until)]),
         each.get_state_display(), each.delivered_on, each.confirmed_on, each.signed_by]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    return _export("measures", _("Measures"), heads, rows, target, query, by)


def export_visits(found: QuerySet[Any], target: BinaryIO, *, query: str, by: User) -> int:
    """Write visits; gives the number of rows."""
    heads = [Head(_("Household number"), 20), Head(_("Head"), 12), Head(_("Village"), 16), Head(_("Day"), 12),
             Head(_("Visitor"), 12), Head(_("Organisation"), 28), Head(_("Who was met"), 12),
             Head(_("What was found"), 60), Head(_("Next step"), 40), Head(_("Next step until"), 12),
             Head(_("Place"), 22)]  # fmt: skip
    rows = (
        [each.household.number, each.head, short_name(each.village), each.on, each.cadre and each.cadre.name,
         each.cadre and each.cadre.organisation.name, each.met, each.found, each.next_step, each.next_on,
         f"{each.latitude}, {each.longitude}" if each.latitude is not None else ""]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    return _export("visits", _("Visits"), heads, rows, target, query, by)


def export_overview(found: Iterable[Row], labels: Sequence[str], target: BinaryIO, *, query: str, by: User) -> int:
    """Write an area's overview, a row for each area below; gives the number of rows."""
    heads = [Head(_("Code"), 16), Head(_("Area"), 16), *(Head(label, 14) for label in labels)]
    rows = ([row.code, row.name, *(number for number, *_rest in row.cells)] for row in found)
    return _export("overview", _("Overview"), heads, rows, target, query, by)


def export_board(found: Iterable[Place], target: BinaryIO, *, query: str, by: User) -> int:
    """Write the coverage board, a row for each village or workstation; gives the number of rows."""
    heads = [Head(_("Code"), 16), Head(_("Village or workstation"), 20), Head(_("Poor village"), 10),
             Head(_("First secretary"), 16), Head(_("County leader"), 16), Head(_("Team or commissioners"), 40),
             Head(_("Households"), 12), Head(_("without a helper"), 12), Head(_("What is missing"), 40)]  # fmt: skip
    rows = (
        [each.area.pk, each.area.short_name, _("yes") if each.poor else "", _names(each.first_secretaries),
         _names(each.leaders), _names(each.others), each.households, each.unhelped,
         pgettext("between words", ", ").join(str(LACKS[lack]) for lack in each.lacks)]
        for each in found
    )  # fmt: skip
    return _export("coverage", _("Coverage"), heads, rows, target, query, by)


def _names(postings: Iterable[Posting]) -> str:
    return "、".join(each.cadre.name for each in postings)


@transaction.atomic
def _export(
    name: str, title: str, heads: Sequence[Head], rows: Iterable[Sequence[Any]], target: BinaryIO, query: str, by: User
) -> int:
    number = write_list(target, title, heads, rows, fixed=2)
    area = by.scope.common_area(SEE_HELP)
    told = {"rows": number, "query": query}
    record(Decision("assistance.list_exported", "list", name, area, values=told, permission=SEE_HELP), by=by)
    return number
