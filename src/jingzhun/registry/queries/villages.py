"""Villages with what the register counts in them, and what they report."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level, code_range
from jingzhun.methods.shares import share
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_HOUSEHOLDS
from jingzhun.registry.models import Household, RegisterSpell, VillageYear

from .asked import Asked
from .status import has_status

# Persons and households are counted apart, each by village at once: persons by household first take half as long again.
COUNTS = """
WITH stands AS NOT MATERIALIZED (
    SELECT h.id, h.village_code, s.household_id AS poor FROM registry_household h
    LEFT JOIN registry_registerspell s ON s.household_id = h.id
        AND s.registered_on <= %(day)s AND (s.exited_on IS NULL OR s.exited_on > %(day)s)
    WHERE h.village_code >= %(first)s AND h.village_code < %(after)s
      AND (h.closed_on IS NULL OR h.closed_on > %(day)s)
), persons AS (
    SELECT h.village_code, count(*) AS persons, count(h.poor) AS poor
    FROM stands h JOIN registry_member m ON m.household_id = h.id
    WHERE m.joined_on <= %(day)s AND (m.left_on IS NULL OR m.left_on > %(day)s)
    GROUP BY h.village_code
), households AS (
    SELECT h.village_code, count(*) AS households, count(h.poor) AS poor, sum(v.net_income) AS income,
        sum(v.members_counted) FILTER (WHERE v.net_income IS NOT NULL) AS known
    FROM stands h LEFT JOIN registry_survey v ON v.household_id = h.id AND v.year = %(income_year)s
    GROUP BY h.village_code
)
SELECT h.village_code, h.households, coalesce(p.persons, 0), h.poor, coalesce(p.poor, 0), h.income, h.known
FROM households h LEFT JOIN persons p USING (village_code)
"""


KINDS = ("poor", "rural")
SORTED_BY = ("households", "persons", "poor_households", "poor_persons", "incidence", "income")


@dataclass(frozen=True)
class VillageCounts:
    """What the register counts in one village. Incomes are yuan per person, incidence is a fraction."""

    area: Area
    households: int = 0
    persons: int = 0
    poor_households: int = 0
    poor_persons: int = 0
    income: Decimal | None = None
    poor_village: bool = False

    @property
    def incidence(self) -> Decimal | None:
        return share(self.poor_persons, self.persons)


@dataclass(frozen=True)
class Wanted:
    """Which villages: in an area, with a name, of kinds (`poor`: on the list; `rural`: no communities); the order."""

    area: str = ""
    text: str = ""
    kinds: tuple[str, ...] = ()
    sort: str = ""


def villages(user: User, asked: Asked, wanted: Wanted, permission: str = VIEW_HOUSEHOLDS) -> list[VillageCounts]:
    """Villages of the user's areas as they are wanted, counted on a day; three queries for each area."""
    found = _found(user, wanted, permission)
    counts: dict[str, VillageCounts] = {}
    for code in user.scope.areas_for(permission):
        counts |= _counts(code[: Level.VILLAGE.digits], asked, {village.code: village for village in found})
    rows = [counts[village.code] for village in found]
    if "poor" in wanted.kinds:
        rows = [row for row in rows if row.poor_village]
    name = wanted.sort.removeprefix("-")
    if name not in SORTED_BY:
        return rows
    return sorted(rows, key=lambda row: getattr(row, name) or 0, reverse=wanted.sort != name)


def _found(user: User, wanted: Wanted, permission: str) -> list[Area]:
    found: list[Area] = []
    for code in user.scope.areas_for(permission):
        found += Area.objects.within(code[: Level.VILLAGE.digits]).filter(level=Level.VILLAGE, valid_until=None)
    found = [village for village in found if village.code.startswith(wanted.area)]
    if "rural" in wanted.kinds:
        found = [village for village in found if not village.is_community]
    if key := wanted.text.lower():
        found = [v for v in found if key in v.name or v.initials.startswith(key) or v.pinyin.startswith(key)]
    return found


