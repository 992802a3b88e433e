"""Cadres, planned pairs and letters leave the house; who took them out is told in the journal."""

from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Kin, PairingPlan
from jingzhun.assistance.printing.letters import Letter, letters_pdf
from jingzhun.assistance.queries.cadres import as_rows
from jingzhun.assistance.rules.pairing import METRES
from jingzhun.assistance.workbook.cadres import COLUMNS, write_cadres
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.registry.dictionary import label
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.lists import Head, write_list

CHUNK = 2_000
MOST_LETTERS = 1_000  # in one file
NOT_TAKEN_OUT = "phone"


@transaction.atomic
def export_cadres(found: QuerySet[Cadre], county: Area, target: BinaryIO, *, query: str, by: User) -> int:
    """Write cadres and their kin as the workbook in which they come in, without phones; number of cadres."""
    columns = [column for column in COLUMNS if column.name != NOT_TAKEN_OUT]
    kin = Kin.objects.filter(cadre__in=found.order_by().values("pk")).order_by("cadre__number", "pk")
    related = (
        [number, household or village, note]
        for number, household, village, note in kin.values_list(
            "cadre__number", "household__number", "village_id", "note"
        )
    )
    rows = as_rows(found.iterator(chunk_size=CHUNK))
    number = write_cadres(target, rows, related, columns=columns)
    _exported("cadres", number, county.pk, query, by)
    return number


@transaction.atomic
def export_pairs(found: QuerySet[Any], plan: PairingPlan, target: BinaryIO, *, query: str, by: User) -> int:
    """Write planned pairs; number of rows."""
    heads = [Head(_("Household number"), 20), Head(_("Head"), 12), Head(_("Village"), 16), Head(_("Main cause"), 14),
             Head(_("Staff number"), 12), Head(_("Helper"), 12), Head(_("Organisation"), 28),
             Head(pgettext("cadre", "Rank"), 16),
             Head(_("Cost in kilometres"), 12), Head(_("As today"), 10), Head(_("By hand"), 10)]  # fmt: skip
    yes = _("yes")
    rows = (
        [each.household.number, each.head, each.household.area.place, label("cause", each.household.cause_main),
         *_helper(each.cadre), round(each.cost / METRES), yes if each.kept else "", yes if each.by_hand else ""]
        for each in found.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    number = write_list(target, _("Pairs"), heads, rows, fixed=2)
    _exported("pairs", number, plan.county_id, query, by)
    return number


def _helper(cadre: Cadre | None) -> list[str]:
    if cadre is None:
        return ["", "", "", ""]
    return [cadre.number, cadre.name, cadre.organisation.name, str(cadre.get_rank_display())]


@transaction.atomic
def print_letters(county: Area, letters: Sequence[Letter], today: date, *, query: str, by: User) -> bytes:
    """Letters as one PDF. Raises Refused for none, or for more than one file should have."""
    if not letters:
        raise Refused.because(_("Nobody gets a letter: no helper fits the filters."))
    if len(letters) > MOST_LETTERS:
        told = {"number": len(letters), "most": MOST_LETTERS}
        raise Refused.because(
            _("%(number)s letters are too many for one file of at most %(most)s: choose a town or an organisation.")
            % told
        )
    paper = letters_pdf(county, letters, today)
    _exported("letters", len(letters), county.pk, query, by)
    return paper


def _exported(name: str, number: int, area: str, query: str, by: User) -> None:
    told = {"rows": number, "query": query}
    record(Decision("assistance.list_exported", "list", name, area, values=told, permission=ARRANGE_HELP), by=by)
