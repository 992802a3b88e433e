"""Who is posted where, and was."""

from datetime import date, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from jingzhun.areas.models import Area, within
from jingzhun.assistance.models import Absence, Posting, Presence
from jingzhun.assistance.rules.postings import IN_TEAM, first_of
from jingzhun.people.models import User
from jingzhun.people.rules import ASSIST, VIEW_ASSISTANCE


def postings(user: User, permission: str = VIEW_ASSISTANCE) -> QuerySet[Posting]:
    """Postings in the user's areas, those in force and those that have ended."""
    return Posting.objects.visible_to(user, permission).select_related("cadre__organisation", "area")


def listed(
    user: User, kind: str = "", area: str = "", *, ended: bool = False, over: date | None = None
) -> QuerySet[Posting]:
    """Postings in force, or the ended ones; of a kind, in an area, if one is named.

    `over`: only those in force whose planned term was over by that day: nobody took over, and nobody prolonged it.
    """
    rows = postings(user).filter(until__isnull=not ended)
    rows = rows.filter(planned_until__lt=over) if over else rows
    rows = rows.filter(within(area, "area_id")) if area else rows
    return rows.filter(kind=kind) if kind in Posting.Kind.values else rows


def of_place(area: Area) -> QuerySet[Posting]:
    """All postings of a village or a town that have ended, the last first."""
    return (
        Posting.objects.filter(area=area, until__isnull=False).select_related("cadre__organisation").order_by("-until")
    )


def days_kept(posting: Posting) -> list[Presence]:
    """Months in which the posting's days in the village were noted, the last first."""
    return list(posting.presences.select_related("by"))


def absences(posting: Posting) -> list[Absence]:
    """When somebody posted was away, the last first."""
    return list(posting.absences.select_related("by"))


def to_note(user: User, month: date) -> QuerySet[Posting]:
    """Who stayed in the villages of a clerk in a month, with the `days` noted so far; by village."""
    first = first_of(month)
    following = first_of(first + timedelta(days=31))
    there = Q(since__lt=following) & (Q(until=None) | Q(until__gt=first))
    noted = Presence.objects.filter(posting=OuterRef("pk"), month=first)
    rows = postings(user, ASSIST).filter(there, kind__in=IN_TEAM)
    found: Any = rows.annotate(days=Subquery(noted.values("days")[:1])).order_by("area", "kind", "since")
    return found
