"""Words of scores in templates."""

from django import template

from jingzhun.assessment.words import TONES, band_label, figure_label, unit_label

register = template.Library()


@register.filter
def band(name: str) -> str:
    """A band in words."""
    return band_label(name)


@register.filter
def band_tone(name: str) -> str:
    """The colour of a band."""
    return TONES.get(name, "red")


@register.filter
def figure(name: str) -> str:
    """A figure in words."""
    return figure_label(name)


@register.filter
def unit(name: str) -> str:
    """A unit in words."""
    return unit_label(name)
