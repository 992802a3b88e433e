"""An order to rectify is given, proved, sent back or accepted."""

from datetime import date, datetime
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.assessment.models import InspectionFinding, Rectification, RectificationStep
from jingzhun.journal.actions import SYSTEM, System
from jingzhun.people.models import Organisation, User
from jingzhun.people.rules import ANSWER_ASSESSMENT, SUPERVISE
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.rules.refusals import Refused

from .telling import next_number, said, tell, user_of

State, Kind = Rectification.State, RectificationStep.Kind


@transaction.atomic
def give(
    area: Area, organisation: Organisation | None, about: str, what: str, due_on: date, *,
    by: User | System = SYSTEM, at: datetime | None = None, link: str = "", finding: InspectionFinding | None = None,
) -> Rectification:  # fmt: skip
    """Order a place, and an organisation, to put something right by a day. Raises Refused, NotYours.

    `about`: the record it is about, in words; `link`: its page in this house.
    """
    require(by, SUPERVISE, area.pk)
    if due_on <= timezone.localdate(at):
        raise Refused.because(_("The day by which it is done lies after today."), "due_on")
    if link and not (link.startswith("/") and not link.startswith("//")):
        raise Refused.because(_("A link leads to a page of this system."), "link")
    number = next_number(Rectification, area.pk, "Z", at)
    if finding is not None:
        if finding.result == InspectionFinding.Result.AGREES:
            raise Refused.because(_("Where everything agrees, nothing is to be put right."))
        if Rectification.objects.filter(finding=finding).exists():
            raise Refused.because(_("An order is given for this finding already."))
    made = Rectification.objects.create(
        number=number, area=area, organisation=organisation, about=said(about, "about"), link=link,
        what=said(what, "what"), due_on=due_on, finding=finding, given_at=at or timezone.now(), by=user_of(by),
    )  # fmt: skip
    values = {"about": made.about, "until": str(due_on), "organisation": organisation.name if organisation else ""}
    tell("assessment.order_given", "rectification", made.number, made.area_id, values, by, at)
    return made


@transaction.atomic
def prove(
    order: Rectification, text: str, picture: tuple[BinaryIO, int] | None = None, *,
    by: User | System = SYSTEM, at: datetime | None = None,
) -> RectificationStep:  # fmt: skip
    """Prove that it is put right; a proof after the day counts, and is called late. Raises Refused, NotYours."""
    found = _locked(order, by, ANSWER_ASSESSMENT)
    if found.state != State.OPEN:
        raise Refused.because(_("This order waits for no proof."))
    today = timezone.localdate(at)
    found.state, found.proved_on = State.PROVED, today
    late = today > found.due_on
    step = _step(found, Kind.PROVED, said(text, "text"), by, at, late)
    if picture:
        step.file.save(f"{found.number}.jpg", ContentFile(redraw(*picture)), save=True)
    return _kept(found, step, "assessment.order_proved", by, at)


@transaction.atomic
def accept(order: Rectification, text: str = "", *, by: User, at: datetime | None = None) -> RectificationStep:
    """Accept a proof after a second look. Raises Refused, NotYours."""
    found = _to_check(order, by)
    found.state, found.accepted_on = State.ACCEPTED, timezone.localdate(at)
    return _kept(found, _step(found, Kind.ACCEPTED, text.strip(), by, at), "assessment.order_accepted", by, at)


@transaction.atomic
def send_back(order: Rectification, text: str, *, by: User, at: datetime | None = None) -> RectificationStep:
    """Send a proof back with a reason; the day by which it was due stays. Raises Refused, NotYours."""
    found = _to_check(order, by)
    found.state, found.proved_on = State.OPEN, None
    return _kept(found, _step(found, Kind.SENT_BACK, said(text, "text"), by, at), "assessment.order_sent_back", by, at)


def _locked(order: Rectification, by: User | System, permission: str) -> Rectification:
    found = Rectification.objects.select_for_update(of=("self",)).get(pk=order.pk)
    require(by, permission, found.area_id)
    return found


def _to_check(order: Rectification, by: User) -> Rectification:
    found = _locked(order, by, SUPERVISE)
    if found.state != State.PROVED:
        raise Refused.because(_("There is no proof to check."))
    if found.steps.filter(kind=Kind.PROVED).values_list("by", flat=True).last() == by.pk:
        raise Refused.because(_("Somebody else must check what you proved."))
    return found


def _step(
    order: Rectification, kind: str, text: str, by: User | System, at: datetime | None, late: bool = False
) -> RectificationStep:
    return RectificationStep(
        order=order, kind=kind, text=text, late=late, at=at or timezone.now(), by=user_of(by)
    )  # fmt: skip


def _kept(
    order: Rectification, step: RectificationStep, action: str, by: User | System, at: datetime | None
) -> RectificationStep:
    order.save()
    step.save()
    told = {"state": order.state, "late": step.late}
    tell(action, "rectification", order.number, order.area_id, told, by, at, step.text)
    return step
