"""The places of an area as a sortable table with bars."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.rules import DIGITS, Level
from jingzhun.registry.filters import NO_GROUP
from jingzhun.registry.queries.situation import Place, Situation

from . import words
from .charts import linked
from .links import Links
from .report import Report

# Links that change the table load it alone, so that the reader keeps their place on the page.
IN_PLACE = {
    "hx-boost": "true",
    "hx-target": "#places",
    "hx-select": "#places",
    "hx-swap": "outerHTML show:none",
    "hx-push-url": "true",
}


def _column(
    label: str | Promise,
    accessor: str,
    total: Callable[[Situation], Any],
    kind: str,
    behind: Callable[[Links], str] = lambda links: "",
) -> tables.Column:
    """A column of numbers with the area's total below, which leads to the list behind it."""

    def footer(table: "PlaceTable") -> Any:
        return linked(total(table.found), behind(table.links))

    attrs = {part: {"class": kind} for part in ("th", "td", "tf")}
    return tables.Column(verbose_name=label, accessor=accessor, attrs=attrs, footer=footer)


class PlaceTable(tables.Table):
    """Towns, villages or groups with their counts; each number leads to its list."""

    name = tables.Column(
        verbose_name=gettext_lazy("Area"), order_by="code", footer=gettext_lazy("Total"), empty_values=()
    )
    villages = _column(
        gettext_lazy("Villages"), "villages", lambda found: found.villages, "number wide-only", Links.villages
    )
    poor_villages = _column(
        gettext_lazy("Poor villages"),
        "poor_villages",
        lambda found: found.poor_villages,
        "number wide-only poor",
        lambda links: links.villages(poor="yes"),
    )
    households = _column(
        gettext_lazy("Households"),
        "tally__households",
        lambda found: found.households,
        "number wide-only",
        Links.households,
    )
    persons = _column(
        gettext_lazy("Persons"),
        "tally__persons",
        lambda found: found.rural_persons,
        "number wide-only",
        Links.households,
    )
    poor_households = _column(
        gettext_lazy("Poor households"),
        "tally__poor_households",
        lambda found: found.poor_households,
        "number wide-only poor",
        Links.poor,
    )
    poor_persons = _column(
        gettext_lazy("Poor persons"), "tally__poor_persons", lambda found: found.poor_persons, "number poor", Links.poor
    )
    incidence = tables.Column(
        verbose_name=gettext_lazy("Incidence"),
        accessor="tally__incidence",
        attrs={"td": {"class": "bar-cell"}, "tf": {"class": "bar-cell"}},
        footer=lambda table: table.render_incidence(table.found.incidence),
    )
    per_capita = _column(
        gettext_lazy("Net income per person"),
        "tally__per_capita",
        lambda found: found.total.per_capita,
        "number wide-only",
    )

    class Meta:
        order_by = "name"
        attrs = {"thead": IN_PLACE}

    def __init__(self, places: Sequence[Place], report: Report) -> None:
        self.links, self.found = report.links, report.found
        self.most = max((place.tally.incidence or Decimal(0) for place in places), default=Decimal(0))
        villages = all(len(place.code) >= DIGITS[Level.VILLAGE] for place in places)
        without = ("villages", "poor_villages") if villages else ()
        super().__init__(list(places), exclude=without, order_by_field="sort")
        self.caption = _("Places")

    def render_name(self, record: Place) -> Any:
        if record.area is None:
            return _("in no group")
        name = record.name
        if len(record.code) <= DIGITS[Level.VILLAGE]:
            name = format_html('<a href="{}">{}</a>', self.links.situation(record.code), name)
        badge = format_html(' <span class="badge bg-red-lt">{}</span>', _("poor village"))
        return format_html("{}{}", name, badge if record.is_poor_village else "")

    def render_villages(self, value: int, record: Place) -> Any:
        return linked(value, self.links.villages(record.code))

    def render_poor_villages(self, value: int, record: Place) -> Any:
        return linked(value, self.links.villages(record.code, poor="yes"))

    def render_households(self, value: int, record: Place) -> Any:
        return linked(value, self._list(record))

    def render_persons(self, value: int, record: Place) -> Any:
        return linked(value, self._list(record))

    def render_poor_households(self, value: int, record: Place) -> Any:
        return linked(value, self._list(record, poor=True))

    def render_poor_persons(self, value: int, record: Place) -> Any:
        return linked(value, self._list(record, poor=True))

    def render_incidence(self, value: Decimal) -> Any:
        length = value / self.most * 100 if self.most else 0
        return format_html(
            '<span class="bar"><span class="bar-fill" style="width: {}%"></span></span>'
            '<span class="bar-value">{}</span>',
            f"{length:.1f}",
            words.percent(value),
        )

    def render_per_capita(self, value: Decimal, record: Place) -> Any:
        coverage = _("incomes of %(known)s of %(all)s households") % {
            "known": words.number(record.tally.surveyed),
            "all": words.number(record.tally.households),
        }
        return format_html('<span title="{}">{}</span>', coverage, words.number(value))

    def _list(self, record: Place, *, poor: bool = False) -> str:
        of_no_group: dict[str, Any] = {"group": NO_GROUP} if record.area is None else {}
        return (self.links.poor if poor else self.links.households)(record.code, **of_no_group)
