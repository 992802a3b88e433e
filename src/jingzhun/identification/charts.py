"""Charts of identification, as options of ECharts, with the same numbers as tables."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.areas.models import Area
from jingzhun.procedure.rules import State

from .links import address
from .models import Round
from .queries.rounds import Progress

CALM, GOOD, POOR, GREY = "#6f93b8", "#3f7f6b", "#c8473d", "#b9bec5"
SHOWN = 24


@dataclass(frozen=True)
class Chart:
    """What `web/chart.html` draws."""

    option: dict[str, Any]
    heads: list[str]
    rows: list[list[Any]]
    height: int


def funnel_chart(round_: Round, area: Area, found: Progress) -> Chart | None:
    """How many cases came to each step or further; a bar opens those that stand there."""
    if not found.whole.applications:
        return None
    rows = found.steps
    bars = [
        {
            "value": row.reached,
            "label": {"formatter": f"{row.reached:,}"},
            "url": address("identification:cases", round=round_.pk, area=area.code, step=row.step.name),
        }
        for row in rows
    ]
    registered = address("identification:cases", round=round_.pk, area=area.code, state=State.PASSED.value)
    ended = {
        "value": found.whole.registered,
        "label": {"formatter": f"{found.whole.registered:,}"},
        "url": registered,
        "itemStyle": {"color": GOOD},
    }
    labels = [str(row.step.label) for row in rows] + [_("On the register")]
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {"left": 20, "right": 48, "top": 8, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1, "splitLine": {"show": False}, "axisLabel": {"show": False}},
        "yAxis": {"type": "category", "inverse": True, "data": labels, "axisLine": {"show": False}},
        "series": [
            {
                "type": "bar",
                "name": _("Came as far or further"),
                "data": [*bars, ended],
                "itemStyle": {"color": CALM},
                "label": {"show": True, "position": "right"},
                "barMaxWidth": 18,
            }
        ],
    }
    table = [[str(row.step.label), row.reached, row.here] for row in rows]
    return Chart(option, [_("Step"), _("Came as far or further"), _("Stand here")], table, 30 * len(labels) + 30)


def places_chart(round_: Round, found: Progress) -> Chart | None:
    """Applications by town or village: under way, registered, refused, withdrawn."""
    places = sorted((each for each in found.places if each.applications), key=lambda each: -each.applications)[:SHOWN]
    if len(places) < 2:
        return None
    kinds = (
        (_("under way"), "under_way", CALM),
        (_("registered"), "registered", GOOD),
        (pgettext("case", "refused"), "refused", POOR),
        (_("withdrawn"), "withdrawn", GREY),
    )
    here = address("identification:round", round_.pk)
    upwards = places[::-1]
    series = [
        {
            "type": "bar",
            "stack": "all",
            "name": label,
            "itemStyle": {"color": colour},
            "barMaxWidth": 18,
            "data": [{"value": getattr(each, name), "url": f"{here}?area={each.area.code}"} for each in upwards],
        }
        for label, name, colour in kinds
    ]
    option = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "legend": {"top": 0},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [each.area.short_name for each in upwards]},
        "series": series,
    }
    rows = [[each.area.short_name, *(getattr(each, name) for _label, name, _colour in kinds)] for each in places]
    return Chart(option, [_("Area"), *(label for label, _name, _colour in kinds)], rows, 28 * len(places) + 80)
