"""A tip of the hotline is recorded, graded, forwarded, answered, and its reporter told (R25)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assessment.models import Tip
from jingzhun.assessment.queries.terms import term
from jingzhun.assessment.rules.supervision import TIP_DAYS, may_handle
from jingzhun.journal.actions import SYSTEM, System
from jingzhun.parameters.calendar import after_working_days
from jingzhun.people.models import User
from jingzhun.people.rules import SETTLE_TIPS
from jingzhun.procedure.actions import NotYours
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused

from .telling import next_number, said, tell, user_of

State = Tip.State


@dataclass(frozen=True)
class Told:
    """What somebody told the hotline; without a name it is anonymous."""

    about: Area
    received_on: date
    kind: str
    topic: str
    text: str
    name: str = ""
    phone: str = ""


@transaction.atomic
def record_tip(told: Told, *, by: User | System = SYSTEM, at: datetime | None = None) -> Tip:
    """Record a tip; the county answers it until it is forwarded, one about the county the level above. Raises
    Refused, NotYours."""
    county = told.about.pk[: Level.COUNTY.digits]
    require(by, SETTLE_TIPS, county)
    if told.received_on > timezone.localdate(at):
        raise Refused.because(_("The day lies in the future."), "received_on")
    if told.kind not in TIP_DAYS:
        raise Refused.because(_("There is no such kind of tip."), "kind")
    handler = told.about.parent_id if told.about.pk == county else county
    if not handler:
        raise Refused.because(_("Nobody is above this place."), "about")
    name, phone = told.name.strip(), told.phone.strip()
    if phone and not name:
        raise Refused.because(_("Who leaves a phone number leaves a name."), "name")
    days = int(term(TIP_DAYS[told.kind], county, told.received_on))
    tip = Tip.objects.create(
        number=next_number(Tip, county, "J", at), about=told.about, handler_id=handler, received_on=told.received_on,
        kind=told.kind, topic=told.topic, text=said(told.text, "text"), named=bool(name), name=name, phone=phone,
        due_on=after_working_days(told.received_on, days).day, by=user_of(by),
    )  # fmt: skip
    return _told(tip, "assessment.tip_recorded", by, at, due_on=str(tip.due_on), named=tip.named)


@transaction.atomic
def forward(tip: Tip, grade: str, to: Area, *, by: User | System = SYSTEM, at: datetime | None = None) -> Tip:
    """Grade a tip and send it to the level that answers: above the place complained of. Raises Refused, NotYours."""
    found = _locked(tip, by)
    if found.state not in (State.NEW, State.FORWARDED):
        raise Refused.because(_("This tip is answered already."))
    if grade not in Tip.Grade.values:
        raise Refused.because(_("There is no such grade."), "grade")
    if not may_handle(found.about_id, to.pk):
        raise Refused.because(_("A tip goes to a level above the place complained of, never to that place."), "to")
    found.grade, found.handler, found.state = grade, to, State.FORWARDED
    found.save()
    return _told(found, "assessment.tip_forwarded", by, at, grade=grade, to=to.pk)


@transaction.atomic
def answer(
    tip: Tip, text: str, on: date, *, upheld: bool, by: User | System = SYSTEM, at: datetime | None = None
) -> Tip:
    """Answer a tip that was graded. Raises Refused, NotYours."""
    found = _locked(tip, by)
    if found.state != State.FORWARDED:
        raise Refused.because(_("A tip is graded and forwarded, then answered once."))
    _require_day(on, found.received_on, at)
    found.answer, found.answered_on, found.upheld, found.state = said(text, "text"), on, upheld, State.ANSWERED
    found.save()
    return _told(found, "assessment.tip_answered", by, at, on=str(on), late=on > found.due_on, upheld=upheld)


@transaction.atomic
def tell_reporter(tip: Tip, how: str, on: date, *, by: User | System = SYSTEM, at: datetime | None = None) -> Tip:
    """Note how and when the named reporter got the result. Raises Refused, NotYours."""
    found = _locked(tip, by)
    if found.state != State.ANSWERED or found.answered_on is None:
        raise Refused.because(_("There is no result to tell, or it is told."))
    if not found.named:
        raise Refused.because(_("The reporter is not known: nobody can be told."))
    _require_day(on, found.answered_on, at)
    found.told_how, found.told_on, found.state = said(how, "how"), on, State.TOLD
    found.save()
    return _told(found, "assessment.tip_told", by, at, on=str(on))


@transaction.atomic
def look_at_reporter(tip: Tip, *, by: User) -> tuple[str, str]:
    """The reporter's name and phone; the look is journaled. Raises NotYours, also for who belongs to the place."""
    require(by, SETTLE_TIPS, tip.handler_id)
    if any(each.area_code.startswith(tip.about_id) for each in by.scope.assignments):
        raise NotYours(_("Who belongs to the place complained of never sees the reporter."))
    _told(tip, "assessment.reporter_seen", by, None)
    return tip.name, tip.phone


def _locked(tip: Tip, by: User | System) -> Tip:
    found = Tip.objects.select_for_update(of=("self",)).get(pk=tip.pk)
    require(by, SETTLE_TIPS, found.handler_id)
    return found


def _require_day(on: date, since: date, at: datetime | None) -> None:
    if not since <= on <= timezone.localdate(at):
        raise Refused.because(_("The day lies between %(day)s and today.") % {"day": since}, "on")


def _told(tip: Tip, action: str, by: User | System, at: datetime | None, **values: object) -> Tip:
    """Into the journal of who answers, so that the place complained of does not read it there."""
    tell(action, "tip", tip.number, tip.handler_id, values, by, at, permission=SETTLE_TIPS)
    return tip
