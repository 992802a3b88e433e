"""The headline: the situation in one sentence, each number leading to its list."""

from collections.abc import Callable
from string import Formatter
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from . import words
from .report import Report

Say = Callable[[str, str], Any]


def sentence(report: Report) -> str:
    """The headline as plain text."""
    return _pattern(report).format(**_parts(report, lambda text, url: text))


def spans(report: Report) -> list[tuple[str, bool]]:
    """The headline in pieces, each a number (true) or words."""
    parts = _parts(report, lambda text, url: text)
    pieces: list[tuple[str, bool]] = []
    for words_before, name, _format, _conversion in Formatter().parse(_pattern(report)):
        pieces.append((words_before, False))
        if name:
            pieces.append((parts[name], name != "area"))
    return [(text, is_number) for text, is_number in pieces if text]


def linked_sentence(report: Report) -> Any:
    """The headline as markup: numbers stand out, and each that has a list is a link."""
    return format_html(_pattern(report), **_parts(report, _link))


def facts(report: Report) -> list[tuple[str, str, str]]:
    """Label, value and list of what the headline rests on."""
    total, links = report.total, report.links
    rows = [
        (_("Rural persons"), words.number(total.persons), links.households()),
        (_("Rural households"), words.number(total.households), links.households()),
    ]
    if not report.is_village:
        rows.append((_("Villages"), words.number(report.found.villages), links.villages()))
    line = _("%(line)s yuan (income of %(year)s)") % {
        "line": words.number(report.found.line),
        "year": report.found.asked.income_year,
    }
    rows.append((_("Poverty line"), line if report.found.line is not None else "–", ""))
    income = _("%(amount)s yuan (incomes of %(households)s households)") % {
        "amount": words.number(total.per_capita),
        "households": words.number(total.surveyed),
    }
    rows.append((_("Net income per person"), "–" if total.per_capita is None else income, ""))
    return rows


def change(report: Report) -> str:
    """What became of the poor since the year before; empty for the first year."""
    if not report.fallen:
        return ""
    year = report.found.year - 1
    if report.fallen > 0:
        return _("%(number)s poor persons fewer than at the end of %(year)s.") % {
            "number": words.number(report.fallen),
            "year": year,
        }
    return _("%(number)s poor persons more than at the end of %(year)s.") % {
        "number": words.number(-report.fallen),
        "year": year,
    }


def _pattern(report: Report) -> str:
    if not report.is_village:
        return _(
            "{area} has {villages} poor villages and {households} poor households with {persons} poor persons;"
            " the incidence of poverty is {incidence}."
        )
    if report.found.poor_villages:
        return _(
            "{area} is a poor village, with {households} poor households and {persons} poor persons;"
            " the incidence of poverty is {incidence}."
        )
    return _(
        "{area} is not on the list of poor villages; it has {households} poor households with {persons} poor persons,"
        " an incidence of poverty of {incidence}."
    )


def _parts(report: Report, say: Say) -> dict[str, Any]:
    total, poor = report.total, report.links.poor()
    return {
        "area": report.area.short_name,
        "villages": say(words.number(report.found.poor_villages), report.links.villages(poor="yes")),
        "households": say(words.number(total.poor_households), poor),
        "persons": say(words.number(total.poor_persons), poor),
        "incidence": say(words.percent(total.incidence), poor),
    }


def _link(text: str, url: str) -> Any:
    if not url:
        return format_html('<strong class="lead-number">{}</strong>', text)
    return format_html('<a class="lead-number" href="{}">{}</a>', url, text)
