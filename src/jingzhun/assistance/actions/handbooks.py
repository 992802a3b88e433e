"""Handbooks and door cards leave the house as files; who took them out is told in the journal."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.printing.handbook import Link, cards_pdf, handbooks_pdf
from jingzhun.assistance.queries.handbook import Handbook
from jingzhun.journal.actions import Decision, record
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_HELP
from jingzhun.registry.rules.refusals import Refused

MOST = 400  # households in one file
MASKED = "notice_names_masked"  # the county's choice for names that anybody can read


@transaction.atomic
def print_handbooks(books: Sequence[Handbook], area: Area, today: date, link: Link, *, by: User) -> bytes:
    """The handbooks of a household or a village as one PDF. Raises Refused for none, or for too many."""
    paper = handbooks_pdf(_required(books), _county(area), today, link)
    _tell("assistance.handbooks_printed", books, area, by)
    return paper


@transaction.atomic
def print_cards(books: Sequence[Handbook], area: Area, today: date, link: Link, *, by: User) -> bytes:
    """Cards for the doors as one PDF. Raises Refused for none, or for too many."""
    county = _county(area)
    masked = bool(values([MASKED], county.pk, today).get(MASKED, 0))
    paper = cards_pdf(_required(books), county, link, masked=masked)
    _tell("assistance.cards_printed", books, area, by)
    return paper


def _required(books: Sequence[Handbook]) -> Sequence[Handbook]:
    if not books:
        raise Refused.because(_("No household is on the register here."))
    if len(books) > MOST:
        told = {"number": len(books), "most": MOST}
        raise Refused.because(_("%(number)s households are too many for one file of at most %(most)s.") % told)
    return books


def _county(area: Area) -> Area:
    return Area.objects.get(pk=area.pk[: Level.COUNTY.digits])


def _tell(action: str, books: Sequence[Handbook], area: Area, by: User) -> None:
    told = {"households": len(books)}
    if len(books) == 1:
        one = books[0].household
        decision = Decision(action, "household", one.number, one.village_code, values=told, permission=SEE_HELP)
    else:
        decision = Decision(action, "area", area.pk, area.pk, values=told, permission=SEE_HELP)
    record(decision, by=by)
