"""Bands and figures in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from jingzhun.assessment.queries.figures import FIGURES

BANDS: dict[str, str | Promise] = {
    "excellent": pgettext_lazy("band", "excellent"),
    "good": pgettext_lazy("band", "good"),
    "fair": pgettext_lazy("band", "fair"),
    "poor": pgettext_lazy("band", "poor"),
}
UNITS: dict[str, str | Promise] = {
    "cases": pgettext_lazy("unit", "cases"),
    "points": pgettext_lazy("unit", "points"),
    "10,000 yuan": pgettext_lazy("unit", "ten thousand yuan"),
}
TONES = {"excellent": "green", "A": "green", "good": "teal", "B": "teal", "fair": "orange", "C": "orange"}


def band_label(band: str) -> str:
    """A band in the language of the screen; a county's own as it is written."""
    return str(BANDS.get(band, band))


def unit_label(unit: str) -> str:
    """A unit in the language of the screen; one of a county's own as it is written."""
    return str(UNITS.get(unit, unit))


def figure_label(name: str) -> str:
    return str(FIGURES[name].label) if name in FIGURES else name
