"""Template tags of the register's screens."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import pgettext

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.methods.shares import percent
from jingzhun.registry import dictionary
from jingzhun.registry.models import Household
from jingzhun.registry.panels import panels_of
from jingzhun.registry.readable import field_label, field_text, spoken
from jingzhun.registry.rules.guarantees import age_on

register = template.Library()
register.filter("percent", percent)


@register.filter
def code(value: str | None, code_list: str) -> str:
    """Label of a stored code: `{{ member.relation|code:"relation" }}`."""
    return dictionary.label(code_list, value)


@register.filter
def codes(values: list[str] | None, code_list: str) -> str:
    return pgettext("between words", ", ").join(dictionary.label(code_list, value) for value in values or ())


@register.simple_tag
def shown(sheet: str, name: str, value: Any) -> str:
    """A column's value as a reader reads it, personal numbers masked."""
    return field_text(sheet, name, value)


@register.simple_tag
def column_label(sheet: str, name: str) -> str:
    return field_label(sheet, name)


@register.simple_tag
def revealed(numbers: dict[str, dict[str, str]], number: str, name: str) -> str:
    """A personal number that was asked for on this page, else the empty text."""
    return numbers.get(number, {}).get(name, "")


@register.simple_tag
def town_of(towns: dict[str, str], village: Area) -> str:
    """Name of the town that a village lies in."""
    return towns.get(village.code[: Level.TOWN.digits], "")


@register.filter
def age(born: date | None, day: date) -> int | str:
    return age_on(born, day) if born else ""


@register.filter
def yuan(value: Decimal | None) -> str:
    return field_text("survey", "income_wage", value)


@register.filter
def fact(value: Any) -> str:
    """A village's fact: yes or no, a number, a day, a text."""
    return field_text("survey", "tap_water", value) if isinstance(value, bool) else spoken(value)


@register.simple_tag(takes_context=True)
def household_panels(context: dict[str, Any], household: Household) -> SafeString:
    """What the apps above the register show of a household."""
    request = context["request"]
    drawn = [render_to_string(name, values, request) for name, values in panels_of(request.user, household)]
    return mark_safe("".join(drawn))  # noqa: S308  # our own templates, which escape what they are given
