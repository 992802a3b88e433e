"""Pictures of scores: who stands where, and how it went over the years."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jingzhun.assessment.models import Score
from jingzhun.policy.charts import DONE, GOAL, PLANNED, Chart

ROW, AROUND = 26, 70


def ranking_chart(scores: Sequence[Score], opened: set[int]) -> Chart | None:
    """A bar for each, the best on top; a bar opens the score where the user may (`opened`)."""
    if not scores:
        return None
    bars = [{"value": float(each.total), "url": address_of(each) if each.pk in opened else "",
             "itemStyle": {"color": GOAL if each.vetoed else DONE}} for each in scores]  # fmt: skip
    option: dict[str, Any] = {
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "grid": {"left": 8, "right": 32, "top": 8, "bottom": 24, "containLabel": True},
        "xAxis": {"type": "value", "min": 0},
        "yAxis": {"type": "category", "inverse": True, "data": [each.name for each in scores]},
        "series": [{"type": "bar", "name": _("Total"), "data": bars, "barMaxWidth": 18,
                    "label": {"show": True, "position": "insideRight", "color": "#fff"}}],
    }  # fmt: skip
    rows = [[each.rank, each.name, each.total] for each in scores]
    return Chart(option, [_("Rank"), _("Who is judged"), _("Total")], rows, AROUND + ROW * len(scores))


def trend_chart(scores: Sequence[Score]) -> Chart | None:
    """Totals over the years; None for a single one."""
    if len(scores) < 2:
        return None
    years = [str(each.scoring.year) for each in scores]
    option: dict[str, Any] = {
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": years},
        "yAxis": {"type": "value", "min": 0},
        "series": [{"type": "line", "name": _("Total"), "itemStyle": {"color": DONE}, "lineStyle": {"color": PLANNED},
                    "data": [{"value": float(each.total), "url": address_of(each)} for each in scores]}],
    }  # fmt: skip
    rows = [
        [format_html('<a href="{}">{}</a>', address_of(each), each.scoring.year), each.total, each.rank]
        for each in scores
    ]
    return Chart(option, [_("Year"), _("Total"), _("Rank")], rows, 220)


def address_of(score: Score) -> str:
    """The page of a score."""
    return reverse("assessment:score", args=[score.pk])
