"""Reads on users and the organisations they belong to."""

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import ancestors_of, contains

from .models import Organisation, RoleAssignment, User
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


def organisations_for(areas: tuple[str, ...]) -> QuerySet[Organisation]:
    """Organisations whose people may have a role in the areas: those of the areas, of what lies above, of nowhere."""
    condition = Q(area=None)
    for code in areas:
        condition |= within(code, "area_id") | Q(area_id__in=ancestors_of(code))
    return Organisation.objects.filter(condition).select_related("area")


def own_organisations(areas: tuple[str, ...]) -> QuerySet[Organisation]:
    """Organisations of the areas, which the administrator there may correct."""
    condition = Q(pk=None)
    for code in areas:
        condition |= within(code, "area_id")
    return Organisation.objects.filter(condition).select_related("area")


def with_people(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Each with the number of people who have a role from it today; one query."""
    today = timezone.localdate()
    lasting = Q(roleassignment__valid_until=None) | Q(roleassignment__valid_until__gt=today)
    present = lasting & Q(roleassignment__valid_from__lte=today)
    return organisations.annotate(people=Count("roleassignment__user", filter=present, distinct=True)).order_by("name")


def areas_in(areas: tuple[str, ...]) -> QuerySet[Area]:
    """Areas in which roles may be given."""
    condition = Q(pk=None)
    for code in areas:
        condition |= within(code, "code")
    return Area.objects.filter(condition)
