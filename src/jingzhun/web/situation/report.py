"""The situation as a report: what is said of an area, in words and numbers, for page, PDF and workbook alike."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.methods.shares import share
from jingzhun.registry import dictionary
from jingzhun.registry.causes import county_causes
from jingzhun.registry.queries.situation import (
    AGE_STEP,
    AGE_TOP,
    GUARANTEES,
    INCOME_STEP,
    INCOME_TOP,
    LARGEST_SIZE,
    People,
    Place,
    Situation,
    Tally,
    Year,
)

from . import words
from .links import Links


@dataclass(frozen=True)
class Figure:
    """One row of a comparison: households by a value. `url` lists the poor ones, `all_url` all."""

    label: str
    tally: Tally
    of: Tally
    url: str = ""
    all_url: str = ""

    @property
    def share_of_poor(self) -> Decimal | None:
        """Of all poor households."""
        return share(self.tally.poor_households, self.of.poor_households)

    @property
    def share_of_all(self) -> Decimal | None:
        """Of all households."""
        return share(self.tally.households, self.of.households)


@dataclass(frozen=True)
class Band:
    """People of one sex and age: all and poor, and their shares of all and of all poor persons."""

    label: str
    short: str
    sex: str
    persons: int
    poor: int
    share_of_all: Decimal | None
    share_of_poor: Decimal | None
    url: str
    all_url: str


@dataclass(frozen=True)
class Gap:
    """A guarantee: the households in which it is not met, and those of which nothing is known."""

    label: str
    unmet: Figure
    unknown: Figure


@dataclass(frozen=True)
class YearEnd:
    """A year with the lists of its poor households, and of all."""

    year: Year
    url: str
    all_url: str


@dataclass(frozen=True)
class Report:
    """Everything that page, PDF and workbook say."""

    area: Area
    found: Situation
    people: People
    links: Links

    @property
    def title(self) -> str:
        return _("%(area)s: situation at the end of %(year)s") % {"area": self.area.short_name, "year": self.found.year}

    @property
    def total(self) -> Tally:
        return self.found.total

    @property
    def is_village(self) -> bool:
        return len(self.area.code) == DIGITS[Level.VILLAGE]

    @property
    def places_title(self) -> str:
        titles = {Level.COUNTY: _("By town"), Level.TOWN: _("By village"), Level.VILLAGE: _("By group")}
        return titles.get(Level(self.area.level), _("By area"))

    @property
    def places(self) -> tuple[Place, ...]:
        return self.found.places.children

    @property
    def villages(self) -> tuple[Place, ...]:
        return self.found.places.villages

    @property
    def causes(self) -> list[Figure]:
        """Poor households by main cause, the most frequent first."""
        return self._by_code("cause")

    @property
    def attributes(self) -> list[Figure]:
        return self._by_code("attribute")

    @property
    def county_causes(self) -> list[Figure]:
        """Poor households by the county's own causes; none where the county has no grouping."""
        by_cause = self.found.counted.by["cause"]
        rows = []
        for code, causes in county_causes(self.area.code, self.found.asked.day).items():
            tally = sum((by_cause.get(cause, Tally()) for cause in causes), Tally())
            label, url = capfirst(dictionary.label("county_cause", code)), self.links.poor(cause=causes)
            rows.append(Figure(label, tally, self.total, url))
        return rows

    @property
    def incomes(self) -> list[Figure]:
        """Households by per-capita net income, from the lowest column to the highest, without the unknown."""
        by_step = self.found.counted.by["income_step"]
        known = [int(key) for key in by_step if key]
        rows = []
        for step in range(min(0, *known), INCOME_TOP + 1) if known else ():
            low, high = words.income_range(step)
            query: dict[str, Any] = {} if low is None else {"income_min": str(low)}
            query |= {} if high is None else {"income_max": str(high)}
            tally = by_step.get(str(step), Tally())
            urls = self.links.poor(**query), self.links.households(**query)
            rows.append(Figure(words.income_label(step), tally, self.total, *urls))
        return rows

    @property
    def line_position(self) -> float | None:
        """Where the poverty line stands among the columns of the incomes, in columns from the left edge."""
        if self.found.line is None or not self.incomes:
            return None
        below_zero = sum(row.label == words.income_label(-1) for row in self.incomes)
        position = float(self.found.line) / INCOME_STEP + below_zero
        return position if position <= len(self.incomes) else None

    @property
    def sizes(self) -> list[Figure]:
        by_size = self.found.counted.by["size"]
        rows = []
        for size in range(1, LARGEST_SIZE + 1):
            query: dict[str, Any] = {"size_min": str(size)} | ({} if size == LARGEST_SIZE else {"size_max": str(size)})
            urls = self.links.poor(**query), self.links.households(**query)
            rows.append(Figure(words.size_label(size), by_size.get(str(size), Tally()), self.total, *urls))
        return rows

    @property
    def ages(self) -> list[tuple[Band, Band]]:
        """Men and women of each age, from the youngest to the oldest."""
        return [(self._band(age, "male"), self._band(age, "female")) for age in range(0, AGE_TOP + 1, AGE_STEP)]

    @property
    def years(self) -> list[YearEnd]:
        links = self.links.narrowed()  # what is not counted now may have been there in another year
        return [
            YearEnd(year, links.poor(year=year.year), links.households(year=year.year)) for year in self.people.years
        ]

    @property
    def fallen(self) -> int | None:
        """Poor persons fewer than a year before; None for the first year."""
        poor = {each.year: each.poor_persons for each in self.people.years}
        before = poor.get(self.found.year - 1)
        return None if before is None else before - self.found.poor_persons

    @property
    def gaps(self) -> list[Gap]:
        """The two no-worries and three guarantees: in how many households each is not met."""
        labels = {
            "income": (_("Income below the line"), "poor", "below"),
            "schooling": (_("A child of school age not at school"), "schooling", "no"),
            "medical": (_("Somebody without medical insurance"), "insured", "no"),
            "housing": (_("Dangerous house"), "dangerous", "yes"),
            "water": (_("No safe drinking water"), "safe_water", "no"),
        }
        rows = []
        for name in GUARANTEES:
            label, key, value = labels[name]
            unmet = self._gap(name, "false", label, {key: value})
            judged = name != "income" or self.found.line is not None  # without a line, nothing is known of anybody
            unknown = self._gap(name, "", _("not known"), {key: "unknown"} if judged else {})
            rows.append(Gap(label, unmet, unknown))
        return rows

    @property
    def above_line(self) -> Figure:
        """Households on the register with an income at or above the line."""
        tally = self.found.counted.get("income", "true")
        return Figure("", tally, self.total, self.links.poor(poor="above"))

    @property
    def below_line(self) -> Figure:
        """Households below the line; `all_url` lists those of them that are not on the register."""
        tally = self.found.counted.get("income", "false")
        return Figure("", tally, self.total, all_url=self.links.households(poor="below", status="off"))

    @property
    def unregistered_below_line(self) -> int:
        tally = self.found.counted.get("income", "false")
        return tally.households - tally.poor_households

    def _by_code(self, name: str) -> list[Figure]:
        rows = [
            Figure(
                capfirst(dictionary.label(name, code) or _("not stated")),
                tally,
                self.total,
                self.links.poor(**{name: code or "none"}),
            )
            for code, tally in self.found.counted.by[name].items()
            if tally.poor_households
        ]
        return sorted(rows, key=lambda row: -row.tally.poor_households)

    def _band(self, age: int, sex: str) -> Band:
        persons, poor = self.people.pyramid.get((age, sex), (0, 0))
        query: dict[str, Any] = {"sex": sex, "age_min": str(age)} | (
            {} if age == AGE_TOP else {"age_max": str(age + AGE_STEP - 1)}
        )
        return Band(
            words.age_label(age),
            words.short_age(age),
            sex,
            persons,
            poor,
            share(persons, self.total.persons),
            share(poor, self.total.poor_persons),
            self.links.poor(**query),
            self.links.households(**query),
        )

    def _gap(self, name: str, value: str, label: str, query: dict[str, Any]) -> Figure:
        urls = self.links.poor(**query), self.links.households(**query)
        return Figure(label, self.found.counted.get(name, value), self.total, *urls)
