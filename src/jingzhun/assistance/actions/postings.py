"""Postings: people are posted to villages and workstations, hand over, are away, and end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.models import Absence, Posting, Presence, Team
from jingzhun.assistance.rules import postings as rules
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record_many
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import ARRANGE_HELP, ASSIST
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused


@dataclass(frozen=True)
class Posted:
    """Who is posted where as what, from which day, until when it is planned; of which team, after whom."""

    kind: str
    cadre: Cadre
    area: Area
    since: date
    planned_until: date | None = None
    team: Team | None = None
    after: Posting | None = None
    handed_over: str = ""


@transaction.atomic
def post_many(rows: Sequence[Posted], *, by: User | System = SYSTEM, at: datetime | None = None) -> list[Posting]:
    """Post people; all or none. A predecessor's posting ends by it. Raises Refused, NotYours."""
    for row in rows:
        require(by, ARRANGE_HELP, row.area.pk)
        _require_sound(row)
    _hand_over([row for row in rows if row.after])
    try:
        with transaction.atomic():
            made = create_by_copy([_posting(row) for row in rows])
    except IntegrityError as error:
        raise Refused.because(
            _("The place is taken: end the posting that is in force there, or hand it over.")
        ) from error
    record_many((_told("assistance.posted", each) for each in made), by=by, at=at)
    return made


def _require_sound(row: Posted) -> None:
    level = Level.TOWN if row.kind in rules.IN_TOWN else Level.VILLAGE
    if row.area.level != level:
        text = _("A commissioner is posted to a town.") if row.kind in rules.IN_TOWN else _("Choose a village for it.")
        raise Refused.because(text, "area")
    if row.cadre.left_on and row.cadre.left_on <= row.since:
        raise Refused.because(_("This cadre has left already."), "cadre")
    if not row.area.pk.startswith(row.cadre.county_id):
        raise Refused.because(_("This cadre serves another county."), "cadre")
    if row.planned_until and row.planned_until <= row.since:
        raise Refused.because(_("The term ends after it begins."), "planned_until")


def _hand_over(rows: Sequence[Posted]) -> None:
    """End the postings that are handed over."""
    for row in rows:
        before = Posting.objects.select_for_update().get(pk=row.after.pk) if row.after else None
        if before is None or before.until or (before.kind, before.area_id) != (row.kind, row.area.pk):
            raise Refused.because(_("This posting cannot be taken over: it has ended or is another one."), "after")
        if not row.handed_over.strip():
            raise Refused.because(_("Say what is handed over."), "handed_over")
        if before.since > row.since:
            raise Refused.because(_("The successor cannot begin before the predecessor did."), "since")
        before.until, before.ended_because = row.since, _("handed over to %(name)s") % {"name": row.cadre.name}
        before.save(update_fields=["until", "ended_because"])


def _posting(row: Posted) -> Posting:
    return Posting(
        kind=row.kind, cadre=row.cadre, area=row.area, team=row.team, since=row.since,
        planned_until=row.planned_until, after=row.after, handed_over=row.handed_over.strip(),
    )  # fmt: skip


@transaction.atomic
def end_posting(posting: Posting, day: date, why: str, *, by: User, at: datetime | None = None) -> Posting:
    """End a posting in force, with the reason. Raises Refused, NotYours."""
    found = Posting.objects.select_for_update(of=("self",)).select_related("cadre").get(pk=posting.pk)
    require(by, ARRANGE_HELP, found.area_id)
    if found.until is not None:
        raise Refused.because(_("This posting has ended already."))
    if not why.strip():
        raise Refused.because(_("Say why the posting ends."), "why")
    if day < found.since:
        raise Refused.because(_("A posting cannot end before it began."), "day")
    found.until, found.ended_because = day, why.strip()
    found.save(update_fields=["until", "ended_because"])
    record_many([_told("assistance.posting_ended", found, why.strip())], by=by, at=at)
    return found


@transaction.atomic
def note_absence(
    posting: Posting, first: date, last: date, reason: str, *, by: User, at: datetime | None = None
) -> Absence:
    """Note days on which somebody posted is away. Raises Refused, NotYours."""
    require(by, ASSIST, posting.area_id)
    if last < first:
        raise Refused.because(_("The last day lies before the first."), "last_on")
    if first < posting.since or (posting.until and last >= posting.until):
        raise Refused.because(_("These days lie outside the posting."), "first_on")
    if not reason.strip():
        raise Refused.because(_("Say why."), "reason")
    made = Absence.objects.create(
        posting=posting, first_on=first, last_on=last, reason=reason.strip(), by=by, recorded_at=at or timezone.now()
    )
    told = _told("assistance.absence_noted", posting, reason.strip(), first_on=str(first), last_on=str(last))
    record_many([told], by=by, at=at)
    return made


@transaction.atomic
def note_presence(
    rows: Sequence[tuple[Posting, int]], month: date, *, by: User | System = SYSTEM, at: datetime | None = None
) -> int:
    """Note how many days of a month people posted were there; a later word replaces an earlier one. Raises Refused."""
    when = at or timezone.now()
    first = rules.first_of(month)
    if first > timezone.localdate(when):
        raise Refused.because(_("This month is still to come."), "month")
    for posting, days in rows:
        require(by, ASSIST, posting.area_id)
        if not 0 <= days <= _days_of(first):
            raise Refused.because(_("The month has %(days)s days.") % {"days": _days_of(first)}, "days")
    user = by if isinstance(by, User) else None
    Presence.objects.bulk_create(
        [Presence(posting=posting, month=first, days=days, by=user, recorded_at=when) for posting, days in rows],
        update_conflicts=True, unique_fields=["posting", "month"], update_fields=["days", "by", "recorded_at"],
    )  # fmt: skip
    record_many((_told("assistance.presence_noted", each, month=str(first), days=days) for each, days in rows),
                by=by, at=when)  # fmt: skip
    return len(rows)


def _days_of(first: date) -> int:
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return (following - first).days


def _told(action: str, posting: Posting, why: str = "", **more: object) -> Decision:
    told = {"kind": posting.kind, "cadre": posting.cadre.number, "from": str(posting.since), **more}
    return Decision(action, "area", posting.area_id, posting.area_id, why=why, values=told)
