"""Reads on users and the organisations they belong to."""

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import contains

from .models import RoleAssignment, User
from .rules import MANAGE_PEOPLE


def users_in(areas: tuple[str, ...], text: str = "") -> QuerySet[User]:
    """Users with a role in any of the areas, or with no role yet, by name; two queries."""
    condition = Q(assignments=None)
    for code in areas:
        condition |= within(code, "assignments__area_id")
    found = User.objects.filter(condition).distinct().order_by("username")
    if text:
        found = found.filter(Q(username__icontains=text) | Q(full_name__icontains=text))
    return found.prefetch_related(
        Prefetch("assignments", RoleAssignment.objects.select_related("area", "organisation").order_by("valid_from"))
    )


def in_charge(administrator: User, user: User) -> bool:
    """Whether every role that the user has, or is to have, lies in the administrator's areas."""
    areas = administrator.scope.areas_for(MANAGE_PEOPLE)
    lasting = user.assignments.filter(Q(valid_until=None) | Q(valid_until__gt=timezone.localdate()))
    return all(
        any(contains(area, code) for area in areas) for code in lasting.values_list("area_id", flat=True).distinct()
    )


def areas_in(areas: tuple[str, ...]) -> QuerySet[Area]:
    """Areas in which roles may be given."""
    condition = Q(pk=None)
    for code in areas:
        condition |= within(code, "code")
    return Area.objects.filter(condition)
