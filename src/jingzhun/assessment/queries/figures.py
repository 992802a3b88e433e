"""The registry of named figures: what a scorecard may count of the system's own records, and the rows behind each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, QuerySet, Sum
from django.db.models.functions import Cast, Substr
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import within
from jingzhun.areas.rules import Level
from jingzhun.parameters.queries import NoParameter, values

from . import figure_rows as rows
from .figure_rows import TERMS, Period

DEPARTMENT = "department"
DIGITS = {"county": Level.COUNTY.digits, "town": Level.TOWN.digits, "village": Level.VILLAGE.digits}


@dataclass(frozen=True)
class Figure:
    """A named figure: its rows, where a row's area and unit stand, and whether its rows are single households'.

    `text` and `address`: what a row is called, and its own page ("" for none).
    """

    name: str
    label: str | Promise
    rows: Callable[[Period], QuerySet[Any]]
    area: str
    unit: str = ""
    text: Callable[[Any], str] = str
    address: Callable[[Any], str] = lambda _row: ""
    related: tuple[str, ...] = ()
    households: bool = False

    def found(self, asked: Period) -> QuerySet[Any]:
        """All rows of the county."""
        return self.rows(asked).filter(within(asked.county, self.area))

    def subject(self, kind: str) -> Any:
        """A row's subject as an expression. Raises ValueError where a figure says nothing of departments."""
        if kind != DEPARTMENT:
            return Substr(self.area, 1, DIGITS[kind])
        if not self.unit:
            raise ValueError(f"{self.name} is not known by department")
        return Cast(self.unit, CharField())

    def sums(self, asked: Period, kind: str) -> dict[str, tuple[Decimal, Decimal]]:
        """Numerator and denominator of every subject; one query."""
        grouped = self.found(asked).order_by().annotate(whose=self.subject(kind)).values("whose")
        found = grouped.annotate(nums=Sum("num"), dens=Sum("den")).values_list("whose", "nums", "dens")
        return {subject: (num, den) for subject, num, den in found if subject is not None}

    def behind(self, asked: Period, kind: str, key: str) -> QuerySet[Any]:
        """The rows of one subject, those that fall short first."""
        found = self.found(asked).annotate(whose=self.subject(kind)).filter(whose=key)
        return found.select_related(*self.related).order_by((F("den") - F("num")).desc(), "pk")


def _household(number: str) -> str:
    return reverse("assistance:household", args=[number])


def _of_household(row: Any) -> str:
    return _household(row.household.number)


def _project(pk: int) -> str:
    return reverse("management:project", args=[pk])


def _account(row: Any) -> str:
    return _project(row.project_id) if row.project_id else reverse("management:source", args=[row.source_id])


def _account_text(row: Any) -> str:
    return f"{row.project.title} · {row.source}" if row.project_id else str(row.source)


