"""Charts of policy, as options of ECharts, with the same numbers as tables."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from jingzhun.methods.shares import percent

from .links import left_in
from .queries.plan import PlanPage, Step

PLANNED, DONE, GOAL = "#9aa7b5", "#3f7f6b", "#c8473d"


@dataclass(frozen=True)
class Chart:
    """What `web/chart.html` draws."""

    option: dict[str, Any]
    heads: list[str]
    rows: list[list[Any]]
    height: int = 300


def exits_chart(page: PlanPage, lists: bool) -> Chart | None:
    """Households that leave by year, planned beside what happened; a bar opens the households that left."""
    if page.shown is None:
        return None
    area, cells = page.shown.area.code, page.shown.cells
    planned = [cell.planned.households if cell.planned else None for cell in cells]
    actual = [
        {"value": cell.actual.households, "url": left_in(area, cell.year) if lists else ""} if cell.actual else None
        for cell in cells
    ]
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [str(cell.year) for cell in cells]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [
            {"type": "bar", "name": _("Planned"), "data": planned, "itemStyle": {"color": PLANNED}, "barMaxWidth": 28},
            {
                "type": "bar",
                "name": _("Left the register"),
                "data": actual,
                "itemStyle": {"color": DONE},
                "barMaxWidth": 28,
            },
        ],
    }
    heads = [_("Year"), _("Planned households"), _("Left the register"), _("Planned persons"), _("Persons who left")]
    rows = []
    for cell in cells:
        plan, done = cell.planned, cell.actual
        households: Any = done.households if done else "–"
        if done and lists:
            households = format_html('<a href="{}">{}</a>', left_in(area, cell.year), done.households)
        rows.append(
            [cell.year, plan.households if plan else "–", households, plan.persons if plan else "–",
             done.persons if done else "–"]
        )  # fmt: skip
    return Chart(option, heads, rows)


def way_chart(page: PlanPage) -> Chart | None:
    """The incidence at each year's end, by plan and really."""
    if not page.way:
        return None
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [str(step.year) for step in page.way], "boundaryGap": True},
        "yAxis": {"type": "value", "min": 0, "axisLabel": {"formatter": "{value} %"}},
        "series": [
            {
                "type": "line", "name": _("Planned"), "data": [_in_percent(step.planned) for step in page.way],
                "itemStyle": {"color": PLANNED}, "lineStyle": {"type": "dashed", "color": PLANNED},
            },
            {
                "type": "line", "name": _("Really"), "data": [_in_percent(step.actual) for step in page.way],
                "itemStyle": {"color": GOAL}, "lineStyle": {"color": GOAL},
            },
        ],
    }  # fmt: skip
    heads = [_("End of"), _("Planned incidence"), _("Incidence"), _("Planned to be left"), _("Poor persons")]
    return Chart(option, heads, [_way_row(step) for step in page.way])


def _way_row(step: Step) -> list[Any]:
    poor = "–" if step.poor_persons is None else step.poor_persons
    return [step.year, percent(step.planned), percent(step.actual), step.persons_left, poor]


def _in_percent(fraction: Any) -> float | None:
    return None if fraction is None else round(float(fraction) * 100, 2)
