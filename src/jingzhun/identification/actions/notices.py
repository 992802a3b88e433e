"""Notices of identification: posted for a village with the cases that stand at the step."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification.causes import public_words
from jingzhun.identification.models import Application, Ballot, Round, Visit
from jingzhun.identification.queries.notices import current_item, items_by_case, subject_of
from jingzhun.journal.actions import System
from jingzhun.people.models import User
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import State, Step
from jingzhun.publicity.actions.notices import Item, NewNotice, open_notices
from jingzhun.publicity.models import Notice
from jingzhun.registry import dictionary
from jingzhun.registry.models import Member
from jingzhun.registry.rules.refusals import Refused

from .permitted import require

NAME = "identification"


@dataclass(frozen=True)
class Posting:
    """A notice to be posted: the step's cases of a village."""

    village: Area
    step: str
    opens_on: date
    place: str = ""


def post_notice(round_: Round, posting: Posting, *, by: User | System, at: datetime | None = None) -> Notice:
    """Post the notice of a step for a village. Raises Refused where there is nothing to post, NotYours."""
    return post_notices(round_, [posting], by=by, at=at)[0]


@transaction.atomic
def post_notices(
    round_: Round, postings: Sequence[Posting], *, by: User | System, at: datetime | None = None
) -> list[Notice]:
    """Post notices for villages; each lists what stands at the step and is on no open notice of it yet."""
    table = procedure(NAME)
    waiting = _waiting(round_, postings)
    new: list[NewNotice] = []
    for posting in postings:
        step = next((each for each in table.steps if each.name == posting.step and each.notice), None)
        if step is None:
            raise NotAllowed(_("At this step no notice is posted."))
        require(by, step.permission, posting.village.code)
        cases = waiting.get((posting.village.code, posting.step), [])
        if not cases:
            raise Refused.because(_("In %(village)s nothing waits for this notice.") % {"village": posting.village})
        new.append(_notice(round_, posting, step, cases))
    return open_notices(new, by=by, at=at)


def _waiting(round_: Round, postings: Sequence[Posting]) -> dict[tuple[str, str], list[Case]]:
    """Cases that wait for their step's notice, by village and step."""
    villages = [posting.village.code for posting in postings]
    steps = {posting.step for posting in postings}
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in waiting_for_notice(Case.objects.filter(procedure=NAME, round=round_.pk, area_code__in=villages), steps):
        found[case.area_code, case.step].append(case)
    return found


def waiting_for_notice(among: QuerySet[Case], steps: Iterable[str]) -> list[Case]:
    """Open cases at some steps that stand on no notice of their step yet; locked against a second posting."""
    cases = list(among.select_for_update().filter(step__in=list(steps), state=State.OPEN).order_by("pk"))
    items = items_by_case(cases)
    return [
        case for case in cases if current_item(case, items.get(case.pk, []), case.table.step(case.step).notice) is None
    ]


def _notice(round_: Round, posting: Posting, step: Step, cases: Sequence[Case]) -> NewNotice:
    return NewNotice(
        kind=step.notice,
        area=posting.village,
        items=_items(round_, cases, with_votes=step.notice == "first_notice"),
        opens_on=posting.opens_on,
        place=posting.place,
        round=str(round_.year),
    )


def _items(round_: Round, cases: Sequence[Case], *, with_votes: bool) -> list[Item]:
    """What the public reads of each household (domain.md §2.5), in Chinese; four queries."""
    applications = list(
        Application.objects.select_related("household__area").filter(case__in=cases).order_by("household__number")
    )
    households = [each.household_id for each in applications]
    heads = dict(
        Member.objects.filter(household__in=households, relation="head", left_on=None).values_list("household", "name")
    )
    causes = dict(
        Visit.objects.filter(application__in=applications, purpose="survey")
        .order_by("recorded_at", "pk")
        .values_list("application", "cause_main")
    )
    votes = _votes(applications) if with_votes else {}
    day, attributes = date(round_.year, 12, 31), dictionary.codes("attribute")
    items: list[Item] = []
    for each in applications:
        household = each.household
        told = {
            "head": heads.get(household.pk, ""),
            "group": household.area.name if len(household.area_id) > 12 else "",
            "members": str(each.persons),
            "attribute": attributes[household.attribute].zh if household.attribute in attributes else "",
            "cause": public_words(causes.get(each.pk, ""), household.village_code, day),
            "vote": votes.get(each.pk, ""),
        }
        items.append(Item(subject_of(each.case_id), {key: text for key, text in told.items() if text}))
    return items


def _votes(applications: Sequence[Application]) -> dict[int, str]:
    """`38/40`: in favour of how many who voted, by application."""
    found: dict[int, str] = {}
    ballots = Ballot.objects.filter(application__in=applications, meeting__signed_at__isnull=False)
    for ballot in ballots.select_related("meeting").order_by("meeting__signed_at"):
        found[ballot.application_id] = f"{ballot.in_favour}/{ballot.meeting.present - ballot.recused}"
    return found
