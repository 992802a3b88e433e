"""Notices of poor villages: of one village by itself, of a town's villages, of the county's list."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area, within
from jingzhun.identification.models import Nomination, Round
from jingzhun.identification.queries.notices import subject_of
from jingzhun.identification.village_rules import NAME
from jingzhun.journal.actions import System
from jingzhun.methods.shares import percent, share
from jingzhun.people.models import User
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.publicity.actions.notices import Item, NewNotice, open_notice
from jingzhun.publicity.models import Notice
from jingzhun.registry.rules.refusals import Refused

from .notices import waiting_for_notice

ANNOUNCEMENT = "village_announcement"


@transaction.atomic
def post_village_notice(
    round_: Round,
    area: Area,
    step: str,
    opens_on: date,
    *,
    by: User | System,
    place: str = "",
    at: datetime | None = None,
) -> Notice:
    """Post a step's notice: a village's own, a town's, or the county's announcement, with what waits in the area.

    Raises Refused where nothing waits, NotAllowed for a step or area without such a notice, NotYours.
    """
    found = next((each for each in procedure(NAME).steps if each.name == step and each.notice), None)
    if found is None or len(area.code) != found.level.digits:
        raise NotAllowed(_("At this step no such notice is posted for this area."))
    require(by, found.permission, area.code)
    among = Case.objects.filter(within(area.code, "area_code"), procedure=NAME, round=round_.pk)
    cases = waiting_for_notice(among, [step])
    if not cases:
        raise Refused.because(_("In %(village)s nothing waits for this notice.") % {"village": area})
    nominations = Nomination.objects.select_related("area", "result").filter(case__in=cases)
    return open_notice(
        NewNotice(kind=found.notice, area=area, items=village_rows(nominations, found.notice),
                  opens_on=opens_on, place=place, round=str(round_.year)),
        by=by, at=at,
    )  # fmt: skip


def village_rows(nominations: Iterable[Nomination], kind: str) -> list[Item]:
    """What the public reads of each village: in the county's announcement with score and rank, in their order."""
    scored = kind == ANNOUNCEMENT
    ordered = sorted(nominations, key=lambda each: (each.result.rank if scored and each.result else 0, each.area_id))
    return [Item(subject_of(each.case_id), _shown(each, scored=scored)) for each in ordered]


def _shown(nomination: Nomination, *, scored: bool) -> dict[str, str]:
    told = {
        "village": nomination.area.short_name,
        "households": str(nomination.households),
        "persons": str(nomination.persons),
        "incidence": percent(share(nomination.poor_persons, nomination.persons)) if nomination.persons else "",
    }
    if scored and nomination.result:
        told |= {"score": str(nomination.result.points), "rank": str(nomination.result.rank)}
    return {key: text for key, text in told.items() if text}
