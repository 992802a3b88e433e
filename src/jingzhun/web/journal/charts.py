"""Decisions per day as an ECharts option, each bar leading to its list."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _


def per_day(days: Mapping[date, int]) -> dict[str, Any] | None:
    """For web/chart.html; nothing where there are fewer than two days."""
    if len(days) < 2:
        return None
    data = [{"value": number, "url": _url(day)} for day, number in days.items()]
    option: dict[str, Any] = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [{"type": "bar", "name": _("decisions"), "itemStyle": {"color": "#6f93b8"}, "data": data}],
    }
    rows = [
        [day.isoformat(), format_html('<a href="{}">{}</a>', _url(day), f"{number:,}")] for day, number in _newest(days)
    ]
    return {"option": option, "heads": [_("Day"), _("Decisions")], "rows": rows}


def _newest(days: Mapping[date, int]) -> list[tuple[date, int]]:
    return list(days.items())[::-1]


def _url(day: date) -> str:
    return f"{reverse('journal:entries')}?first={day.isoformat()}&last={day.isoformat()}"