HOUSEHOLD, ITS, ACCOUNT = "village_code", "household__village_code", "project__area_id"
FIGURES = {
    figure.name: figure
    for figure in (
        Figure("exits_of_plan", _("households that left, of the plan's"), rows.exits_of_plan, "area_id",
               text=lambda row: f"{row.area.short_name} {row.year}", related=("area",)),
        Figure("measures_on_time", _("measures delivered in time"), rows.measures_on_time, ITS, "provider_id",
               lambda row: f"{row.content} · {row.due_on}", _of_household, ("household",), True),
        Figure("receipts", _("entitlements that were received"), rows.receipts, ITS, "",
               lambda row: f"{row.household.number} · {row.version.title}", _of_household, ("household", "version"),
               True),
        Figure("needs_answered", _("needs answered in time"), rows.needs_answered, ITS, "organisation_id",
               lambda row: f"{row.household.number} · {row.due_on}", _of_household, ("household",), True),
        Figure("pledges_arrived", _("pledged yuan that arrived"), rows.pledges_arrived, "county_id", "organisation_id",
               lambda row: f"{row.organisation} · {row.purpose}",
               lambda row: reverse("assistance:organisation", args=[row.organisation_id]), ("organisation",)),
        Figure("sound_records", _("households without an open finding"), rows.sound_records, HOUSEHOLD, "",
               lambda row: row.number, lambda row: _household(row.number), (), True),
        Figure("objections_settled", _("objections settled in time"), rows.objections_settled, "area_id", "",
               lambda row: f"{row.shown_number} · {row.due_on}"),
        Figure("objections_upheld", _("objections upheld"), rows.objections_upheld, "area_id", "",
               lambda row: f"{row.shown_number} · {row.due_on}"),
        Figure("notices_proved", _("notices with a picture of the board"), rows.notices_proved, "area_id", "",
               lambda row: f"{row.label} · {row.opens_on}"),
        Figure("paired", _("households with a helper"), rows.paired, HOUSEHOLD, "",
               lambda row: row.number, lambda row: _household(row.number), (), True),
        Figure("visited", _("visits made, of those due"), rows.visited, ITS, "cadre__organisation_id",
               lambda row: f"{row.household.number} · {row.cadre.name}", _of_household, ("household", "cadre"), True),
        Figure("presence", _("days in the village, of those due"), rows.presence, "posting__area_id",
               "posting__cadre__organisation_id", lambda row: f"{row.posting.cadre.name} · {row.month:%Y-%m}",
               lambda row: reverse("assistance:posting", args=[row.posting_id]), ("posting__cadre",)),
        Figure("first_secretaries", _("poor villages with a first secretary"), rows.first_secretaries, "area_id", "",
               lambda row: row.area.short_name, related=("area",)),
        Figure("stages_on_time", _("stages of projects done in time"), rows.stages_on_time, "project__area_id",
               "project__responsible_id", lambda row: f"{row.project.title} · {row.title} · {row.due_on}",
               lambda row: _project(row.project_id), ("project",)),
        Figure("reports_sent", _("progress reports sent, of those due"), rows.reports_sent, "area_id",
               "responsible_id", lambda row: row.title, lambda row: _project(row.pk)),
        Figure("projects_finished", _("projects of the year finished"), rows.projects_finished, "area_id",
               "responsible_id", lambda row: row.title, lambda row: _project(row.pk)),
        Figure("project_records", _("projects with goal, reports and pictures"), rows.project_records, "area_id",
               "responsible_id", lambda row: row.title, lambda row: _project(row.pk)),
        Figure("funds_paid", _("yuan at projects that were paid out"), rows.funds_paid, ACCOUNT,
               "project__responsible_id", _account_text, _account, ("project", "source")),
        Figure("funds_idle", _("yuan that lie at projects"), rows.funds_idle, ACCOUNT, "project__responsible_id",
               _account_text, _account, ("project", "source")),
        Figure("arrived_paid", _("yuan that arrived and were paid out"), rows.arrived_paid, "county_id", "",
               _account_text, _account, ("project", "source")),
        Figure("carried_over", _("yuan that arrived and were not paid out"), rows.carried_over, "county_id", "",
               _account_text, _account, ("project", "source")),
        Figure("to_the_poor", _("yuan paid for registered households and poor villages"), rows.to_the_poor,
               "county_id", "", _account_text, _account, ("project", "source")),
        Figure("integrated", _("yuan that the county may combine"), rows.integrated, "county_id", "",
               _account_text, _account, ("project", "source")),
    )
}  # fmt: skip


def period(county: str, year: int, until: date, kind: str) -> Period:
    """What is asked of figures, with the terms in force on the last day. Raises NoParameter."""
    last = min(until, date(year, 12, 31))
    found = values(TERMS, county, last)
    if missing := [name for name in TERMS if name not in found]:
        raise NoParameter(missing[0], county, last)
    return Period(county, year, until, DIGITS.get(kind, 0), found)


def computed(names: Iterable[str], asked: Period, kind: str) -> dict[str, dict[str, tuple[Decimal, Decimal]]]:
    """Each figure for all subjects of a kind: one query a figure, whatever the number of subjects."""
    return {name: FIGURES[name].sums(asked, kind) for name in names}


def unknown(names: Iterable[str], kind: str) -> list[str]:
    """Names that are no figures, or say nothing of a kind of subject."""
    return [name for name in names if name not in FIGURES or (kind == DEPARTMENT and not FIGURES[name].unit)]
