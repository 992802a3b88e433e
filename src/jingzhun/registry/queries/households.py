"""Households: lists, searches and single ones, always within the areas of whoever asks."""

from functools import lru_cache

from django.db.models import Exists, OuterRef, Q, QuerySet

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level, ancestors_of, short_name
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_HOUSEHOLDS
from jingzhun.registry.models import Household, HouseholdAlias, Member
from jingzhun.registry.rules.search import Kind, Wanted, read_search

from .asked import Asked
from .columns import with_survey
from .status import Status, has_status


def visible(user: User, asked: Asked, permission: str = VIEW_HOUSEHOLDS) -> QuerySet[Household]:
    """Households that a user may see and that are not closed on the day, joined with the survey of the year."""
    open_then = Q(closed_on=None) | Q(closed_on__gt=asked.day)
    return with_survey(Household.objects.visible_to(user, permission).filter(open_then), asked)


def registered_in(user: User, code: str, asked: Asked) -> QuerySet[Household]:
    """Households of an area that are on the register on the day."""
    return visible(user, asked).filter(in_area(code), has_status(Status.REGISTERED, asked.day))


def in_area(code: str) -> Q:
    """Households of an area; of a group by its code, of anything above by the village's."""
    return within(code, "area_id" if len(code) == Level.GROUP.digits else "village_code")


def matching(text: str) -> Q:
    """Households that a search text means: by a member's name or pinyin, a number old or new, a phone, a full ID."""
    wanted = read_search(text)
    if wanted.kind == Kind.NOTHING:
        return Q() if not wanted.key else Q(pk=None)
    if wanted.kind == Kind.NUMBER:
        former = HouseholdAlias.objects.filter(household=OuterRef("pk"), number__startswith=wanted.key)
        return Q(number__startswith=wanted.key) | Q(Exists(former))
    if wanted.kind == Kind.PHONE:
        return Q(phone_index=wanted.index or index_of(wanted.key, "household.phone"))
    return Q(Exists(Member.objects.filter(is_member(wanted), household=OuterRef("pk"))))


def is_member(wanted: Wanted) -> Q:
    """Members that a search means by ID, name or pinyin."""
    if wanted.kind == Kind.ID:
        return Q(id_index=wanted.index or index_of(wanted.key, "member.id_number"))
    if wanted.kind == Kind.PINYIN:
        return Q(pinyin__startswith=wanted.key) | Q(initials__startswith=wanted.key)
    return Q(name__contains=wanted.key)


def matched_members(households: list[int], text: str) -> dict[int, list[Member]]:
    """By household, the members that a search for a person means; one query, none for a search of anything else."""
    wanted = read_search(text)
    if wanted.kind not in (Kind.NAME, Kind.PINYIN, Kind.ID):
        return {}
    found: dict[int, list[Member]] = {}
    people = Member.objects.filter(is_member(wanted), household__in=households)
    for member in people.only("name", "relation", "leave_reason", "left_on", "household_id").order_by("number"):
        found.setdefault(member.household_id, []).append(member)
    return found


def area_names(codes: set[str]) -> dict[str, str]:
    """Short names of areas and of everything above them, by code; one query."""
    wanted = {above for code in codes for above in ancestors_of(code)}
    found = Area.objects.filter(code__in=wanted).order_by().values_list("code", "name")
    return {code: short_name(name) for code, name in found}


def area_choices(user: User, town: str, village: str) -> dict[Level, list[tuple[str, str]]]:
    """Code and name of the towns in the user's areas, of the chosen town's villages and the chosen village's groups;
    one query."""
    choices: dict[Level, list[tuple[str, str]]] = {Level.TOWN: [], Level.VILLAGE: [], Level.GROUP: []}
    for code, name, level in _choices(user.scope.areas_for(VIEW_HOUSEHOLDS), town, village).all():
        choices[Level(level)].append((code, short_name(name)))
    return choices


@lru_cache(maxsize=500)
def _choices(codes: tuple[str, ...], town: str, village: str) -> QuerySet:
    """The question of `area_choices`, without its answer: putting it together takes longer than answering."""
    condition = Q(level=Level.TOWN)
    if town:
        condition |= Q(parent_id=town, level=Level.VILLAGE)
    if village:
        condition |= Q(parent_id=village, level=Level.GROUP)
    scope, above = Q(pk=None), set()
    for code in codes:
        scope |= within(code, "code")
        above |= set(ancestors_of(code))
    found = Area.objects.filter(condition).filter(scope | Q(code__in=above))
    return found.order_by("code").values_list("code", "name", "level")


def by_number(user: User, number: str, permission: str = VIEW_HOUSEHOLDS) -> Household | None:
    """The household of a number, old or new, if the user may see it; one query, for an old number two."""
    mine = Household.objects.visible_to(user, permission).select_related("area__parent__parent").order_by()
    for meant in (Q(number=number), Q(aliases__number=number)):
        if found := list(mine.filter(meant)):
            return found[0]
    return None
