"""What waits for a user in policies: who misses what they are entitled to, and who receives what they are not."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.people.duties import Duty
from jingzhun.people.models import User
from jingzhun.people.rules import ASSIST, VIEW_POLICIES

from .queries import worklists


def duties(user: User, today: date) -> Iterator[Duty]:
    """The two work lists of the user's area, for who can do something about them."""
    where = worklists.choose(user, "", None) if user.can(VIEW_POLICIES) and user.can(ASSIST) else None
    if where is None:
        return
    told, place = worklists.count(where, worklists.titles(where)).total, reverse("policy:entitlement-list")
    yield Duty(_("Entitlements that are missed"), told.missed, f"{place}?{where.query}&show=missed", icon="calculator")
    yield Duty(_("Receipts without an entitlement"), told.undue, f"{place}?{where.query}&show=undue", icon="flag")