def _counts(within: str, asked: Asked, areas: dict[str, Area]) -> dict[str, VillageCounts]:
    """The villages among `areas` that lie in an area, each with its counts."""
    first, after = code_range(within)
    poor = _poor_villages(within, asked)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"first": first, "after": after, "day": asked.day, "income_year": asked.income_year})
        rows = cursor.fetchall()
    counted = {
        code: VillageCounts(area, poor_village=code in poor) for code, area in areas.items() if code.startswith(within)
    }
    for village, households, persons, poor_households, poor_persons, net, members in rows:
        if village in areas:
            income = (net / members).quantize(Decimal("0.01")) if members else None
            numbers = (households, int(persons), poor_households, int(poor_persons), income, village in poor)
            counted[village] = VillageCounts(areas[village], *numbers)
    return counted


def _poor_villages(code: str, asked: Asked) -> set[str]:
    """Villages on the list of poor villages on the day, by their latest report until then."""
    latest = VillageYear.objects.in_areas((code,)).filter(year__lte=asked.year)
    rows = latest.order_by("area_id", "-year").distinct("area_id")
    return {row.area_id for row in rows if row.poor_village and (row.exited_on is None or row.exited_on > asked.day)}


def standing_before(village_code: str, year: int) -> dict[str, Any]:
    """Where a village stands with the list of poor villages by its latest report before a year, else not on it."""
    earlier = VillageYear.objects.filter(area_id=village_code, year__lt=year).order_by("-year").first()
    return (earlier or VillageYear()).standing


@dataclass(frozen=True)
class VillagePage:
    """The village page: counts on the day, reports by year, and the register's numbers by year for the chart."""

    counts: VillageCounts
    areas: list[Area]
    reports: list[VillageYear]
    causes: Counter[str]
    attributes: Counter[str]
    by_year: list[tuple[int, int]]


def village_page(village: Area, asked: Asked, areas: list[Area]) -> VillagePage:
    """Everything on a village's page; eight queries."""
    counts = _counts(village.code, asked, {village.code: village})[village.code]
    standing = Q(closed_on=None) | Q(closed_on__gt=asked.day)
    poor = Household.objects.in_areas((village.code,)).filter(standing, has_status("registered", asked.day))
    return VillagePage(
        counts,
        areas,
        list(VillageYear.objects.filter(area=village).order_by("-year")),
        _counted(poor, "cause_main"),
        _counted(poor, "attribute"),
        _by_year(village.code, asked.year),
    )


def year_chart(page: VillagePage) -> dict[str, Any]:
    """ECharts option: households on the register at the end of each year, and what the village reports as income."""
    years = sorted({year for year, _count in page.by_year} | {report.year for report in page.reports})
    poor = dict(page.by_year)
    incomes = {report.year: report.per_capita_income for report in page.reports if report.per_capita_income is not None}
    line = [float(incomes[year]) if year in incomes else None for year in years]
    return {
        "color": ["#b4261e", "#47617d"],
        "tooltip": {"trigger": "axis"},
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 8, "top": 36, "bottom": 36, "containLabel": True},
        "xAxis": {"type": "category", "data": [str(year) for year in years]},
        "yAxis": [
            {"type": "value", "name": _("households"), "minInterval": 1, "nameTextStyle": {"align": "left"}},
            {
                "type": "value",
                "name": _("yuan per person"),
                "splitLine": {"show": False},
                "nameTextStyle": {"align": "right"},
            },
        ],
        "series": [
            {
                "type": "bar",
                "name": _("Households on the register"),
                "barMaxWidth": 40,
                "data": [poor.get(y) for y in years],
            },
            {"type": "line", "name": _("Per-capita income as reported"), "yAxisIndex": 1, "data": line},
        ],
    }


def _counted(households: Any, column: str) -> Counter[str]:
    rows = households.order_by().values_list(column).annotate(n=Count("pk"))
    return Counter(dict(rows))


def _by_year(village_code: str, until: int) -> list[tuple[int, int]]:
    """Households of the village on the register at the end of each year from the first registration on; one query."""
    columns = ("household_id", "registered_on", "exited_on", "household__closed_on")
    spells = [
        (pk, since, min(filter(None, (exited_on, closed_on)), default=None))
        for pk, since, exited_on, closed_on in RegisterSpell.objects.in_areas((village_code,)).values_list(*columns)
    ]
    if not spells:
        return []
    today = timezone.localdate()
    ends = [min(date(year, 12, 31), today) for year in range(min(s[1] for s in spells).year, until + 1)]
    return [
        (day.year, len({pk for pk, since, until in spells if since <= day and (until is None or until > day)}))
        for day in ends
    ]
