"""Public statistics of a county: counted from the register, small numbers left out so that they stay out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from jingzhun.parameters.queries import NoParameter, value
from jingzhun.publicity.suppression import Suppressed, suppress
from jingzhun.registry import dictionary
from jingzhun.registry.causes import county_causes
from jingzhun.registry.queries.situation import (
    LARGEST_SIZE,
    Register,
    Situation,
    Tally,
    register_years,
    situation,
)


@dataclass(frozen=True)
class Row:
    """One line of a table; None stands where a number is left out. `length` is the bar's share of the longest."""

    label: str
    households: int | None
    persons: int | None = None
    incidence: Decimal | None = None
    code: str = ""
    length: int = 0


@dataclass(frozen=True)
class Statistics:
    """A county at the end of a year, as everybody may know it.

    `small`: the least number that is told; None where none is set for that day, and then nothing is told.
    """

    year: int
    years: range
    total: Row
    villages: int
    poor_villages: int
    line: Decimal | None
    small: int | None
    by_town: list[Row] = field(default_factory=list)
    by_village: dict[str, list[Row]] = field(default_factory=dict)
    by_cause: list[Row] = field(default_factory=list)
    by_attribute: list[Row] = field(default_factory=list)
    by_size: list[Row] = field(default_factory=list)


def years() -> range:
    """The years that can be asked for; one query."""
    register = register_years()
    return register.years if register else range(0)


def statistics(county_code: str, year: int | None = None) -> Statistics | None:
    """The register's usual year, or one that the register knows; None before anybody is on it. Five queries.

    Without numbers of households where it is not set on that day which are too small to be told.
    """
    register = register_years()
    if register is None:
        return None
    chosen = year if year is not None and year in register.years else register.usual_year
    found = situation(county_code, chosen)
    try:
        small = int(value("small_cell", county_code, found.asked.day))
    except NoParameter:
        return _without_tables(found, register)
    return _tables(found, register, small)


def _without_tables(found: Situation, register: Register) -> Statistics:
    total = _row("", found.total, hidden=True)
    return Statistics(found.year, register.years, total, found.villages, found.poor_villages, found.line, small=None)


def _tables(found: Situation, register: Register, small: int) -> Statistics:
    places = found.places.children
    towns = suppress([place.tally.poor_households for place in places], small)
    tables = {
        "by_cause": _causes(found),
        "by_attribute": _pairs(found, "attribute", dictionary.choices("attribute")),
        "by_size": _pairs(found, "size", [(str(n), _size(n)) for n in range(1, LARGEST_SIZE + 1)]),
    }
    flags = {name: suppress([tally.poor_households for _, tally in pairs], small) for name, pairs in tables.items()}
    # Every table adds up to the county's number: where one table cannot stand with it, none can.
    closed = towns.total_hidden or any(each.total_hidden for each in flags.values())
    by_town = with_bars(_rows([(place.name, place.tally) for place in places], towns, [p.code for p in places]))
    return Statistics(
        found.year,
        register.years,
        _row("", found.total, closed),
        found.villages,
        found.poor_villages,
        found.line,
        small,
        by_town=[] if closed else by_town,
        by_village={} if closed else _by_village(found, by_town, small),
        **({} if closed else {name: with_bars(_rows(pairs, flags[name])) for name, pairs in tables.items()}),
    )


def _by_village(found: Situation, by_town: Sequence[Row], small: int) -> dict[str, list[Row]]:
    """The villages of each town whose number is published, where they do not give away what is left out."""
    tables = {}
    for town in by_town:
        villages = found.places.of(town.code)
        flags = suppress([village.tally.poor_households for village in villages], small)
        if town.households is not None and not flags.total_hidden:
            pairs = [(village.name, village.tally) for village in villages]
            tables[town.code] = with_bars(_rows(pairs, flags, [village.code for village in villages]))
    return tables


def with_bars(rows: Sequence[Row]) -> list[Row]:
    """The rows with the lengths of their bars in per cent of the longest."""
    most = max((row.households or 0 for row in rows), default=0) or 1
    return [Row(**(vars(row) | {"length": round(100 * (row.households or 0) / most)})) for row in rows]


def _causes(found: Situation) -> list[tuple[str, Tally]]:
    """By the county's own causes, which tell of nobody's illness; by the official ones where it has none."""
    own = county_causes(found.area, found.asked.day)
    if not own:
        return _pairs(found, "cause", dictionary.choices("cause"))
    pairs = []
    for name, causes in own.items():
        tallies = [found.counted.get("cause", cause) for cause in causes]
        pairs.append((dictionary.label("county_cause", name), sum(tallies, Tally())))
    return _with_the_rest(found, pairs)


def _pairs(found: Situation, dimension: str, labels: Sequence[tuple[str, str]]) -> list[tuple[str, Tally]]:
    return _with_the_rest(found, [(label, found.counted.get(dimension, code)) for code, label in labels])


def _with_the_rest(found: Situation, pairs: list[tuple[str, Tally]]) -> list[tuple[str, Tally]]:
    """Together with what is not stated, so that the sum is the county's."""
    rest = found.total.poor_households - sum(tally.poor_households for _label, tally in pairs)
    persons = found.total.poor_persons - sum(tally.poor_persons for _label, tally in pairs)
    return [*pairs, (_("not stated"), Tally(0, 0, rest, persons))] if rest > 0 else pairs


def _rows(pairs: Sequence[tuple[str, Tally]], flags: Suppressed, codes: Sequence[str] = ()) -> list[Row]:
    return [_row(label, tally, flags.hidden[n], codes[n] if codes else "") for n, (label, tally) in enumerate(pairs)]


def _size(number: int) -> str:
    return _("%(size)s or more") % {"size": number} if number == LARGEST_SIZE else str(number)


def _row(label: str, tally: Tally, hidden: bool, code: str = "") -> Row:
    if hidden:
        return Row(label, None, code=code)
    return Row(label, tally.poor_households, tally.poor_persons, tally.incidence, code)
