"""The report's charts as ECharts options. The first series is always the poor: red is theirs alone."""

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from jingzhun.registry.queries.situation import INCOME_STEP, INCOME_TOP

from . import words
from .report import Band, Figure, Report

PALE = {"color": "#93a4b6"}  # reads on light and dark ground; everybody, beside the poor
Option = dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A chart of the page with the same numbers as a table, each leading to its list."""

    id: str
    title: str
    option: Option | None
    heads: list[str]
    rows: list[list[Any]]
    height: int = 300


def income(report: Report) -> Chart | None:
    option = income_chart(report)
    if option is None:
        return None
    return Chart(
        "incomes",
        _("Households by net income per person, in yuan"),
        option,
        [_("Yuan per person"), _("Poor households"), _("All households")],
        [[row.label, *_both(row)] for row in report.incomes],
        320,
    )


def sizes(report: Report) -> Chart:
    heads = [_("Persons in the household"), _("Poor households"), _("Share"), _("All households"), _("Share")]
    rows = [_size_row(row) for row in report.sizes]
    return Chart("sizes", _("Households by size"), size_chart(report), heads, rows, 420)


def ages(report: Report) -> Chart:
    return Chart(
        "ages",
        _("Persons by age and sex"),
        age_chart(report),
        [_("Age"), _("Poor men"), _("All men"), _("Poor women"), _("All women")],
        [
            [men.label, *(linked(number, url) for band in (men, women) for number, url in _band_numbers(band))]
            for men, women in reversed(report.ages)
        ],
        420,
    )


def years(report: Report) -> Chart:
    """Poor persons by year; a single year makes no picture, only a row."""
    option = year_chart(report)
    return Chart(
        "years",
        _("Poor persons at the end of each year"),
        option,
        [_("Year"), _("Poor persons"), _("Rural persons"), _("Incidence")],
        [
            [
                str(each.year.year),
                linked(each.year.poor_persons, each.url),
                linked(each.year.persons, each.all_url),
                words.percent(each.year.incidence),
            ]
            for each in report.years
        ],
    )


def linked(value: int, url: str) -> Any:
    """A number that leads to its list."""
    text = words.number(value)
    return format_html('<a href="{}">{}</a>', url, text) if url and value else text


def _both(row: Figure) -> list[Any]:
    return [linked(row.tally.poor_households, row.url), linked(row.tally.households, row.all_url)]


def _size_row(row: Figure) -> list[Any]:
    poor, everybody = _both(row)
    return [row.label, poor, words.percent(row.share_of_poor), everybody, words.percent(row.share_of_all)]


def _band_numbers(band: Band) -> list[tuple[int, str]]:
    return [(band.poor, band.url), (band.persons, band.all_url)]


def income_chart(report: Report) -> Option | None:
    """Households by per-capita net income, the poor below the others, with the poverty line across."""
    rows = report.incomes
    if not rows:
        return None
    poor = [_item(row.tally.poor_households, row.url, _of(row)) for row in rows]
    others = [_item(row.tally.households - row.tally.poor_households, row.all_url, _of(row)) for row in rows]
    low = -INCOME_STEP * (len(rows) - INCOME_TOP - 1)
    ends = {"min": low, "max": low + INCOME_STEP * len(rows)}
    labels = {"showMaxLabel": False, "hideOverlap": True}
    scale = {"type": "value", "position": "bottom", "interval": 2 * INCOME_STEP, "axisLabel": labels, **ends}
    return {
        "tooltip": {"trigger": "item"},
        "legend": {"bottom": 0},
        "grid": {"left": 4, "right": 16, "top": 36, "bottom": 28, "containLabel": True},
        # Bars stand on categories; what is read below them is a scale in yuan, on which the line has its exact place.
        "xAxis": [
            {"type": "category", "data": [row.label for row in rows], "show": False},
            scale | {"splitLine": {"show": False}, "axisTick": {"show": True}, "axisLine": {"show": True}},
        ],
        "yAxis": {"type": "value", "name": _("households"), "minInterval": 1},
        "series": [
            {"type": "bar", "stack": "all", "name": _("On the register"), "barCategoryGap": "12%", "data": poor},
            {"type": "bar", "stack": "all", "name": _("Not on the register"), "itemStyle": PALE, "data": others},
            *_line_mark(report),
        ],
    }


def size_chart(report: Report) -> Option:
    """Shares of households by number of members: the poor against all."""
    labels = [words.short_size(size) for size in range(1, len(report.sizes) + 1)]
    return _shares(labels, _("persons"), report.sizes)


def age_chart(report: Report) -> Option:
    """The age pyramid: shares of persons by age, men to the left and women to the right, the poor before all."""
    ages = report.ages
    men, women = [pair[0] for pair in ages], [pair[1] for pair in ages]
    most = max((float(band.share_of_all or 0) for pair in ages for band in pair), default=0.0)
    most = max(most, *(float(band.share_of_poor or 0) for pair in ages for band in pair))
    end = 2 * (int(most * 50) + 1)
    text = {"formatter": "{value} %", "showMinLabel": False, "hideOverlap": True}
    axis = {"type": "value", "max": end, "interval": 2, "axisLabel": text}
    labels = {"type": "category", "data": [band.short for band in men], "axisLine": {"show": False}}
    return {
        "tooltip": {"trigger": "item"},
        "legend": {"bottom": 0, "data": [_("Poor"), _("All")]},
        "title": [_side(_("Men"), "30%"), _side(_("Women"), "78%")],
        # Both sides are equally wide, or their bars would not compare.
        "grid": [
            {"left": 48, "width": "40%", "top": 28, "bottom": 60},
            {"right": 10, "width": "40%", "top": 28, "bottom": 60},
        ],
        "xAxis": [axis | {"inverse": True}, axis | {"gridIndex": 1}],
        "yAxis": [
            labels | {"position": "left", "offset": 0},
            labels | {"gridIndex": 1, "axisLabel": {"show": False}},
        ],
        "series": [*_pyramid(men, 0), *_pyramid(women, 1)],
    }


def year_chart(report: Report) -> Option | None:
    """Poor persons at the end of each year, with the incidence above; None for a single year."""
    years = report.years
    if len(years) < 2:
        return None
    data = [
        _item(each.year.poor_persons, each.url, f"{each.year.year}: {words.number(each.year.poor_persons)}")
        | {"label": {"formatter": f"{words.number(each.year.poor_persons)}\n{words.percent(each.year.incidence)}"}}
        for each in years
    ]
    return {
        "tooltip": {"trigger": "item"},
        "grid": {"left": 4, "right": 4, "top": 48, "bottom": 4, "containLabel": True},
        "xAxis": {"type": "category", "data": [str(each.year.year) for each in years]},
        "yAxis": {"type": "value", "name": _("poor persons"), "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "name": _("Poor persons"),
                "barMaxWidth": 64,
                "label": {"show": True, "position": "top", "lineHeight": 17, "color": "inherit"},
                "data": data,
            }
        ],
    }


def _shares(labels: list[str], unit: str, rows: list[Figure]) -> Option:
    poor = [_item(_hundred(row.share_of_poor), row.url, _share_text(row)) for row in rows]
    everybody = [_item(_hundred(row.share_of_all), row.all_url, _share_text(row)) for row in rows]
    return {
        "tooltip": {"trigger": "item"},
        "legend": {"bottom": 0},
        "grid": {"left": 4, "right": 4, "top": 20, "bottom": 48, "containLabel": True},
        "xAxis": {
            "type": "category",
            "data": labels,
            "name": unit,
            "nameLocation": "middle",
            "nameGap": 28,
            "axisLabel": {"interval": 0},
        },
        "yAxis": {"type": "value", "axisLabel": {"formatter": "{value} %"}},
        "series": [
            {"type": "bar", "name": _("Poor households"), "barGap": "8%", "data": poor},
            {"type": "bar", "name": _("All households"), "itemStyle": PALE, "data": everybody},
        ],
    }


def _pyramid(bands: list[Band], axis: int) -> list[Option]:
    where = {"type": "bar", "xAxisIndex": axis, "yAxisIndex": axis}
    poor = [_item(_hundred(band.share_of_poor), band.url, _band_text(band)) for band in bands]
    everybody = [_item(_hundred(band.share_of_all), band.all_url, _band_text(band)) for band in bands]
    # The poor are drawn last, slimmer, before the pale bar of all.
    return [
        where | {"name": _("Poor"), "barWidth": "38%", "z": 3, "barGap": "-152.6%", "data": poor},
        where | {"name": _("All"), "barWidth": "78%", "itemStyle": PALE, "data": everybody},
    ]


def _line_mark(report: Report) -> list[Option]:
    """A vertical line at the poverty line, on an axis of its own that counts columns."""
    if report.found.line is None:
        return []
    text = _("poverty line %(line)s yuan") % {"line": words.number(report.found.line)}
    mark = {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": "#7d8590", "type": [5, 4], "width": 1.5},
        "label": {"formatter": text, "color": "#7d8590", "position": "end", "align": "left", "fontSize": 12},
        "data": [{"xAxis": float(report.found.line)}],
    }
    return [{"type": "line", "xAxisIndex": 1, "data": [], "markLine": mark, "legendHoverLink": False}]


def _item(value: float | None, url: str, text: str) -> Option:
    return {"value": value, "url": url, "tooltip": {"formatter": text}}


def _hundred(fraction: Any) -> float | None:
    return None if fraction is None else round(float(fraction) * 100, 2)


def _side(text: str, left: str) -> Option:
    return {
        "text": text,
        "left": left,
        "top": 0,
        "textAlign": "center",
        "textStyle": {"fontSize": 13, "fontWeight": 500},
    }


def _of(row: Figure) -> str:
    return "\n".join(
        [
            _("%(range)s yuan per person") % {"range": row.label},
            _("%(poor)s households on the register") % {"poor": words.number(row.tally.poor_households)},
            _("%(all)s households in all") % {"all": words.number(row.tally.households)},
        ]
    )


def _share_text(row: Figure) -> str:
    return "\n".join(
        [
            _("%(size)s persons") % {"size": row.label},
            f"{_('Poor households')}: {words.number(row.tally.poor_households)} ({words.percent(row.share_of_poor)})",
            f"{_('All households')}: {words.number(row.tally.households)} ({words.percent(row.share_of_all)})",
        ]
    )


def _band_text(band: Band) -> str:
    who = _("Men") if band.sex == "male" else _("Women")
    return "\n".join(
        [
            f"{who}, {band.label}",
            f"{_('Poor')}: {words.number(band.poor)} ({words.percent(band.share_of_poor)})",
            f"{_('All')}: {words.number(band.persons)} ({words.percent(band.share_of_all)})",
        ]
    )
