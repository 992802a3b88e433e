"""Home visits: what two surveyors found, with signature and pictures; and the causes the special team sorts into."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.database.copying import create_by_copy
from jingzhun.identification import rules
from jingzhun.identification.models import Application, Attachment, Meeting, Visit
from jingzhun.journal.actions import Decision, System, record_many
from jingzhun.people.models import User
from jingzhun.people.rules import WORK_IN_VILLAGE
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.registry import dictionary
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.rules.refusals import Refused


@dataclass(frozen=True)
class Found:
    """What a visit found. `per_capita` in yuan a year; places in degrees."""

    visited_on: date
    surveyors: tuple[str, str]
    opinion: str
    purpose: str = "survey"
    met: str = ""
    per_capita: Decimal | None = None
    cause_main: str = ""
    causes_other: list[str] = field(default_factory=list)
    findings: str = ""
    place: tuple[Decimal, Decimal] | None = None  # latitude, longitude
    signed: bool = False


def record_visit(application: Application, found: Found, *, by: User | System, at: datetime | None = None) -> Visit:
    """Record one visit. Raises Refused, NotYours, NotAllowed."""
    return record_visits([(application, found)], by=by, at=at)[0]


@transaction.atomic
def record_visits(
    visits: Sequence[tuple[Application, Found]], *, by: User | System, at: datetime | None = None
) -> list[Visit]:
    """Record visits; all or none. Raises Refused naming the field, NotYours, NotAllowed at another step than theirs."""
    when = at or timezone.now()
    _require_at_their_step(visits)
    for application, found in visits:
        require(by, rules.VISITED_BY[found.purpose], application.case.area_code)
        _require_sound(application, found, timezone.localdate(when))
    made = create_by_copy([_visit(application, found, by, when) for application, found in visits])
    record_many(
        (
            Decision(
                "identification.visited",
                "case",
                visit.application.case.subject,
                visit.application.case.area_code,
                values={
                    "purpose": visit.purpose,
                    "on": str(visit.visited_on),
                    "opinion": visit.opinion,
                    "signed": visit.signed,
                },
                personal={
                    "surveyor_1": visit.surveyor_1,
                    "surveyor_2": visit.surveyor_2,
                    "per_capita": "" if visit.per_capita is None else str(visit.per_capita),
                    "cause": visit.cause_main,
                },
            )
            for visit in made
        ),
        by=by,
        at=when,
    )
    return made


@transaction.atomic
def attach(
    to: Visit | Meeting | Application,
    file: BinaryIO,
    kind: str,
    taken_on: date,
    *,
    size: int,
    by: User,
    at: datetime | None = None,
) -> Attachment:
    """Keep a picture, drawn anew, as evidence. Raises Refused."""
    area, record, subject = _belongs(to)
    require(by, rules.VISITED_BY[to.purpose] if isinstance(to, Visit) else WORK_IN_VILLAGE, area)
    if isinstance(to, Meeting) and to.signed_at:
        raise Refused.because(_("The minutes are signed: nothing is added to the meeting any more."))
    drawn = redraw(file, size)
    digest = hashlib.sha256(drawn).hexdigest()
    made = Attachment(
        area_code=area, kind=kind, taken_on=taken_on, sha256=digest, by=by, added_at=at or timezone.now(),
        **{to._meta.model_name or "": to},
    )  # fmt: skip
    made.file.save(f"{secrets.token_hex(12)}.jpg", ContentFile(drawn), save=False)
    made.save()
    values = {"kind": kind, "sha256": digest, "taken_on": str(taken_on)}
    record_many([Decision("identification.attached", record, subject, area, values=values)], by=by, at=at)
    return made


def _belongs(to: Visit | Meeting | Application) -> tuple[str, str, str]:
    """Area, kind of record and its name in the journal, of what a picture is added to."""
    if isinstance(to, Meeting):
        return to.area_id, "meeting", str(to.pk)
    case = to.case if isinstance(to, Application) else to.application.case
    return case.area_code, "case", case.subject


def _require_at_their_step(visits: Sequence[tuple[Application, Found]]) -> None:
    """A visit belongs to its step: what carried a case past it is not replaced behind the audits.

    The cases are locked, so that nobody sends one on while its visit is being written.
    """
    keys = [application.case_id for application, _found in visits]
    cases = {case.pk: case for case in Case.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    for application, found in visits:
        case = cases[application.case_id]
        if (case.step, case.state) != (rules.VISITED_AT[found.purpose], State.OPEN):
            raise NotAllowed(_("%(subject)s does not stand at this step.") % {"subject": case.subject})


def _visit(application: Application, found: Found, by: User | System, at: datetime) -> Visit:
    latitude, longitude = found.place or (None, None)
    return Visit(
        application=application,
        purpose=found.purpose,
        visited_on=found.visited_on,
        surveyor_1=found.surveyors[0].strip(),
        surveyor_2=found.surveyors[1].strip(),
        met=found.met,
        opinion=found.opinion,
        per_capita=found.per_capita,
        cause_main=found.cause_main,
        causes_other=found.causes_other,
        findings=found.findings,
        latitude=latitude,
        longitude=longitude,
        signed=found.signed,
        recorded_at=at,
        by=by if isinstance(by, User) else None,
    )


def _require_sound(application: Application, found: Found, today: date) -> None:
    first, second = (name.strip() for name in found.surveyors)
    if not first or first == second:
        raise Refused.because(_("Name two different surveyors."), "surveyor_2")
    if found.visited_on > today:
        raise Refused.because(_("The day lies in the future."), "visited_on")
    if found.visited_on < application.filed_on:
        raise Refused.because(_("The visit lies before the application."), "visited_on")
    if found.purpose != "survey" and not found.cause_main:
        return
    known = dictionary.codes("cause")
    faults = rules.cause_faults(found.cause_main, found.causes_other, known)
    if found.opinion == "poor" and "main" in faults:
        raise Refused.because(_("Name the main cause of poverty."), "cause_main")
    if {"others", "repeated"} & set(faults):
        raise Refused.because(_("At most two other causes, different from the main one."), "causes_other")
