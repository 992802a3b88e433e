"""Opening and closing notices; the photo of the board."""

import hashlib
import json
import logging
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import LEVEL_OF
from jingzhun.database.copying import create_by_copy, insert_by_copy
from jingzhun.journal.actions import SYSTEM, Actor, Decision, System, record, record_many
from jingzhun.parameters.queries import NoParameter, dated_values_in
from jingzhun.people.models import User
from jingzhun.people.rules import PERMISSIONS, PUBLISH_NOTICES
from jingzhun.publicity import codes, rules, signals
from jingzhun.publicity.models import BoardPhoto, Notice, NoticeItem, Objection
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.rules.refusals import Refused

log = logging.getLogger(__name__)
TOGETHER = 200  # notices closed in one transaction


class NoticeStillOpen(Exception):
    """A notice runs until the end of its last day; `closes_on` is that day."""

    def __init__(self, notice: Notice) -> None:
        self.notice, self.closes_on = notice, notice.closes_on
        super().__init__(_("The notice runs until the end of %(day)s.") % {"day": notice.closes_on.isoformat()})


@dataclass(frozen=True)
class Item:
    """One entry to be shown. `subject` names what it is about in the caller's app, once in a notice."""

    subject: str
    shown: dict[str, str]


@dataclass(frozen=True)
class NewNotice:
    """A notice to be opened. The list is frozen in the order given."""

    kind: str
    area: Area
    items: Sequence[Item]
    opens_on: date
    place: str = ""
    title: str = ""
    round: str = ""


def open_notice(new: NewNotice, *, by: Actor | System, at: datetime | None = None) -> Notice:
    """Open one notice. Raises NotPublic, NotOfThisLevel, Refused, NoParameter."""
    return open_notices([new], by=by, at=at)[0]


@transaction.atomic
def open_notices(new: Sequence[NewNotice], *, by: Actor | System, at: datetime | None = None) -> list[Notice]:
    """Open notices together, one journal entry each; the number of statements does not grow with the list.

    All or none. Raises NotPublic for what may not be shown, NotOfThisLevel for what is not the user's to publish,
    Refused for an opening day that is past, NoParameter where nobody said how long such a notice runs.
    """
    when = at or timezone.now()
    for each in new:
        _require(each, by)
        if each.opens_on < timezone.localdate(when):
            raise Refused.because(_("A notice opens today or later: its days are counted from then on."), "opens_on")
    notices = create_by_copy(_notices(new, by, when))
    items = [
        NoticeItem(notice=notice, position=position, subject=item.subject, shown=item.shown)
        for notice, each in zip(notices, new, strict=True)
        for position, item in enumerate(each.items, 1)
    ]
    insert_by_copy(items)
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(sealed=True)
    for notice in notices:
        notice.sealed = True
    decisions = [_opened(notice, each.items) for notice, each in zip(notices, new, strict=True)]
    record_many(decisions, by=by, at=when)
    return notices


@transaction.atomic
def add_board_photo(
    notice: Notice, file: BinaryIO, taken_on: date, *, size: int, by: Actor | System, at: datetime | None = None
) -> BoardPhoto:
    """Keep a photo of the notice on the board while it ran, drawn anew. Raises Refused, NotOfThisLevel."""
    if isinstance(by, User) and not by.can(PUBLISH_NOTICES, notice.area_id):
        raise rules.NotOfThisLevel(notice.number)
    if why := _not_hanging(notice, taken_on, timezone.localdate(at)):
        raise Refused.because(why, "taken_on")
    drawn = redraw(file, size)
    digest = hashlib.sha256(drawn).hexdigest()
    photo = BoardPhoto(notice=notice, taken_on=taken_on, sha256=digest, by_id=by.pk, added_at=at or timezone.now())
    photo.file.save(f"{secrets.token_hex(12)}.jpg", ContentFile(drawn), save=False)
    photo.save()
    values = {"photo": photo.pk, "sha256": digest, "taken_on": taken_on.isoformat()}
    record(_decision("publicity.board_photo_added", notice, values), by=by, at=at)
    return photo


