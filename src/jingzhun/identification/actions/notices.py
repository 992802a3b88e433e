"""Notices of identification: posted for a village with the cases that stand at the step."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification.models import Round
from jingzhun.identification.queries.notices import subject_of, unlisted
from jingzhun.identification.queries.public_rows import WITH_VOTES, public_rows
from jingzhun.identification.rules import NAME
from jingzhun.journal.actions import System
from jingzhun.people.models import User
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import State, Step
from jingzhun.publicity.actions.notices import Item, NewNotice, open_notices
from jingzhun.publicity.models import Notice
from jingzhun.registry.rules.refusals import Refused

Waiting = dict[tuple[str, str], list[Case]]  # by village and step


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
    steps = {each.name: each for each in procedure(NAME).steps if each.notice}
    if any(posting.step not in steps for posting in postings):
        raise NotAllowed(_("At this step no notice is posted."))
    for posting in postings:
        require(by, steps[posting.step].permission, posting.village.code)
    waiting = _waiting(round_, postings)
    for posting in postings:
        if not waiting.get((posting.village.code, posting.step)):
            raise Refused.because(_("In %(village)s nothing waits for this notice.") % {"village": posting.village})
    rows = _rows(round_, postings, waiting)
    return open_notices([_notice(round_, each, steps[each.step], rows[each]) for each in postings], by=by, at=at)


def _rows(round_: Round, postings: Sequence[Posting], waiting: Waiting) -> dict[Posting, list[Item]]:
    """What each notice lists; those of one step and day are read together."""
    rows: dict[Posting, list[Item]] = {}
    alike: dict[tuple[str, date], list[Posting]] = defaultdict(list)
    for posting in postings:
        alike[posting.step, posting.opens_on].append(posting)
    for (step, day), together in alike.items():
        cases = [case for posting in together for case in waiting[posting.village.code, step]]
        with_votes = procedure(NAME).step(step).notice == WITH_VOTES
        found = {each.subject: each for each in public_rows(round_, cases, with_votes=with_votes, on=day)}
        place = {subject: number for number, subject in enumerate(found)}
        for posting in together:
            subjects = [subject_of(case.pk) for case in waiting[posting.village.code, step]]
            rows[posting] = [found[subject] for subject in sorted(subjects, key=place.__getitem__)]
    return rows


def _waiting(round_: Round, postings: Sequence[Posting]) -> Waiting:
    """Cases that wait for their step's notice, by village and step."""
    villages = [posting.village.code for posting in postings]
    steps = {posting.step for posting in postings}
    found: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in waiting_for_notice(Case.objects.filter(procedure=NAME, round=round_.pk, area_code__in=villages), steps):
        found[case.area_code, case.step].append(case)
    return found


def waiting_for_notice(among: QuerySet[Case], steps: Iterable[str]) -> list[Case]:
    """Open cases at some steps that stand on no notice of their step yet; locked against a second posting."""
    return unlisted(among.select_for_update().filter(step__in=list(steps), state=State.OPEN).order_by("pk"))


def _notice(round_: Round, posting: Posting, step: Step, items: Sequence[Item]) -> NewNotice:
    return NewNotice(
        kind=step.notice,
        area=posting.village,
        items=items,
        opens_on=posting.opens_on,
        place=posting.place,
        round=str(round_.year),
    )
