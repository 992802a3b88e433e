"""What becomes of an objection: received, looked into, decided, appealed."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.rules import Level
from jingzhun.journal.actions import Actor, Decision, System, record, role_of
from jingzhun.parameters.calendar import after_working_days
from jingzhun.parameters.queries import value
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import PUBLISH_NOTICES, SEE_OBJECTOR, SETTLE_OBJECTIONS
from jingzhun.publicity import codes, rules, signals
from jingzhun.publicity.models import Finding, Notice, NoticeItem, Objection, ObjectionPhoto, Ruling
from jingzhun.publicity.queries.objections import settled_by
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.rules.refusals import Refused

PUBLIC = System("public", "public")  # the actor of whoever comes without a login
MOST_PIXELS = 25_000_000  # a picture of strangers; a phone's usual ones have 12 million
LARGEST_PHOTO = 8 * 1024 * 1024


class ObjectionRefused(Exception):
    """An objection cannot be taken or changed so; the message says why and what to do."""


class TooLate(ObjectionRefused):
    """The time for it is over."""


class TooEarly(ObjectionRefused):
    """The time for it has not come yet."""


class AlreadySettled(ObjectionRefused):
    """Somebody else decided meanwhile."""


class NotTheirs(PermissionError):
    """The objection is not for this user to do that with."""


@dataclass(frozen=True)
class NewObjection:
    """What somebody sends in. `token` names the form that was sent: a second press of the button is no second one."""

    notice: Notice
    token: bytes
    text: str
    item: NoticeItem | None = None
    missing: str = ""
    name: str = ""
    phone: str = ""
    language: str = "zh"
    photos: Sequence[tuple[str, BinaryIO, int]] = ()  # each with the name of its field


@dataclass(frozen=True)
class Filed:
    """What the objector gets once: the number, and the secret that opens its page."""

    objection: Objection
    secret: str


def secret_of(token: bytes) -> str:
    """The secret of the objection that a form became: nobody but the sender of the form can have it twice."""
    return codes.code_of(index_of(token.hex(), "objection.secret.made") or b"", codes.SECRET_LENGTH)


def file_objection(new: NewObjection, *, at: datetime | None = None) -> Filed:
    """Take an objection. The same form sent again gives the same number and secret, and no second objection.

    Raises TooEarly or TooLate when the notice does not run on that day, Refused for a picture that is none, by field.
    """
    drawn = [_drawn(name, file, size) for name, file, size in new.photos]  # before any lock is held
    token, secret = index_of(new.token.hex(), "objection.token"), secret_of(new.token)
    with transaction.atomic():
        when = at or timezone.now()
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=new.notice.pk)
        if known := Objection.objects.filter(token=token).first():
            return Filed(known, secret)
        if timezone.localdate(when) < notice.opens_on:
            raise TooEarly(_("Objections to this notice count from %(day)s on.") % {"day": notice.opens_on})
        if not notice.is_open or not rules.counts_on(timezone.localdate(when), notice.opens_on, notice.closes_on):
            raise TooLate(_("The time for objections to this notice is over."))
        objection = _received(new, notice, when)
        objection.token, objection.secret = token, index_of(secret, "objection.secret")
        objection.save()
        _keep_photos(objection, drawn)
        record(_received_decision(objection, drawn), by=PUBLIC, at=when)
    return Filed(objection, secret)


@transaction.atomic
def add_finding(objection: Objection, text: str, *, by: User, at: datetime | None = None) -> Finding:
    """Keep what somebody of the village, the town or the county found. Raises NotTheirs, AlreadySettled."""
    if not by.can(PUBLISH_NOTICES, objection.area_id):
        raise NotTheirs(objection.number)
    when, locked = at or timezone.now(), _locked(objection)
    role = role_of(by, objection.area_id, PUBLISH_NOTICES)
    finding = Finding.objects.create(objection=locked, text=text, by=by, role=role, at=when)
    told = _decision("publicity.finding_added", locked, {"finding": finding.pk}, {"text": text}, PUBLISH_NOTICES)
    record(told, by=by, at=when)
    return finding


@transaction.atomic
def settle(
    objection: Objection, outcome: str, *, reason: str, reply: str, by: Actor | System, at: datetime | None = None
) -> Objection:
    """Uphold or dismiss an objection at the level that it lies with. Raises NotTheirs, AlreadySettled.

    An objection is dismissed only upon a finding (ObjectionRefused). What it held back goes on, or is returned.
    """
    if isinstance(by, User) and not may_settle(by, objection):
        raise NotTheirs(objection.number)
    _lock_notice(objection)
    when, locked = at or timezone.now(), _locked(objection)
    if locked.level != objection.level:
        raise AlreadySettled(_("This objection went on to another level meanwhile."))
    if outcome == Objection.State.DISMISSED and not locked.findings.exists():
        raise ObjectionRefused(_("Write down first what was found; without a finding nothing can be dismissed."))
    ruling = Ruling.objects.create(
        objection=locked, level=locked.level, outcome=outcome, reason=reason, reply=reply, by_id=by.pk, at=when
    )
    locked.state, locked.settled_at = ruling.outcome, when
    locked.appeal_until = _appeal_until(locked, when)
    locked.save()
    held = _settle_item(locked)
    values = {"outcome": ruling.outcome, "level": locked.level, "entry": held}
    told = _decision("publicity.objection_settled", locked, values, {"reply": reply}, SETTLE_OBJECTIONS, reason)
    record(told, by=by, at=when)
    signals.objection_settled.send(sender=Objection, objection=locked)
    return locked


@transaction.atomic
def appeal(objection: Objection, text: str, *, at: datetime | None = None) -> Objection:
    """Take a dismissed objection one level up; its entry is held back again. Raises ObjectionRefused, TooLate."""
    when = at or timezone.now()
    _lock_notice(objection)
    locked = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not may_appeal(locked):
        raise ObjectionRefused(_("There is nothing to appeal against here."))
    if locked.appeal_until is None or timezone.localdate(when) > locked.appeal_until:
        raise TooLate(_("The time for an appeal is over."))
    locked.state, locked.level = Objection.State.APPEALED, Objection.Level.COUNTY
    locked.appealed_at, locked.appeal_text = when, text
    _set_due(locked, when)
    locked.save()
    closed = NoticeItem.objects.filter(pk=locked.item_id, notice__state=Notice.State.CLOSED)
    closed.filter(state=NoticeItem.State.PASSED).update(state=NoticeItem.State.HELD)
    values = {"due_on": locked.due_on.isoformat()}
    record(_decision("publicity.objection_appealed", locked, values, {"text": text}), by=PUBLIC, at=when)
    return locked


@transaction.atomic
def see_objector(objection: Objection, *, by: User) -> tuple[str, str]:
    """Name and phone of the objector; every look is journaled. Raises NotTheirs."""
    if not by.can(SEE_OBJECTOR, objection.area_id):
        raise NotTheirs(objection.number)
    record(_decision("publicity.objector_seen", objection, {}, permission=SEE_OBJECTOR), by=by)
    return objection.name, objection.phone


def may_settle(user: User, objection: Objection) -> bool:
    """Whether the objection lies with the user's own level, in their area."""
    return any(objection.level == level and objection.area_id.startswith(code) for level, code in settled_by(user))


