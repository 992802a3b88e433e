"""The situation on A4: a typst template, its data passed as JSON, never as source."""

import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.registry.queries.situation import Place

from . import lead, tiles, words
from .report import Figure, Report

TEMPLATE = Path(__file__).with_name("report.typ")


def report_pdf(report: Report) -> bytes:
    """The report as PDF in the language of the screen."""
    fonts = [str(pylopdf_fonts_zh_cn.sans_path().parent)]
    inputs = {"data": json.dumps(report_data(report), ensure_ascii=False)}
    return typst.compile(str(TEMPLATE), font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)


def report_data(report: Report) -> dict[str, Any]:
    """What the template sets: texts, and numbers for the lengths of bars."""
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": report.title,
        "sentence": lead.spans(report),
        "change": lead.change(report),
        "facts": [[label, value] for label, value, _url in lead.facts(report)],
        "places": _places(report.places, report.places_title),
        "tiles": _tiles(report),
        "bars": [
            _bars(_("Poor households by main cause"), report.causes),
            _bars(_("By the county's own causes"), report.county_causes),
            _bars(_("Poor households by attribute"), report.attributes),
        ],
        "incomes": _incomes(report),
        "sizes": _sizes(report),
        "ages": _ages(report),
        "gaps": _gaps(report),
        "years": _years(report),
        "villages": _places(report.villages, _("Villages")) if report.villages != report.places else None,
        "footer": _("Counted in the register on %(day)s; printed on %(today)s")
        % {"day": report.found.asked.day.isoformat(), "today": timezone.localdate().isoformat()},
    }


def _places(places: tuple[Place, ...], title: str) -> dict[str, Any]:
    heads = [_("Area"), _("Poor villages"), _("Households"), _("Persons"), _("Poor households"), _("Poor persons"),
             _("Incidence"), _("Net income per person")]  # fmt: skip
    most = max((float(place.tally.incidence or 0) for place in places), default=0.0) or 1.0
    return {"title": title, "heads": heads, "rows": [_place(place, most) for place in places]}


def _place(place: Place, most: float) -> dict[str, Any]:
    tally = place.tally
    counted = (tally.households, tally.persons, tally.poor_households, tally.poor_persons)
    if place.is_village:
        poor = "●" if place.is_poor_village else ""
    else:
        poor = f"{place.poor_villages} / {place.villages}" if place.villages else ""
    return {
        "name": place.name or _("in no group"),
        "poor": poor,
        "numbers": [words.number(value) for value in counted],
        "incidence": words.percent(tally.incidence),
        "length": float(tally.incidence or 0) / most,
        "income": words.number(tally.per_capita),
    }


def _tiles(report: Report) -> dict[str, Any]:
    towns = [
        {
            "name": town.place.name if town.url else "",
            "incidence": words.percent(town.place.tally.incidence),
            "tiles": [
                {
                    "name": tile.place.name,
                    "value": words.percent(tile.place.tally.incidence),
                    "step": tile.step,
                    "poor": tile.place.is_poor_village,
                }
                for tile in town.tiles
            ],
        }
        for town in tiles.tile_map(report)
    ]
    legend = [{"step": step, "text": text} for step, text in tiles.legend(report)]
    return {"title": _("Incidence by village"), "towns": towns, "legend": legend, "poor": _("poor village")}


def _bars(title: str, rows: list[Figure]) -> dict[str, Any]:
    most = max((row.tally.poor_households for row in rows), default=0) or 1
    return {
        "title": title,
        "rows": [
            {
                "label": row.label,
                "length": row.tally.poor_households / most,
                "number": words.number(row.tally.poor_households),
                "share": words.percent(row.share_of_poor),
            }
            for row in rows
        ],
    }


def _incomes(report: Report) -> dict[str, Any]:
    rows = report.incomes
    most = max((row.tally.households for row in rows), default=0) or 1
    return {
        "title": _("Households by net income per person, in yuan"),
        "columns": [
            {
                "label": row.label.split("–")[0],
                "poor": row.tally.poor_households / most,
                "others": (row.tally.households - row.tally.poor_households) / most,
                "number": words.number(row.tally.households),
            }
            for row in rows
        ],
        "line": report.line_position,
        "line_text": _("poverty line %(line)s yuan") % {"line": words.number(report.found.line)},
        "legend": [_("On the register"), _("Not on the register")],
    }


def _sizes(report: Report) -> dict[str, Any]:
    return {
        "title": _("Households by size"),
        "legend": [_("Poor households"), _("All households")],
        "rows": [
            {
                "label": row.label,
                "poor": float(row.share_of_poor or 0),
                "all": float(row.share_of_all or 0),
                "poor_text": words.percent(row.share_of_poor),
                "all_text": words.percent(row.share_of_all),
            }
            for row in report.sizes
        ],
    }


def _ages(report: Report) -> dict[str, Any]:
    return {
        "title": _("Persons by age and sex"),
        "sides": [_("Men"), _("Women")],
        "legend": [_("Poor"), _("All")],
        "rows": [
            {
                "label": men.label,
                "men": [float(men.share_of_poor or 0), float(men.share_of_all or 0)],
                "women": [float(women.share_of_poor or 0), float(women.share_of_all or 0)],
            }
            for men, women in reversed(report.ages)
        ],
    }


def _gaps(report: Report) -> dict[str, Any]:
    heads = [_("Not met"), _("Poor households"), _("Share"), _("All households"), _("Share"), _("Not known")]
    rows = [
        [
            gap.label,
            words.number(gap.unmet.tally.poor_households),
            words.percent(gap.unmet.share_of_poor),
            words.number(gap.unmet.tally.households),
            words.percent(gap.unmet.share_of_all),
            words.number(gap.unknown.tally.households),
        ]
        for gap in report.gaps
    ]
    return {"title": _("Two no-worries and three guarantees: households that lack them"), "heads": heads, "rows": rows}


def _years(report: Report) -> dict[str, Any] | None:
    years = [each.year for each in report.years]
    if len(years) < 2:
        return None
    most = max(year.poor_persons for year in years) or 1
    return {
        "title": _("Poor persons at the end of each year"),
        "rows": [
            {
                "label": str(year.year),
                "length": year.poor_persons / most,
                "number": words.number(year.poor_persons),
                "share": words.percent(year.incidence),
            }
            for year in years
        ],
    }
