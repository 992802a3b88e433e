"""Reads on parameters: always asked by (name, area, date)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Q

from jingzhun.areas.rules import ancestors_of

from .models import Parameter


class NoParameter(LookupError):
    """No value is in force for this name, area and day."""


def values(names: Iterable[str], area_code: str, on: date) -> dict[str, Decimal]:
    """Values in force in an area on a day, the nearest area's first; one query. Names without a value are absent."""
    areas = ["", *ancestors_of(area_code)]
    rows = (
        Parameter.objects.filter(Q(valid_until=None) | Q(valid_until__gt=on), valid_from__lte=on)
        .filter(name__in=list(names), area_code__in=areas)
        .values_list("name", "area_code", "valid_from", "value")
    )
    # Dated rows of one area may touch: the nearest area wins, then the latest beginning.
    best = sorted(rows, key=lambda row: (len(row[1]), row[2]))
    return {name: value for name, _, _, value in best}


def value(name: str, area_code: str, on: date) -> Decimal:
    """The value in force in an area on a day. Raises NoParameter."""
    found = values([name], area_code, on)
    if name not in found:
        raise NoParameter(f"no value of {name!r} for area {area_code} on {on}")
    return found[name]


def poverty_line(area_code: str, income_year: int) -> Decimal:
    """Line in yuan per person, at the prices of the year whose income is judged. Raises NoParameter."""
    return value("poverty_line", area_code, date(income_year, 12, 31))
