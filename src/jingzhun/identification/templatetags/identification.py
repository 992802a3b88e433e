"""Template tags of identification's screens."""

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from jingzhun.identification import links, tables
from jingzhun.identification.rules import RedLine
from jingzhun.procedure.rules import LIVE

register = template.Library()


@register.simple_tag
def address(name: str, *args: Any, **query: Any) -> str:
    """A screen's address with a query string; empty where there is no such screen."""
    return links.address(name, *args, **query)


@register.filter
def step_badge(case: Any) -> SafeString:
    """The step at which a case stands, with its state where that is not simply under way."""
    return tables.step_badge(case)


@register.filter
def due_badge(case: Any) -> str | SafeString:
    """The last day of a case's step, marked when it has passed."""
    return tables.due_badge(case.due_on, case.state, timezone.localdate()) if case.state in LIVE else ""


@register.filter
def in_words(line: RedLine | None) -> str:
    """A red line in the language of the screen."""
    if line is None:
        return ""
    return line.en if (get_language() or "").startswith("en") else line.zh


@register.filter
def lookup(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key, "")
