"""Template tags of the screens of evaluation, audit and review."""

from typing import Any

from django import template
from django.utils.translation import get_language

from jingzhun.identification import links, rules

register = template.Library()


@register.simple_tag
def way_to(name: str, *args: Any, **query: Any) -> str:
    """A screen's address with a query string; empty where there is no such screen."""
    return links.address(name, *args, **query)


@register.filter
def red_line(code: str) -> str:
    """A red line in the language of the screen."""
    line = rules.red_line(code)
    return code if line is None else in_words(line)


@register.filter
def in_words(named: Any) -> str:
    """Something that the data names in both languages."""
    return named.en if (get_language() or "").startswith("en") else named.zh


@register.filter
def share_of(part: int, whole: int) -> str:
    """A part as a percentage with one decimal; a dash for a part of nothing."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


@register.filter
def as_percent(fraction: Any) -> str:
    return "–" if fraction is None else f"{100 * float(fraction):.1f} %"
