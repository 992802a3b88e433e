"""Template tags of the county situation."""

from decimal import Decimal
from typing import Any

from django import template

from jingzhun.web.situation import words
from jingzhun.web.situation.charts import linked as linked_number
from jingzhun.web.situation.report import Figure

register = template.Library()


@register.filter
def grouped(value: int) -> str:
    """A number with thousands separators."""
    return words.number(value)


@register.filter
def width(row: Figure, rows: list[Figure]) -> str:
    """A bar's width in percent of the longest among its rows."""
    most = max(each.tally.poor_households for each in rows)
    return f"{row.tally.poor_households / most * 100:.1f}" if most else "0"


@register.filter
def hundred(fraction: Decimal | None) -> str:
    """A fraction as a width in percent."""
    return f"{(fraction or 0) * 100:.1f}"


@register.simple_tag
def linked(value: int, url: str) -> Any:
    """A number that leads to its list."""
    return linked_number(value, url)
