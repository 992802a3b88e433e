"""Charts of the quality checks, as options of ECharts, with the same numbers as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.registry.checks import Severity

LABELS: dict[str, str | Promise] = {
    Severity.ERROR: _("errors"),
    Severity.WARNING: _("warnings"),
    Severity.HINT: _("hints"),
}
COLOURS = {Severity.ERROR: "#c8473d", Severity.WARNING: "#c0913a", Severity.HINT: "#6f93b8"}
SHOWN = 20


@dataclass(frozen=True)
class Chart:
    """What `web/chart.html` draws."""

    option: dict[str, Any]
    heads: list[str]
    rows: list[list[Any]]
    height: int = 280


def area_chart(counts: Sequence[tuple[Area, Mapping[str, int]]], address: str) -> Chart | None:
    """Open findings by area, the most at the top; a bar opens its area. `address` ends where the code follows."""
    shown = [(area, numbers) for area, numbers in counts[:SHOWN] if sum(numbers.values())]
    if not shown:
        return None
    upwards = shown[::-1]
    series = [
        {
            "type": "bar",
            "stack": "all",
            "name": str(LABELS[severity]),
            "itemStyle": {"color": COLOURS[severity]},
            "data": [{"value": numbers[severity], "url": f"{address}{area.code}"} for area, numbers in upwards],
        }
        for severity in Severity
    ]
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [area.short_name for area, _numbers in upwards]},
        "series": series,
    }
    rows = [[area.short_name, *(numbers[severity] for severity in Severity)] for area, numbers in counts]
    return Chart(option, _heads(_("area")), rows, max(200, 32 * len(shown) + 70))


def trend_chart(days: Mapping[date, Mapping[str, int]]) -> Chart | None:
    """Open findings by day."""
    if not days:
        return None
    series = [
        {
            "type": "line",
            "name": str(LABELS[severity]),
            "itemStyle": {"color": COLOURS[severity]},
            "lineStyle": {"color": COLOURS[severity]},
            "data": [[day.isoformat(), numbers[severity]] for day, numbers in days.items()],
        }
        for severity in Severity
    ]
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": series,
    }
    rows = [[day.isoformat(), *(numbers[severity] for severity in Severity)] for day, numbers in days.items()]
    return Chart(option, _heads(_("day")), rows)


def _heads(first: str | Promise) -> list[str]:
    return [str(first), *(str(LABELS[severity]) for severity in Severity)]
