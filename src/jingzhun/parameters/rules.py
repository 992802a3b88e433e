"""What a value may be, where it may be set, and from when on it may hold."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jingzhun.areas.rules import LEVEL_OF, Level

from .dictionary import Kind

CHANGE_PARAMETERS = "parameters.change"

GROUPS: dict[str, str | Promise] = {
    "poverty": gettext_lazy("Poverty line and poor villages"),
    "procedure": gettext_lazy("Steps and notices"),
    "assistance": pgettext_lazy("parameters", "Assistance"),
    "management": pgettext_lazy("parameters", "Management"),
    "assessment": pgettext_lazy("parameters", "Assessment"),
    "public": gettext_lazy("Public website"),
    "map": gettext_lazy("Map of the situation"),
    "ages": gettext_lazy("Ages"),
    "checks": pgettext_lazy("parameters", "Quality checks"),
}
# What holds in a village is asked for its town: rounds, notices and steps have no values of single villages.
LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN)
FIRST_DAY, LAST_DAY = date(1949, 10, 1), date(2100, 12, 31)
PLACES = 4  # decimals that are kept
LONGEST_SOURCE = 300


@dataclass(frozen=True)
class Wanted:
    """A value that somebody wants to set: for which area, from which day, until when it no longer holds, by what."""

    name: str
    area_code: str
    value: Decimal
    valid_from: date
    source: str
    valid_until: date | None = None
    why: str = ""


def completed(kind: Kind, wanted: Wanted) -> Wanted:
    """A value of one year ends with it; texts lose the blanks around them."""
    until = wanted.valid_until
    if kind.yearly and until is None and wanted.valid_from.year < date.max.year:
        until = date(wanted.valid_from.year + 1, 1, 1)
    return replace(wanted, valid_until=until, source=wanted.source.strip(), why=wanted.why.strip())


def problems(kind: Kind, wanted: Wanted, today: date) -> dict[str, str]:
    """What is wrong with a value, by field; nothing when it can be set.

    A value that begins before today says again by what past years are judged: that needs a reason. Decisions that
    were taken stay as they are; each keeps the values that it was taken upon.
    """
    found = {
        "area": _area_problem(wanted.area_code),
        "value": _value_problem(kind, wanted.value),
        "valid_from": _start_problem(kind, wanted.valid_from),
        "valid_until": _end_problem(kind, wanted),
        "source": _source_problem(wanted.source),
        "why": ""
        if wanted.why or wanted.valid_from >= today
        else _("This day is past: say why the value changes afterwards."),
    }
    return {field: problem for field, problem in found.items() if problem}


def _area_problem(code: str) -> str:
    if LEVEL_OF.get(len(code)) not in LEVELS:
        return _("A value is set for a province, a city, a county or a town.")
    return ""


def _value_problem(kind: Kind, value: Decimal) -> str:
    if not value.is_finite() or not kind.least <= value <= kind.most:
        told = {"least": f"{kind.least:f}", "most": f"{kind.most:f}"}
        return _("The value lies between %(least)s and %(most)s.") % told
    if kind.whole and value != value.to_integral_value():
        return _("The value is a whole number.")
    if round(value, PLACES) != value:
        return _("The value has at most four decimals.")
    return ""


def _start_problem(kind: Kind, start: date) -> str:
    if not FIRST_DAY <= start <= LAST_DAY:
        return _("The day lies between 1949-10-01 and 2100-12-31.")
    if kind.yearly and (start.month, start.day) != (1, 1):
        return _("This is the value of a whole year: it begins on 1 January.")
    return ""


def _end_problem(kind: Kind, wanted: Wanted) -> str:
    until = wanted.valid_until
    if until is not None and until <= wanted.valid_from:
        return _("A value ends after the day on which it begins.")
    if kind.yearly and until != date(wanted.valid_from.year + 1, 1, 1):
        return _("This is the value of one year: it ends on 1 January of the next.")
    return ""


def _source_problem(source: str) -> str:
    if not source:
        return _("Name the document that sets the value.")
    if len(source) > LONGEST_SOURCE:
        return _("The source has at most 300 signs.")
    return ""
