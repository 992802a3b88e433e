"""Areas in which a user may write."""

from django.db.models import Q

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level
from jingzhun.people.models import User
from jingzhun.people.rules import EDIT_HOUSEHOLDS


def editable_areas(user: User) -> list[Area]:
    """Towns, villages and groups of today in the user's areas; one query."""
    scope = Q(pk=None)
    for code in user.scope.areas_for(EDIT_HOUSEHOLDS):
        scope |= within(code, "code")
    levels = [Level.TOWN, Level.VILLAGE, Level.GROUP]
    found = Area.objects.filter(scope, level__in=levels, valid_until=None)
    return list(found.only("code", "name", "level", "valid_until").order_by("code"))
