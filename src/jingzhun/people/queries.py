"""Reads on users and the organisations they belong to."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level, ancestors_of, contains

from .models import Organisation, RoleAssignment, User
from .rules import MANAGE_PEOPLE, Role

PROPOSED = 1_000  # areas of one list of proposals


def users_in(areas: tuple[str, ...], text: str = "", organisation: Organisation | None = None) -> QuerySet[User]:
    """Users with a role in any of the areas, or added there and without any role yet, by name; two queries.

    Of an organisation: those who have a role from it in the areas today.
    """
    theirs = RoleAssignment.objects.filter(user=OuterRef("pk"))
    here = _within(areas, "area_id")
    if organisation:
        found = User.objects.filter(Exists(theirs.filter(here, _in_force(), organisation=organisation)))
    else:
        found = User.objects.filter(Exists(theirs.filter(here)) | (~Exists(theirs) & _within(areas, "home_id")))
    found = found.order_by("username")
    if text:
        found = found.filter(Q(username__icontains=text) | Q(full_name__icontains=text))
    return found.prefetch_related(
        Prefetch("assignments", RoleAssignment.objects.select_related("area", "organisation").order_by("valid_from"))
    )


def users_called(text: str, limit: int = 200) -> list[tuple[int, str]]:
    """Numbers and logins of users with a login, or with a text in their name, whoever they are."""
    name = text.replace("\0", "").strip()
    if not name:
        return []
    found = User.objects.filter(Q(full_name__icontains=name) | Q(username__iexact=name))
    return list(found.order_by("username").values_list("pk", "username")[:limit])


def in_charge(administrator: User, user: User) -> bool:
    """Whether every role that the user has, or is to have, lies in the administrator's areas.

    Of a user without any: whether the user was added there.
    """
    areas = administrator.scope.areas_for(MANAGE_PEOPLE)
    lasting = user.assignments.filter(Q(valid_until=None) | Q(valid_until__gt=timezone.localdate()))
    places = set(lasting.values_list("area_id", flat=True)) or ({user.home_id} if user.home_id else set())
    return bool(places) and all(any(contains(area, code) for area in areas) for code in places)


def other_administrators(area_code: str, besides: User, on: date) -> QuerySet[RoleAssignment]:
    """Roles of others who see to the users of an area on a day, and whose login is switched on."""
    return RoleAssignment.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=on),
        role=Role.ADMINISTRATOR,
        area_id__in=ancestors_of(area_code),
        valid_from__lte=on,
        user__is_active=True,
    ).exclude(user=besides)


def organisations_for(areas: tuple[str, ...], text: str = "") -> QuerySet[Organisation]:
    """Organisations whose people may have a role in the areas: those of the areas, of what lies above, of nowhere."""
    condition = Q(area=None) | _within(areas, "area_id")
    for code in areas:
        condition |= Q(area_id__in=ancestors_of(code))
    return Organisation.objects.filter(condition, name__icontains=text).select_related("area")


def own_organisations(areas: tuple[str, ...]) -> QuerySet[Organisation]:
    """Organisations of the areas, which the administrator there may correct."""
    return Organisation.objects.filter(_within(areas, "area_id")).select_related("area")


def with_people(organisations: QuerySet[Organisation], areas: tuple[str, ...]) -> QuerySet[Organisation]:
    """Each with the number of people who have a role from it in the areas today; one query."""
    present = _in_force("roleassignment__") & _within(areas, "roleassignment__area_id")
    return organisations.annotate(people=Count("roleassignment__user", filter=present, distinct=True)).order_by("name")


def areas_in(areas: tuple[str, ...]) -> QuerySet[Area]:
    """Areas in which roles may be given."""
    return Area.objects.filter(_within(areas, "code"))


def areas_to_propose(areas: tuple[str, ...]) -> dict[str, Area]:
    """Areas in which roles may be given, by code, the upper ones first, as many as a list can hold; one query."""
    found = areas_in(areas).filter(valid_until=None).exclude(level=Level.GROUP)
    return {area.code: area for area in found.order_by(Length("code"), "code")[:PROPOSED]}


def areas_called(areas: tuple[str, ...], *, code: str, name: str) -> list[Area]:
    """Areas in which roles may be given, of a code; without one, of exactly a name, else with a name in theirs."""
    here = areas_in(areas)
    if code:
        return list(here.filter(pk=code))
    found = list(here.filter(name__contains=name, valid_until=None).order_by(Length("code"), "code")[:PROPOSED])
    return [area for area in found if name in (area.name, area.short_name)] or found


def _within(areas: tuple[str, ...], field: str) -> Q:
    condition = Q(pk=None)
    for code in areas:
        condition |= within(code, field)
    return condition


def _in_force(prefix: str = "") -> Q:
    """A role that holds today."""
    today = timezone.localdate()
    lasting = Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": today})
    return lasting & Q(**{f"{prefix}valid_from__lte": today})
