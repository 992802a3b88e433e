"""Entries as people look for them: of a record, of areas, of days; with their places."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level
from jingzhun.journal.models import Entry, VerifyRun

COUNTED = 10_000  # a list says "more than" beyond this, rather than count a whole journal
DAYS = 400


@dataclass(frozen=True)
class Deciders:
    """Users by login and by number: what everybody may read is signed by the office and holds the number only."""

    logins: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()

    def decided(self) -> Q:
        return Q(actor__in=self.logins) | Q(actor_id__in=self.numbers)


@dataclass(frozen=True)
class Asked:
    """Which entries are asked for; what is empty does not narrow.

    `by`: one of them decided; `record_or_by`: one of them decided, or else the record fits.
    """

    first: date | None = None
    last: date | None = None
    action: str = ""
    area: str = ""
    record: str = ""
    by: Deciders | None = None
    record_or_by: Deciders | None = None


@dataclass(frozen=True)
class Page:
    """Entries of one page, the newest first; `newer` and `older` are the numbers to go on from, if there is more."""

    entries: list[Entry]
    newer: int | None
    older: int | None


def entries_of(record_type: str, record: str) -> QuerySet[Entry]:
    """Everything decided on one record, the latest first."""
    return Entry.objects.filter(record_type=record_type, record=record).order_by("-id")


def entries_in(areas: tuple[str, ...]) -> QuerySet[Entry]:
    """Entries of areas; who reads every county that is loaded also reads entries without an area (users, keys)."""
    condition = Q(pk=None)
    for code in areas:
        condition |= within(code, "area_code")
    counties = Area.objects.filter(level=Level.COUNTY)
    for code in areas:
        counties = counties.exclude(within(code, "code"))
    if areas and not counties.exists():
        condition |= Q(area_code="")
    return Entry.objects.filter(condition)


def matching(entries: QuerySet[Entry], asked: Asked) -> QuerySet[Entry]:
    """Those of the entries that are asked for. Days are the county's, both included."""
    if asked.first:
        entries = entries.filter(at__gte=_midnight(asked.first))
    if asked.last:
        entries = entries.filter(at__lt=_midnight(asked.last + timedelta(days=1)))
    if asked.area:
        entries = entries.filter(within(asked.area, "area_code"))
    if asked.action:
        entries = entries.filter(action=asked.action)
    if asked.by:
        entries = entries.filter(asked.by.decided())
    if asked.record:
        by_user = asked.record_or_by.decided() if asked.record_or_by else Q()
        entries = entries.filter(Q(record=asked.record) | by_user)
    return entries


def page(entries: QuerySet[Entry], *, older: int | None = None, newer: int | None = None, size: int = 50) -> Page:
    """A page of entries older than a number, or newer than one; costs the same however far back it is."""
    if newer is not None:
        found = list(entries.filter(pk__gt=newer).order_by("pk").select_related("place")[: size + 1])
        more, shown = len(found) > size, found[:size][::-1]
        return Page(shown, shown[0].pk if more and shown else None, shown[-1].pk if shown else None)
    back = entries if older is None else entries.filter(pk__lt=older)
    found = list(back.order_by("-pk").select_related("place")[: size + 1])
    shown = found[:size]
    return Page(
        shown,
        shown[0].pk if older is not None and shown else None,
        shown[-1].pk if len(found) > size else None,
    )


def count(entries: QuerySet[Entry]) -> int:
    """How many entries there are; COUNTED + 1 for more than COUNTED."""
    return entries.order_by()[: COUNTED + 1].count()


def neighbours(entries: QuerySet[Entry], entry: Entry, each: int = 5) -> list[Entry]:
    """The entries on the same record before and after one, with it, the newest first."""
    same = entries.filter(record_type=entry.record_type, record=entry.record)
    after = list(same.filter(pk__gt=entry.pk).order_by("pk")[:each])
    before = list(same.filter(pk__lt=entry.pk).order_by("-pk")[:each])
    return [*after[::-1], entry, *before]


def per_day(entries: QuerySet[Entry]) -> dict[date, int]:
    """Decisions of each day that has any, the last DAYS of them."""
    days = entries.order_by().annotate(day=TruncDate("at")).values("day").annotate(number=Count("pk"))
    found = days.order_by("-day").values_list("day", "number")[:DAYS]
    return dict(reversed(list(found)))


def latest_runs() -> tuple[VerifyRun | None, VerifyRun | None]:
    """The last verification that ended by finding out, and the one that is on its way or failed since."""
    done = VerifyRun.objects.filter(state=VerifyRun.State.DONE).first()
    latest = VerifyRun.objects.first()
    return done, latest if latest and latest.state != VerifyRun.State.DONE else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
