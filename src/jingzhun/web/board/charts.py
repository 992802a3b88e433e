"""Charts of the board."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.policy.charts import Chart

from .figures import Figure
from .period import Period

COLOURS = ("#3f7f6b", "#c8473d", "#5b7fa6")
SHOWN = ("visits", "measures", "paid")


def trend(periods: Sequence[Period], figures: Sequence[Sequence[Figure]]) -> Chart | None:
    """How visits, measures and payments went, period by period; a bar or a point opens the report of its period."""
    known = {figure.name: figure for each in figures for figure in each}
    names = [name for name in SHOWN if name in known]
    if not names:
        return None
    totals = {name: [_total(each, name) for each in figures] for name in names}
    series = [_series(str(known[name].label), colour, totals[name], periods, line=name == "paid")
              for name, colour in zip(names, COLOURS, strict=False)]  # fmt: skip
    option = {
        "tooltip": {"trigger": "axis"},
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [each.label for each in periods]},
        "yAxis": [{"type": "value", "minInterval": 1}, {"type": "value", "splitLine": {"show": False}}],
        "series": series,
    }
    heads = [_("Period"), *(str(known[name].label) for name in names)]
    rows = [[each.label, *(f"{totals[name][at]:,.0f}" for name in names)] for at, each in enumerate(periods)]
    return Chart(option, heads, rows)


def _series(
    label: str, colour: str, totals: Sequence[float], periods: Sequence[Period], *, line: bool
) -> dict[str, Any]:
    data = [{"value": value, "url": f"?period={each.code}"} for value, each in zip(totals, periods, strict=True)]
    kind, axis = ("line", 1) if line else ("bar", 0)
    return {"type": kind, "name": label, "data": data, "yAxisIndex": axis, "itemStyle": {"color": colour},
            "barMaxWidth": 18}  # fmt: skip


def _total(figures: Sequence[Figure], name: str) -> float:
    return next((float(figure.total) for figure in figures if figure.name == name), 0.0)
