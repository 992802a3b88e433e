"""Template tags of publicity."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma

from jingzhun.journal.rules.labels import action_label

register = template.Library()


@register.filter
def counted(number: int | None) -> str:
    """A public number; an asterisk where it is left out."""
    return "*" if number is None else intcomma(number)


@register.filter
def of(values: Mapping[str, Any], key: str) -> Any:
    """A value by its key, None where there is none."""
    return values.get(key)


@register.filter
def action(name: str) -> str:
    """What an action is called."""
    return action_label(name)
