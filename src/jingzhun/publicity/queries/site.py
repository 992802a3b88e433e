"""Which county's website this is, and where its people may turn to."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level, ancestors_of
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_OBJECTIONS
from jingzhun.publicity.models import Contact
from jingzhun.publicity.wording import county_name
from jingzhun.registry.models import Household

HOTLINES = Path(__file__).parents[1] / "data" / "hotlines.csv"


def county() -> Area | None:
    """The county whose site this is: the one that is set, else the only one, else that of the first household."""
    if settings.COUNTY:
        return Area.objects.filter(pk=settings.COUNTY).first()
    counties = list(Area.objects.filter(level=Level.COUNTY)[:2])
    if len(counties) == 1:
        return counties[0]
    first = Household.objects.order_by("village_code").values_list("village_code", flat=True).first()
    return Area.objects.filter(pk=first[: Level.COUNTY.digits]).first() if first else None


@dataclass(frozen=True)
class Contacts:
    """Offices by area: asked for the nearest one."""

    by_area: dict[str, Contact]

    def of(self, area_code: str) -> Contact | None:
        near = (self.by_area.get(code) for code in reversed(ancestors_of(area_code)))
        return next((contact for contact in near if contact), None)


def contacts(area_codes: Iterable[str]) -> Contacts:
    """Offices of areas and of all above them; one query."""
    codes = set().union(*(ancestors_of(code) for code in area_codes))
    found = Contact.objects.filter(area__in=codes).select_related("area")
    return Contacts({contact.area_id: contact for contact in found})


def contacts_within(area_code: str) -> list[Contact]:
    """Offices of an area and of everything in it, the area's own first; one query."""
    return list(Contact.objects.in_areas((area_code,)).select_related("area").order_by("area_id"))


@dataclass(frozen=True)
class Hotline:
    """A telephone for the whole country, in the words of the page's language."""

    phone: str
    zh: str
    en: str

    @property
    def words(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


def hotlines(day: date) -> list[Hotline]:
    """National telephones that are open on a day, from a dated file."""
    with HOTLINES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = day.isoformat()
    held = [row for row in rows if row["valid_from"] <= told and (not row["valid_until"] or told < row["valid_until"])]
    return [Hotline(row["phone"], row["zh"], row["en"]) for row in held]


@dataclass(frozen=True)
class Asked:
    """Whom to ask about an area: the nearest office, the area with those above it, and telephones for everybody."""

    contact: Contact | None
    areas: list[Area]
    hotlines: list[Hotline]

    @property
    def town(self) -> str:
        """Its name; empty for a county."""
        return next((area.short_name for area in self.areas if area.level == Level.TOWN), "")

    @property
    def county(self) -> str:
        """Its name in the language of the page."""
        return next((county_name(area) for area in self.areas if area.level == Level.COUNTY), "")


def whom_to_ask(area_code: str, day: date) -> Asked:
    """Whom to ask about an area on a day; two queries."""
    areas = list(Area.objects.filter(code__in=ancestors_of(area_code)).order_by("code"))
    return Asked(contacts([area_code]).of(area_code), areas, hotlines(day))


def offices(area_codes: Iterable[str]) -> list[tuple[Area, Contact | None]]:
    """Counties and towns of some areas with the office that each has; two queries."""
    condition = Q(pk=None)
    for code in area_codes:
        condition |= within(code, "code")
    areas = Area.objects.filter(condition, level__in=[Level.COUNTY, Level.TOWN], valid_until=None).order_by("code")
    own = {contact.area_id: contact for contact in Contact.objects.filter(area__in=areas)}
    return [(area, own.get(area.code)) for area in areas]


def areas_below(user: User) -> list[Area]:
    """The towns of a county's user, the villages of a town's; one query."""
    codes = user.scope.areas_for(SEE_OBJECTIONS)
    return list(
        Area.objects.filter(parent__in=codes, level__in=[Level.TOWN, Level.VILLAGE], valid_until=None).order_by("code")
    )
