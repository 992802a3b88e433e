"""Who is posted where, and was."""

from django.db.models import QuerySet

from jingzhun.assistance.models import Posting
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_ASSISTANCE


def postings(user: User, permission: str = VIEW_ASSISTANCE) -> QuerySet[Posting]:
    """Postings in the user's areas, those in force and those that have ended."""
    return Posting.objects.visible_to(user, permission).select_related("cadre__organisation", "area")


def listed(user: User, kind: str, *, ended: bool) -> QuerySet[Posting]:
    """Postings in force, or the ended ones; of a kind if one is named."""
    rows = postings(user).filter(until__isnull=not ended)
    return rows.filter(kind=kind) if kind in Posting.Kind.values else rows
