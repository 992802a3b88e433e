"""The situation of an area at the end of a year, put together."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from jingzhun.areas.rules import DIGITS, Level
from jingzhun.methods.shares import rounded
from jingzhun.parameters.queries import DatedValues, dated_values
from jingzhun.registry.queries.asked import USUAL_INCOME_YEAR, Asked, asked_for
from jingzhun.registry.queries.guarantees import school_births
from jingzhun.registry.rules.guarantees import SCHOOL_FROM, SCHOOL_UNTIL

from .households import Households, Judged, count_households
from .people import People, count_people
from .places import Places, places_of
from .tally import Tally

MAP_CLASSES = ("map_class_2", "map_class_3", "map_class_4", "map_class_5")  # where each of the map's colours begins


class AreaTooSmall(ValueError):
    """Below the village there are households, and no situation."""


@dataclass(frozen=True)
class Situation:
    """An area on the last day of a year, today while the year lasts. Only rural households count.

    A household is poor when it is on the register that day; a village when its latest report says so. `line` is in
    yuan per person at the prices of `income_year`, None where no line is known. `map_classes` are the incidences, as
    fractions in ascending order, at which the map's colours change; none where not all are known.
    """

    area: str
    asked: Asked
    line: Decimal | None
    counted: Households
    places: Places
    map_classes: tuple[Decimal, ...]

    @property
    def year(self) -> int:
        return self.asked.year

    @property
    def total(self) -> Tally:
        return self.counted.total

    @property
    def villages(self) -> int:
        return self.places.villages_counted

    @property
    def poor_villages(self) -> int:
        return self.places.poor_villages

    @property
    def households(self) -> int:
        return self.total.households

    @property
    def rural_persons(self) -> int:
        return self.total.persons

    @property
    def poor_households(self) -> int:
        return self.total.poor_households

    @property
    def poor_persons(self) -> int:
        return self.total.poor_persons

    @property
    def incidence(self) -> Decimal | None:
        """A fraction, exact."""
        return self.total.incidence

    def as_dict(self) -> dict[str, Any]:
        """The numbers of the headline, by name; the incidence with four decimals."""
        names = ("area", "year", "villages", "poor_villages", "households", "rural_persons", "poor_households",
                 "poor_persons", "incidence", "line")  # fmt: skip
        told = {name: getattr(self, name) for name in names} | {"income_year": self.asked.income_year}
        return told | {"incidence": None if self.incidence is None else rounded(self.incidence, 4)}


@dataclass(frozen=True)
class Register:
    """What there is of a register at all: the year in which it begins, its newest, and the one that screens open with:
    the newest whose incomes are known of most households.
    """

    first_year: int
    newest_year: int
    usual_year: int

    @property
    def years(self) -> range:
        return range(self.first_year, self.newest_year + 1)


YEARS = f"""
SELECT min(registered_on), greatest(max(registered_on), max(exited_on)), (SELECT max(year) FROM registry_survey),
    ({USUAL_INCOME_YEAR})
FROM registry_registerspell
"""  # noqa: S608 - put together of our own texts


def register_years() -> Register | None:
    """The years that the register tells of, None while nobody is on it; one query."""
    with connection.cursor() as cursor:
        cursor.execute(YEARS)
        first, latest, surveyed, usual = cursor.fetchone()
    if first is None:
        return None
    newest = min(max(latest.year, (surveyed or 0) + 1), timezone.localdate().year)
    return Register(min(first.year, newest), newest, newest if usual is None else min(usual + 1, newest))


def usual_year() -> int:
    """The year that is meant where none is named, this year while nobody is on the register; one query."""
    register = register_years()
    return register.usual_year if register else timezone.localdate().year


def situation(area: str, year: int) -> Situation:
    """Count an area at the end of a year; three queries. Raises AreaTooSmall."""
    if len(area) > DIGITS[Level.VILLAGE]:
        raise AreaTooSmall(area)
    asked = asked_for(year)
    values = dated_values(["poverty_line", SCHOOL_FROM, SCHOOL_UNTIL, *MAP_CLASSES], area)
    judged = _judged(values, asked)
    counted = count_households(area, judged)
    places = places_of(area, asked.day, asked.year, counted.by["place"])
    return Situation(area, asked, judged.line, counted, places, _map_classes(values, asked))


def people_of(found: Situation, register: Register) -> People:
    """The people of a situation's area by age, and by year from the register's first on; two queries."""
    last = min(max(register.newest_year, found.year), timezone.localdate().year)
    return count_people(found.area, found.asked.day, min(register.first_year, last), last)


def _map_classes(values: DatedValues, asked: Asked) -> tuple[Decimal, ...]:
    bounds = [values.on(name, asked.day) for name in MAP_CLASSES]
    known = sorted(bound for bound in bounds if bound is not None)
    return tuple(known) if len(known) == len(bounds) else ()


def _judged(values: DatedValues, asked: Asked) -> Judged:
    births = school_births(values, asked.day)
    return Judged(asked.day, asked.income_year, values.poverty_line(asked.income_year), *births)
