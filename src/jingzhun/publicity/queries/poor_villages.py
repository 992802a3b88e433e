"""The county's list of poor villages as the public reads it: by town, each with its place in the announcement."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils import timezone

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.publicity.models import Notice, NoticeItem
from jingzhun.registry.models import VillageYear

ANNOUNCEMENT = "village_announcement"


@dataclass(frozen=True)
class Listed:
    """A poor village; `notice` and `position` lead to what was announced of it, where that is known."""

    area: Area
    notice: str = ""
    position: int = 0
    rank: str = ""


@dataclass(frozen=True)
class ListedTown:
    town: Area
    villages: list[Listed] = field(default_factory=list)


@dataclass(frozen=True)
class PoorVillages:
    """The list of a year: how many there are, those that were looked for by town, and the announcements."""

    total: int
    towns: list[ListedTown]
    announcements: list[Notice]

    @property
    def found(self) -> int:
        return sum(len(each.villages) for each in self.towns)


def poor_village_years(county_code: str) -> list[int]:
    """Years for which there are reports of villages, the newest first; one query."""
    found = VillageYear.objects.filter(within(county_code, "area_id")).order_by("-year")
    return list(found.values_list("year", flat=True).distinct())


def poor_villages(county_code: str, year: int, wanted: str = "") -> PoorVillages:
    """The villages that were poor villages at the end of a year, by their latest report until then; three queries.

    `wanted`: a part of a village's or town's name, or the beginning of its pinyin or initials.
    """
    end = date(year, 12, 31)
    latest = VillageYear.objects.filter(within(county_code, "area_id"), year__lte=year).select_related("area__parent")
    rows = latest.order_by("area_id", "-year").distinct("area_id")
    poor = [row.area for row in rows if row.poor_village and (row.exited_on is None or row.exited_on > end)]
    announcements = _announcements(county_code, end)
    listed = _listed(poor, announcements)
    kept = [each for each in listed if _is_meant(each.area, wanted) or _is_meant(each.area.parent, wanted)]
    towns = [ListedTown(town, list(group)) for town, group in groupby(kept, key=lambda each: each.area.parent) if town]
    return PoorVillages(len(poor), towns, announcements)


def _is_meant(area: Area | None, wanted: str) -> bool:
    key = wanted.replace(" ", "").lower()
    if not key:
        return True
    return area is not None and (key in area.name or area.pinyin.startswith(key) or area.initials.startswith(key))


def _announcements(county_code: str, until: date) -> list[Notice]:
    """The county's announcements that had opened until a day, the newest first."""
    opened = Notice.objects.filter(within(county_code, "area_id"), kind=ANNOUNCEMENT, sealed=True)
    return list(opened.filter(opens_on__lte=min(until, timezone.localdate())).order_by("-opens_on", "-id"))


def _listed(poor: Sequence[Area], announcements: Sequence[Notice]) -> list[Listed]:
    """Each village with its entry in the latest announcement; an entry tells a name only, so that one that two villages
    of the county bear leads nowhere."""
    items = NoticeItem.objects.filter(notice__in=announcements).select_related("notice")
    by_name = {item.shown.get("village", ""): item for item in items.order_by("notice__opens_on", "notice_id")}
    county = poor[0].code[: DIGITS[Level.COUNTY]] if poor else ""
    names = Area.objects.filter(within(county, "code"), level=Level.VILLAGE).values_list("name", flat=True)
    borne = Counter(Area(name=name).short_name for name in (names if items else ()))
    listed = []
    for area in poor:
        item = by_name.get(area.short_name) if borne[area.short_name] == 1 else None
        listed.append(
            Listed(area, item.notice.number, item.position, item.shown.get("rank", "")) if item else Listed(area)
        )
    return listed
