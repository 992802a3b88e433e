"""Notices of identification: posted with the cases that stand at the step; the clock carries them on when they end."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification.causes import public_words
from jingzhun.identification.models import Application, Ballot, Round, Visit
from jingzhun.identification.queries.notices import case_of, current_item, items_by_case, subject_of
from jingzhun.journal.actions import SYSTEM, System
from jingzhun.people.models import User
from jingzhun.procedure.actions import NotAllowed, Verdict, advance_many
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import Decision, State, Step
from jingzhun.publicity.actions.notices import Item, NewNotice, open_notices
from jingzhun.publicity.models import Notice, Objection
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
    """Cases that wait for their step's notice, by village and step; locked against a second posting."""
    steps = {posting.step for posting in postings}
    villages = [posting.village.code for posting in postings]
    cases = list(
        Case.objects.select_for_update()
        .filter(procedure=NAME, round=round_.pk, step__in=steps, state=State.OPEN, area_code__in=villages)
        .order_by("pk")
    )
    items = items_by_case(cases)
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        kind = case.table.step(case.step).notice
        if current_item(case, items.get(case.pk, []), kind) is None:
            found[case.area_code, case.step].append(case)
    return found


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
        items.append(Item(subject_of_key(each.case_id), {key: text for key, text in told.items() if text}))
    return items


def subject_of_key(key: int) -> str:
    return subject_of(Case(pk=key))


def _votes(applications: Sequence[Application]) -> dict[int, str]:
    """`38/40`: in favour of how many who voted, by application."""
    found: dict[int, str] = {}
    ballots = Ballot.objects.filter(application__in=applications, meeting__signed_at__isnull=False)
    for ballot in ballots.select_related("meeting").order_by("meeting__signed_at"):
        found[ballot.application_id] = f"{ballot.in_favour}/{ballot.meeting.present - ballot.recused}"
    return found


@transaction.atomic
def carry_on(keys: Iterable[int] | None = None, *, at: datetime | None = None) -> list[Case]:
    """Carry on the cases (or all) whose notice ran its time without an open objection; those that moved.

    Called when a notice ends, when an objection is settled, and by the clock, which makes up for what was missed.
    """
    table, when = procedure(NAME), at or timezone.now()
    moved: list[Case] = []
    for step in table.steps:
        if not step.by_clock:
            continue
        found = Case.objects.filter(procedure=NAME, step=step.name, state=State.OPEN)
        found = found if keys is None else found.filter(pk__in=list(keys))
        waiting = list(found.values_list("pk", flat=True))
        if waiting:
            moved += advance_many(waiting, Verdict(Decision.APPROVE), by=SYSTEM, at=when).cases
    return moved


def carry_on_after(notice: Notice, at: datetime | None = None) -> list[Case]:
    """Carry on what a notice listed, once it is closed or its photo has come."""
    keys = [case_of(subject) for subject in notice.items.values_list("subject", flat=True)]
    return carry_on([key for key in keys if key is not None], at=at)


@transaction.atomic
def settle(objection: Objection, *, upheld: bool, why: str, at: datetime | None = None) -> list[Case]:
    """What a settled objection means for its case: dismissed, it goes on; upheld, it returns to the home visit."""
    key = case_of(objection.subject)
    if key is None:
        return []
    if not upheld:
        return carry_on([key], at=at)
    case = Case.objects.select_for_update().filter(pk=key, state=State.OPEN).first()
    if case is None or case.at is None or not case.at.notice:
        return []
    return advance_many([key], Verdict(Decision.RETURN, why, "home_visit"), by=SYSTEM, at=at).cases
