"""The places of an area: what it is counted by, with their names, levels and lists of poor villages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, OuterRef, Q, Subquery, Value, When

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level, is_rural
from jingzhun.registry.models import VillageYear

from .households import place_digits
from .tally import Tally


@dataclass(frozen=True)
class Place:
    """An area with its counts. `area` is None for households of a village that belong to none of its groups."""

    code: str
    area: Area | None
    tally: Tally
    villages: int = 0
    poor_villages: int = 0

    @property
    def name(self) -> str:
        return self.area.short_name if self.area else ""

    @property
    def is_village(self) -> bool:
        return len(self.code) == DIGITS[Level.VILLAGE]

    @property
    def is_poor_village(self) -> bool:
        return self.is_village and self.poor_villages > 0


@dataclass(frozen=True)
class Places:
    """`children`: the areas directly below; `villages`: all villages, of a town or county only."""

    villages_counted: int
    poor_villages: int
    children: tuple[Place, ...]
    villages: tuple[Place, ...]

    def of(self, code: str) -> list[Place]:
        """The villages of a town."""
        return [village for village in self.villages if village.code.startswith(code)]


def places_of(code: str, day: date, year: int, tallies: dict[str, Tally]) -> Places:
    """The places of an area with their counts, in order of their codes; one query.

    Areas that were merged away by the day are left out unless somebody is still counted in them.
    """
    areas = {area.code: area for area in _areas(code, day, year)}
    there = {key for key, area in areas.items() if _in_force(area, day)} | set(tallies)
    rural = [areas[key] for key in sorted(there & areas.keys()) if areas[key].level == Level.VILLAGE and is_rural(key)]
    villages = [_place(area.code, area, tallies, [area]) for area in rural]
    digits = _child_digits(code)
    if digits == DIGITS[Level.VILLAGE]:
        children = villages
    else:
        keys = {village.code[:digits] for village in rural if village.code != code} | {key[:digits] for key in tallies}
        keys |= {key for key in there if len(key) == DIGITS[Level.GROUP]}
        children = [_place(key, areas.get(key) if key != code else None, tallies, rural) for key in sorted(keys)]
    return Places(
        sum(_in_force(area, day) for area in rural),
        sum(bool(area.poor) for area in rural),
        tuple(children),
        tuple(villages if place_digits(code) == DIGITS[Level.VILLAGE] else ()),
    )


def _child_digits(code: str) -> int:
    return next((digits for digits in sorted(DIGITS.values()) if digits > len(code)), len(code))


def _place(key: str, area: Area | None, tallies: dict[str, Tally], rural: Iterable[Any]) -> Place:
    within = (tally for place, tally in tallies.items() if place.startswith(key))
    total = tallies[key] if key in tallies else sum(within, Tally())
    villages = [village for village in rural if village.code.startswith(key)]
    return Place(key, area, total, len(villages), sum(bool(village.poor) for village in villages))


def _areas(code: str, day: date, year: int) -> Any:
    on_list = Q(poor_village=True) & (Q(exited_on=None) | Q(exited_on__gt=day))
    reports = VillageYear.objects.filter(area=OuterRef("pk"), year__lte=year).order_by("-year")
    listed = Case(When(on_list, then=Value(True)), default=Value(False), output_field=BooleanField())
    latest = reports.annotate(listed=listed).values("listed")[:1]
    lengths = {DIGITS[Level.VILLAGE], _child_digits(code)}
    levels = [level for level, digits in DIGITS.items() if digits in lengths]
    return Area.objects.within(code).filter(level__in=levels).annotate(poor=Subquery(latest)).order_by("code")


def _in_force(area: Area, day: date) -> bool:
    return area.valid_from <= day and (area.valid_until is None or area.valid_until > day)
