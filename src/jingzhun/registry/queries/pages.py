"""What the household page shows, today or on a past day, in a bounded number of queries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.queries import path
from jingzhun.areas.rules import Level
from jingzhun.parameters.queries import dated_values
from jingzhun.registry.models import Household, Member, Photo, Survey
from jingzhun.registry.models.survey import INCOMES, TRANSFERS
from jingzhun.registry.readable import field_label, field_text
from jingzhun.registry.rules.guarantees import SCHOOL_FROM, SCHOOL_UNTIL, Guarantee, guarantees
from jingzhun.registry.sections import COMPUTED_INCOMES, SURVEY_SECTIONS

from .past import HouseholdAt, household_at, is_present

SOURCES = ("income_wage", "income_production", "income_property")


@dataclass(frozen=True)
class HouseholdPage(HouseholdAt):
    """Everything on the page; `members` are those present on the day, `former` those who left before."""

    is_past: bool
    areas: list[Area]
    former: list[Member]
    photos: list[Photo]
    lines: dict[int, Decimal]
    guarantees: list[Guarantee]

    @property
    def line(self) -> Decimal | None:
        return self.lines.get(self.survey.year) if self.survey else None

    @property
    def below_line(self) -> bool | None:
        """Whether the latest known income lies below that year's line."""
        if self.survey is None or self.survey.per_capita is None or self.line is None:
            return None
        return self.survey.per_capita < self.line

    @property
    def gap(self) -> Decimal | None:
        """Yuan per person between income and line, never negative."""
        if self.survey is None or self.survey.per_capita is None or self.line is None:
            return None
        return abs(self.survey.per_capita - self.line)

    @property
    def place(self) -> list[Area]:
        """Town, village and group."""
        return [area for area in self.areas if area.level in (Level.TOWN, Level.VILLAGE, Level.GROUP)]


def household_page(household: Household, day: date | None = None) -> HouseholdPage:
    """The page of a household, on a past day if one is given."""
    today = timezone.localdate()
    if day is not None and day < today:
        at = household_at(household, day)
        shown, members, former, spells, surveys = at.household, at.members, [], at.spells, at.surveys
        since = at.since
    else:
        everybody = list(household.members.order_by())
        shown, day = household, today
        members = [member for member in everybody if is_present(member, today)]
        former = [member for member in everybody if not is_present(member, today)]
        spells = list(household.spells.order_by())
        surveys = list(household.surveys.order_by("-year"))
        since = min((member.joined_on for member in everybody), default=None)
    known = dated_values(("poverty_line", SCHOOL_FROM, SCHOOL_UNTIL), shown.area_id)
    found = {survey.year: known.poverty_line(survey.year) for survey in surveys}
    lines = {year: line for year, line in found.items() if line is not None}
    ages = {name: age for name in (SCHOOL_FROM, SCHOOL_UNTIL) if (age := known.on(name, day)) is not None}
    latest = surveys[0] if surveys else None
    return HouseholdPage(
        day=day,
        is_past=day < today,
        household=shown,
        areas=_areas(household, shown.area_id),
        members=sorted(members, key=lambda member: (member.relation != "head", member.number)),
        former=sorted(former, key=lambda member: member.number),
        spells=sorted(spells, key=lambda spell: spell.registered_on),
        surveys=surveys,
        since=since,
        photos=list(household.photos.filter(removed_at=None, taken_on__lte=day)),
        lines=lines,
        guarantees=guarantees(members, latest, lines.get(latest.year) if latest else None, day, ages),
    )


def _areas(household: Household, code: str) -> list[Area]:
    """Areas from the town or above down to the household's; no query while it lives where it lived."""
    if code != household.area_id:
        return path(code)
    areas: list[Area] = []
    area: Area | None = household.area
    while area is not None:
        areas.append(area)
        area = area.parent if area.level in (Level.GROUP, Level.VILLAGE) else None
    return areas[::-1]


def survey_table(surveys: list[Survey]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Sections of rows (label, one text per survey); rows that no survey filled are left out."""
    sections = []
    for title, names in SURVEY_SECTIONS:
        fields = (*names, *COMPUTED_INCOMES) if "income_wage" in names else names
        rows = []
        for name in fields:
            cells = [field_text("survey", name, getattr(survey, name)) for survey in surveys]
            if any(cells):
                rows.append((field_label("survey", name), cells))
        if rows:
            sections.append((str(title), rows))
    return sections


def income_chart(surveys: list[Survey], lines: dict[int, Decimal]) -> dict[str, Any]:
    """ECharts option: income per person stacked by source, expenses below zero, the income and the line as lines."""
    counted = [survey for survey in reversed(surveys) if survey.members_counted]
    years = [str(survey.year) for survey in counted]

    def bar(name: str, amounts: list[float | None]) -> dict[str, Any]:
        return {"type": "bar", "stack": "income", "name": name, "data": amounts, "barMaxWidth": 48}

    series = [bar(field_label("survey", name), _per_head(counted, (name,))) for name in SOURCES]
    series.append(bar(_("Transfers"), _per_head(counted, TRANSFERS)))
    series.append(bar(_("Expenses"), [-(value or 0) for value in _per_head(counted, ("expense_production",))]))
    income = [float(survey.per_capita) if survey.per_capita is not None else None for survey in counted]
    drawn = [float(lines[survey.year]) if survey.year in lines else None for survey in counted]
    series.append({"type": "line", "name": _("Per-capita net income"), "data": income, "symbolSize": 8, "z": 5})
    dashed = {"type": "dashed", "width": 2, "color": "#b4261e"}
    series.append({"type": "line", "name": _("Poverty line"), "data": drawn, "symbol": "none", "lineStyle": dashed,
                   "itemStyle": {"color": "#b4261e"}, "z": 6})  # fmt: skip
    return {
        "color": ["#47617d", "#3f7f6b", "#b98a2f", "#76559a", "#c4c9cf", "#e08a1e"],
        "tooltip": {"trigger": "axis"},
        "legend": {"bottom": 0, "type": "scroll"},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 36, "containLabel": True},
        "xAxis": {"type": "category", "data": years},
        "yAxis": {"type": "value", "name": _("yuan per person"), "nameTextStyle": {"align": "left"}},
        "series": series,
    }


def _per_head(surveys: list[Survey], names: tuple[str, ...]) -> list[float | None]:
    amounts: list[float | None] = []
    for survey in surveys:
        known = [getattr(survey, name) for name in names if getattr(survey, name) is not None]
        amounts.append(round(float(sum(known)) / (survey.members_counted or 1), 2) if known else None)
    return amounts


assert set(SOURCES) | set(TRANSFERS) == set(INCOMES)  # noqa: S101 - a new source of income must be drawn too
