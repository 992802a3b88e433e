"""Words of management in templates."""

from django import template
from django.utils.translation import pgettext

from jingzhun.management.kinds import label
from jingzhun.management.rules.projects import Standing

register = template.Library()
TONES = {Standing.RED: "red", Standing.YELLOW: "orange", Standing.GREEN: "green", Standing.DONE: "green"}


@register.filter
def project_kind(code: str) -> str:
    """A kind of project in words."""
    return label(code)


@register.filter
def kind_names(codes: list[str]) -> str:
    """Kinds of projects in words."""
    return pgettext("between words", ", ").join(label(code) for code in codes)


@register.filter
def tone(standing: Standing) -> str:
    """The colour in which a standing is shown."""
    return TONES[standing]