@transaction.atomic
def remove_board_photo(photo: BoardPhoto, why: str, *, by: Actor | System, at: datetime | None = None) -> BoardPhoto:
    """Take down a wrong photo: it is evidence no more. Again, it changes nothing. Raises Refused, NotOfThisLevel."""
    if isinstance(by, User) and not by.can(PUBLISH_NOTICES, photo.notice.area_id):
        raise rules.NotOfThisLevel(photo.notice.number)
    if not why.strip():
        raise Refused.because(_("Say why the photo is taken down."), "why")
    locked = BoardPhoto.objects.select_for_update(of=("self",)).select_related("notice").get(pk=photo.pk)
    if locked.removed_at is None:
        locked.removed_at = at or timezone.now()
        locked.save(update_fields=["removed_at"])
        values = {"photo": locked.pk, "sha256": locked.sha256}
        record(_decision("publicity.board_photo_removed", locked.notice, values, why=why.strip()), by=by, at=at)
    return locked


def close_notice(notice: Notice, *, by: Actor | System, at: datetime | None = None) -> Notice:
    """Close one notice, as close_notices does many."""
    return close_notices([notice.pk], by=by, at=at)[0]


@transaction.atomic
def close_notices(keys: Iterable[int], *, by: Actor | System, at: datetime | None = None) -> list[Notice]:
    """Close notices whose time is over, all or none. A notice that is closed already stays as it is.

    Items without an objection are passed, others held until it is settled. The number of statements does not grow
    with the notices. Raises NoticeStillOpen.
    """
    when = at or timezone.now()
    asked = Notice.objects.select_for_update(of=("self",)).select_related("area").filter(pk__in=list(keys))
    locked = list(asked.order_by("pk"))
    still_open = [notice for notice in locked if notice.is_open]
    for notice in still_open:
        if not rules.is_over(timezone.localdate(when), notice.closes_on):
            raise NoticeStillOpen(notice)
    if not still_open:
        return locked
    counted = _settle_items(still_open)
    for notice in still_open:
        notice.state, notice.closed_at = Notice.State.CLOSED, when
    closing = Notice.objects.filter(pk__in=[notice.pk for notice in still_open])
    closing.update(state=Notice.State.CLOSED, closed_at=when)
    told = (_decision("publicity.notice_closed", each, {"items": counted[each.pk]}) for each in still_open)
    record_many(told, by=by, at=when)
    signals.notices_closed.send(sender=Notice, notices=still_open, at=when)
    return locked


def close_due(now: datetime | None = None) -> list[Notice]:
    """Close every notice whose time is over, however long nobody looked.

    Many are closed together; where that fails, one after another, so that one that cannot be closed holds up no other:
    it stays open, is told in the log, and is tried again the next time.
    """
    when = now or timezone.now()
    due = Notice.objects.filter(state=Notice.State.OPEN, closes_on__lt=timezone.localdate(when))
    keys = list(due.order_by("closes_on", "id").values_list("pk", flat=True))
    closed: list[Notice] = []
    for start in range(0, len(keys), TOGETHER):
        closed += _close_together(keys[start : start + TOGETHER], now)
    return closed


def _close_together(keys: Sequence[int], now: datetime | None) -> list[Notice]:
    try:
        return close_notices(keys, by=SYSTEM, at=now)
    except Exception:
        if len(keys) == 1:
            log.exception("notice %s could not be closed", Notice.objects.get(pk=keys[0]).number)
            return []
        log.warning("%s notices could not be closed together: one after another", len(keys), exc_info=True)
    return [notice for key in keys for notice in _close_together([key], now)]


