"""Households with their members and one year's survey, streamed for a file; and the exports of a user."""

from collections.abc import Generator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import F, FilteredRelation, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.people.models import User
from jingzhun.people.rules import EXPORT_REGISTER
from jingzhun.registry.models import Export, Household, Member, RegisterSpell
from jingzhun.registry.workbook.official import Key, household_columns, member_columns
from jingzhun.registry.workbook.writer import Exported

from .asked import Asked
from .households import in_area
from .status import has_status, status_on

CHUNK = 2_000
UPPER = {
    "province": Level.PROVINCE,
    "city": Level.CITY,
    "county": Level.COUNTY,
    "town": Level.TOWN,
    "village": Level.VILLAGE,
}
MOST_AREAS = 1_000  # of a drop-down; a wider view names no villages


def wanted(area_code: str, asked: Asked, status: str) -> QuerySet[Household]:
    """Households of an area that stand on a day: all, or those of one status (queries.status)."""
    found = Household.objects.filter(in_area(area_code)).filter(Q(closed_on=None) | Q(closed_on__gt=asked.day))
    return found.filter(has_status(status, asked.day)) if status else found


def count_persons(households: QuerySet[Household], asked: Asked) -> int:
    """Members present on the day; one query."""
    return Member.objects.present(asked.day).filter(household__in=households).count()


def households(found: QuerySet[Household], asked: Asked, *, personal: bool) -> Generator[Exported, None, None]:
    """Each household with the members present on the day and the survey of the income year, by number.

    One statement, read through a cursor of the server. Personal numbers are opened only if wanted.
    """
    shared = [key for key in household_columns(personal=personal) if key not in _FROM_AREA]
    own = [key for key in member_columns(personal=personal) if key[0] == "member"]
    present = Q(members__joined_on__lte=asked.day) & (Q(members__left_on=None) | Q(members__left_on__gt=asked.day))
    rows = (
        found.annotate(
            of_member=FilteredRelation("members", condition=present),
            of_survey=FilteredRelation("surveys", condition=Q(surveys__year=asked.income_year)),
            **_derived(asked),
        )
        .order_by("number")
        .values_list("number", "area_id", "of_member__pk", *map(_column, shared), *map(_column, own))
    )
    names, split = _area_names(found), 3 + len(shared)
    for _number, group in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        lines = list(group)
        first = dict(zip(shared, lines[0][3:split], strict=True)) | _area(lines[0][1], names)
        members = [dict(zip(own, line[split:], strict=True)) for line in lines if line[2] is not None]
        yield Exported(first, sorted(members, key=_order))


def areas_to_choose(user: User) -> list[Area]:
    """The user's areas and the towns and villages in them, as far as a drop-down can hold; two queries at most."""
    condition = Q(pk=None)
    for code in user.scope.areas_for(EXPORT_REGISTER):
        condition |= Q(pk__startswith=code)
    levels = (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.CITY, Level.PROVINCE)
    found = Area.objects.filter(condition, valid_until=None).only("code", "name", "level").order_by("code")
    areas = list(found.filter(level__in=levels)[: MOST_AREAS + 1])
    return (
        areas if len(areas) <= MOST_AREAS else list(found.exclude(level__in=(Level.VILLAGE, Level.GROUP))[:MOST_AREAS])
    )


def of_user(user: User) -> QuerySet[Export]:
    """The user's own exports from areas that are the user's still."""
    return Export.objects.visible_to(user, EXPORT_REGISTER).filter(by=user)


def _derived(asked: Asked) -> dict[str, Any]:
    """What a spell tells. Of several, the first registration and the last exit: so a relapse comes back as one."""
    spells = RegisterSpell.objects.filter(household=OuterRef("pk"), registered_on__lte=asked.day)
    ended = spells.filter(exited_on__lte=asked.day)
    return {
        "told_status": status_on(asked.day),
        "told_registered_on": Subquery(_one(spells, Min("registered_on"))),
        "told_exit_year": ExtractYear(Subquery(_one(ended, Max("exited_on")))),
        "told_per_capita": Coalesce("of_survey__stated_per_capita", F("of_survey__per_capita")),
    }


def _one(spells: QuerySet[RegisterSpell], what: Min | Max) -> QuerySet:
    return spells.order_by().values("household").annotate(told=what).values("told")


_FROM_AREA = {("household", name) for name in ("area_code", "group", *UPPER)}
_TOLD = {
    ("household", "status"): "told_status",
    ("household", "registered_on"): "told_registered_on",
    ("household", "exit_year"): "told_exit_year",
    ("survey", "stated_per_capita"): "told_per_capita",
}


def _column(key: Key) -> str:
    sheet, name = key
    return _TOLD.get(key) or (name if sheet == "household" else f"of_{sheet}__{name}")


def _order(member: dict[Key, Any]) -> tuple[bool, str]:
    return member["member", "relation"] != "head", member["member", "number"]


def _area_names(found: QuerySet[Household]) -> dict[str, str]:
    """Full names of the households' areas and of those above; two queries."""
    codes = set(found.order_by().values_list("area_id", flat=True).distinct())
    above = {code[:digits] for code in codes for digits in DIGITS.values() if digits <= len(code)}
    return dict(Area.objects.filter(code__in=above).values_list("code", "name"))


def _area(code: str, names: dict[str, str]) -> dict[Key, str]:
    """Columns that say where a household lives: names from the province down, and the village's code."""
    told = {("household", name): names.get(code[: DIGITS[level]], "") for name, level in UPPER.items()}
    village = DIGITS[Level.VILLAGE]
    group = names.get(code, "") if len(code) > village else ""
    return told | {("household", "area_code"): code[:village], ("household", "group"): group}