def may_appeal(objection: Objection) -> bool:
    """Whether there is a level above the one that dismissed it."""
    return objection.state == Objection.State.DISMISSED and objection.level == Objection.Level.TOWN


def _drawn(name: str, file: BinaryIO, size: int) -> bytes:
    try:
        return redraw(file, size, LARGEST_PHOTO, MOST_PIXELS)
    except Refused as refused:
        texts = [text for texts in refused.messages.values() for text in texts]
        raise Refused({name: texts}) from refused


def _received(new: NewObjection, notice: Notice, when: datetime) -> Objection:
    county = notice.kind_of.level == Level.COUNTY or len(notice.area_id) < Level.TOWN.digits
    objection = Objection(
        number=codes.new_tracking_number(),
        notice=notice,
        area_id=notice.area_id,
        kind=Objection.Kind.AGAINST if new.item else Objection.Kind.MISSING,
        item=new.item,
        subject=new.item.subject if new.item else "",
        text=new.text,
        missing=new.missing,
        name=new.name,
        phone=new.phone,
        language=new.language,
        level=Objection.Level.COUNTY if county else Objection.Level.TOWN,
        received_at=when,
    )
    _set_due(objection, when)
    return objection


def _set_due(objection: Objection, when: datetime) -> None:
    day = timezone.localdate(when)
    due = after_working_days(day, int(value("objection_answer_days", objection.area_id, day)))
    objection.due_on, objection.due_by_weekdays = due.day, due.by_weekdays


def _appeal_until(objection: Objection, when: datetime) -> Any:
    if not may_appeal(objection):
        return None
    day = timezone.localdate(when)
    return day + timedelta(days=int(value("objection_appeal_days", objection.area_id, day)))


def _keep_photos(objection: Objection, drawn: Sequence[bytes]) -> None:
    for picture in drawn:
        photo = ObjectionPhoto(objection=objection, sha256=hashlib.sha256(picture).hexdigest())
        photo.file.save(f"{secrets.token_hex(12)}.jpg", ContentFile(picture), save=False)
        photo.save()


def _lock_notice(objection: Objection) -> None:
    """The notice before anything of it, as whoever files or closes: what becomes of an entry is decided by one."""
    Notice.objects.select_for_update(of=("self",)).get(pk=objection.notice_id)


def _locked(objection: Objection) -> Objection:
    """The row, locked, if it still waits for a decision. Raises AlreadySettled."""
    locked = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not locked.is_open:
        raise AlreadySettled(_("This objection was decided meanwhile; look at its page again."))
    return locked


def _settle_item(objection: Objection) -> str:
    """What becomes of the entry; empty where the objection is for somebody missing."""
    if objection.item_id is None:
        return ""
    item = NoticeItem.objects.select_for_update(of=("self",)).select_related("notice").get(pk=objection.item_id)
    others = Objection.objects.filter(item=item)
    waiting, upheld = others.open().count(), others.filter(state=Objection.State.UPHELD).count()
    if upheld or not item.notice.is_open:
        item.state = rules.state_at_closing(waiting, upheld)
        item.save(update_fields=["state"])
    return item.state


def _received_decision(objection: Objection, drawn: Sequence[bytes]) -> Decision:
    values = {
        "notice": objection.notice.number,
        "kind": objection.kind,
        "entry": objection.item.position if objection.item else None,
        "anonymous": objection.is_anonymous,
        "photos": [hashlib.sha256(picture).hexdigest() for picture in drawn],
        "due_on": objection.due_on.isoformat(),
        "level": objection.level,
    }
    personal = {name: getattr(objection, name) for name in ("text", "missing", "name", "phone")}
    return _decision("publicity.objection_received", objection, values, personal)


def _decision(
    action: str,
    objection: Objection,
    values: dict[str, Any],
    personal: dict[str, str] | None = None,
    permission: str = "",
    why: str = "",
) -> Decision:
    # Bound to the objection: who objected must not be found out by a phone's or a name's digest elsewhere.
    told = {name: f"objection {objection.number} {name}={text}" for name, text in (personal or {}).items() if text}
    return Decision(action, "objection", objection.number, objection.area_id, why, values, told, permission)
