"""What holds in a user's areas: rows of these, of what lies within them, and of what lies above."""

from django.db.models import Q

from jingzhun.areas.models import within
from jingzhun.areas.rules import ancestors_of
from jingzhun.people.models import User


def reaching(user: User, permission: str, field: str = "area_id") -> Q:
    """Rows of areas that a permission of the user reaches, and of those above them; none without it."""
    condition = Q(pk=None)
    for code in user.scope.areas_for(permission):
        condition |= within(code, field) | Q(**{f"{field}__in": ancestors_of(code)})
    return condition
