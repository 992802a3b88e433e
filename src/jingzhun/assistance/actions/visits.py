"""Visits to households: logged on a phone in a minute, or many at once; with the needs that were heard."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.rules import Level
from jingzhun.assistance.models import Need, Visit, VisitPhoto
from jingzhun.assistance.queries.mine import cadre_of
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record_many
from jingzhun.parameters.queries import value
from jingzhun.people.models import Cadre, User
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

from .permitted import require_help

MOST_PHOTOS = 9


@dataclass(frozen=True)
class Heard:
    """A need that a visitor heard: its kind (policy/data/kinds.csv), in words, and who is to answer."""

    kind: str
    text: str
    routed: str = Need.Routed.TOWN
    organisation_id: int | None = None


@dataclass(frozen=True)
class Seen:
    """What a visitor found. `place` is latitude and longitude in degrees, `accuracy` metres; `sent_as` marks a form."""

    household: Household
    on: date
    found: str
    met: str = ""
    next_step: str = ""
    next_on: date | None = None
    place: tuple[Decimal, Decimal] | None = None
    accuracy: int | None = None
    needs: tuple[Heard, ...] = field(default=())
    cadre: Cadre | None = None
    sent_as: UUID | None = None


def log_visit(
    seen: Seen, photos: Sequence[tuple[BinaryIO, int]] = (), *, by: User, at: datetime | None = None
) -> Visit:
    """Log one visit with its photos (file, bytes). A form sent again is the same visit, even if both come at once.

    Raises Refused, NotYours.
    """
    mine = Visit.objects.filter(sent_as=seen.sent_as, sent_as__isnull=False, household=seen.household, by=by)
    if there := mine.first():
        return there
    try:
        return _log_one(seen, photos, by, at)
    except IntegrityError:
        if there := mine.first():
            return there
        raise


@transaction.atomic
def _log_one(seen: Seen, photos: Sequence[tuple[BinaryIO, int]], by: User, at: datetime | None) -> Visit:
    if len(photos) > MOST_PHOTOS:
        raise Refused.because(_("At most %(number)s photos; leave some out.") % {"number": MOST_PHOTOS}, "photos")
    drawn = _drawn(photos)
    (visit,) = log_visits([seen], by=by, at=at)
    for picture in drawn:
        VisitPhoto(visit=visit).file.save(f"{secrets.token_hex(12)}.jpg", ContentFile(picture), save=True)
    return visit


def _drawn(photos: Sequence[tuple[BinaryIO, int]]) -> list[bytes]:
    try:
        return [redraw(file, size) for file, size in photos]
    except Refused as refused:
        raise refused.renamed(file="photos") from refused


@transaction.atomic
def log_visits(rows: Sequence[Seen], *, by: User | System = SYSTEM, at: datetime | None = None) -> list[Visit]:
    """Log visits with the needs heard; all or none, each with its entry in the journal. Raises Refused, NotYours."""
    when = at or timezone.now()
    require_help(by, [row.household for row in rows])
    for row in rows:
        _require_sound(row, timezone.localdate(when))
    visitor = cadre_of(by) if isinstance(by, User) else None
    made = create_by_copy([_visit(row, visitor, by, when) for row in rows])
    record_many((_told(visit, row) for visit, row in zip(made, rows, strict=True)), by=by, at=when)
    heard = [(visit, need) for visit, row in zip(made, rows, strict=True) for need in row.needs]
    hear([(visit.household, need, visit) for visit, need in heard], rows[0].on if rows else None, by=by, at=when)
    return made


def _require_sound(row: Seen, today: date) -> None:
    if row.on > today:
        raise Refused.because(_("A visit cannot lie in the future."), "on")
    if not row.found.strip():
        raise Refused.because(_("Say what was found, in a few words."), "found")
    if row.next_on and row.next_on < row.on:
        raise Refused.because(_("The next step cannot be due before the visit."), "next_on")
    if row.next_on and not row.next_step.strip():
        raise Refused.because(_("Say what the next step is."), "next_step")


def _visit(row: Seen, visitor: Cadre | None, by: User | System, when: datetime) -> Visit:
    latitude, longitude = row.place or (None, None)
    return Visit(
        household=row.household,
        cadre=row.cadre or visitor,
        on=row.on,
        met=row.met,
        found=row.found.strip(),
        next_step=row.next_step.strip(),
        next_on=row.next_on,
        latitude=latitude,
        longitude=longitude,
        accuracy=row.accuracy,
        sent_as=row.sent_as,
        by=by if isinstance(by, User) else None,
        recorded_at=when,
    )


def _told(visit: Visit, row: Seen) -> Decision:
    household = row.household
    told = {"on": str(visit.on), "visitor": visit.cadre.number if visit.cadre else "", "needs": len(row.needs)}
    return Decision("assistance.visited", "household", household.number, household.village_code, values=told,
                    personal={"found": visit.found})  # fmt: skip


@transaction.atomic
def hear(
    rows: Sequence[tuple[Household, Heard, Visit | None]],
    on: date | None = None,
    *,
    by: User | System = SYSTEM,
    at: datetime | None = None,
) -> list[Need]:
    """Take needs and give each to who is to answer, with a day until when. Raises Refused, NotYours, NoParameter."""
    if not rows:
        return []
    when = at or timezone.now()
    day = on or timezone.localdate(when)
    require_help(by, [household for household, _heard, _visit in rows])
    for _household, heard, _visit in rows:
        if not heard.text.strip():
            raise Refused.because(_("Say in a few words what is needed."), "text")
        if heard.routed == Need.Routed.ORGANISATION and not heard.organisation_id:
            raise Refused.because(_("Choose the organisation that is to answer."), "organisation")
    due = answer_due(rows[0][0].village_code, day)
    user = by if isinstance(by, User) else None
    needs = create_by_copy([_need(*row, day, due, user, when) for row in rows])
    told = [{"kind": need.kind, "given_to": need.routed, "until": str(need.due_on)} for need in needs]
    decisions = (_need_told("assistance.need_heard", *each) for each in zip(needs, told, strict=True))
    record_many(decisions, by=by, at=when)
    return needs


def answer_due(village_code: str, heard_on: date) -> date:
    """Until when a need is to be answered, by the county's rule. Raises NoParameter."""
    return heard_on + timedelta(days=int(value("need_answer_days", village_code[: Level.COUNTY.digits], heard_on)))


def _need(
    household: Household, heard: Heard, visit: Visit | None, day: date, due: date, user: User | None, when: datetime
) -> Need:
    return Need(
        household=household, visit=visit, kind=heard.kind, text=heard.text.strip(), heard_on=day, due_on=due,
        routed=heard.routed, organisation_id=heard.organisation_id, recorded_at=when, by=user,
    )  # fmt: skip


def _need_told(action: str, need: Need, told: Mapping[str, object]) -> Decision:
    household = need.household
    return Decision(action, "household", household.number, household.village_code, values={**told, "need": need.pk},
                    personal={"text": need.text})  # fmt: skip