def _not_hanging(notice: Notice, taken_on: date, today: date) -> str:
    """Why a photo of a day does not show the notice on its board; empty where it may."""
    if today < notice.opens_on:
        told = {"first": notice.opens_on}
        return _("This notice hangs from %(first)s on. Take the photo then, with the whole board.") % told
    last = min(notice.closes_on, today)
    if notice.opens_on <= taken_on <= last:
        return ""
    span = {"first": notice.opens_on, "last": last}
    return _("The photo is taken from %(first)s to %(last)s, while the notice hangs.") % span


def _require(new: NewNotice, by: Actor | System) -> None:
    kind = rules.KINDS[new.kind]
    if not rules.level_of_area(kind, new.area.code):
        raise rules.NotOfThisLevel(f"{new.kind} in {new.area.code}")
    if isinstance(by, User) and not _may_publish(by, kind, new.area.code):
        raise rules.NotOfThisLevel(f"{new.kind} in {new.area.code}")
    for name in ("title", "place", "round"):
        rules.require_public_text(name, getattr(new, name))
    for position, item in enumerate(new.items, 1):
        rules.require_public(item.shown, new.area.short_name, position)


def _may_publish(user: User, kind: rules.NoticeKind, area_code: str) -> bool:
    """Whether the user's own level gives notices of this kind, in an area that holds this one."""
    return any(
        PUBLISH_NOTICES in PERMISSIONS[each.role]
        and LEVEL_OF.get(len(each.area_code)) == kind.level
        and area_code.startswith(each.area_code)
        for each in user.scope.assignments
    )


def _notices(new: Sequence[NewNotice], by: Actor | System, when: datetime) -> list[Notice]:
    names = {rules.KINDS[each.kind].days_parameter for each in new}
    values = dated_values_in(names, {each.area.code for each in new})
    notices = []
    for each in new:
        name = rules.KINDS[each.kind].days_parameter
        days = values[each.area.code].on(name, each.opens_on)
        if days is None:
            raise NoParameter(name, each.area.code, each.opens_on)
        notices.append(
            Notice(
                number=codes.random_code(codes.NOTICE_LENGTH),
                kind=each.kind,
                area=each.area,
                title=each.title,
                round=each.round,
                place=each.place,
                opens_on=each.opens_on,
                closes_on=rules.notice_closes_on(each.opens_on, int(days)),
                opened_at=when,
                by_id=by.pk,
                items_count=len(each.items),
                digest=rules.list_digest(item.shown for item in each.items),
            )
        )
    return notices


def _opened(notice: Notice, items: Sequence[Item]) -> Decision:
    values = {
        "kind": notice.kind,
        "round": notice.round,
        "place": notice.place,
        "opens_on": notice.opens_on.isoformat(),
        "closes_on": notice.closes_on.isoformat(),
        "items": notice.items_count,
        "digest": notice.digest,
    }
    subjects = json.dumps([item.subject for item in items], separators=(",", ":"))
    return _decision("publicity.notice_opened", notice, values, personal={"subjects": subjects})


def _settle_items(notices: Sequence[Notice]) -> dict[int, dict[str, int]]:
    """Set the state of every item in two statements; by notice, how many there are of each state."""
    waiting = Objection.objects.filter(item=OuterRef("pk")).open()
    upheld = Objection.objects.filter(item=OuterRef("pk"), state=Objection.State.UPHELD)
    items = NoticeItem.objects.filter(notice__in=notices)
    on_show = items.filter(state=NoticeItem.State.OPEN)
    on_show.filter(Exists(waiting)).exclude(Exists(upheld)).update(state=NoticeItem.State.HELD)
    on_show.exclude(Exists(waiting) | Q(Exists(upheld))).update(state=NoticeItem.State.PASSED)
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for notice, state, number in items.order_by("state").values_list("notice", "state").annotate(n=Count("pk")):
        counted[notice][state] = number
    return counted


def _decision(action: str, notice: Notice, values: dict[str, Any], **more: Any) -> Decision:
    return Decision(action, "notice", notice.number, notice.area_id, values=values, permission=PUBLISH_NOTICES, **more)
