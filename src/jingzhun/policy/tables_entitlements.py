"""Missed entitlements, undue receipts and unknowns as a table; cards on a phone."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.policy.queries.worklists import MISSED, UNDUE, UNKNOWN
from jingzhun.policy.wording import name_of, number, title_of
from jingzhun.registry.dictionary import label

RIGHT = {"td": {"class": "text-end"}, "th": {"class": "text-end"}}
EMPTY = {
    MISSED: _("Nobody here misses what they are entitled to. Choose another area or policy."),
    UNDUE: _("Nobody here receives what they are not entitled to."),
    UNKNOWN: _("Nothing is unknown here: every fact that the policies ask for is recorded."),
}


class EntitlementTable(tables.Table):
    """Answers of queries.worklists.listed."""

    head = tables.Column(verbose_name=_("Household"), empty_values=(), attrs={"td": {"class": "card-name"}})
    village = tables.Column(verbose_name=_("Village"), empty_values=())
    policy = tables.Column(verbose_name=_("Policy"), empty_values=())
    cause = tables.Column(verbose_name=_("Main cause"), empty_values=())
    missing = tables.Column(verbose_name=_("What is missing"), empty_values=())
    persons = tables.Column(verbose_name=pgettext_lazy("entitlement", "Persons"), empty_values=(), attrs=RIGHT)
    value = tables.Column(verbose_name=_("Yuan of the year"), empty_values=(), attrs=RIGHT)
    received_yuan = tables.Column(verbose_name=_("Yuan received"), attrs=RIGHT)
    received_on = tables.DateColumn(verbose_name=_("Received on"), format="Y-m-d")

    class Meta:
        attrs = {"class": "table table-vcenter card-table table-hover"}
        orderable = False
        page_field = "page"

    def __init__(self, *args: Any, show: str, year: int, **kwargs: Any) -> None:
        self.year = year
        wrongly = ("received_yuan", "received_on")
        told: dict[str, tuple[str, ...]] = {UNKNOWN: ("missing",), UNDUE: wrongly}
        shown = told.get(show, ("persons", "value"))
        hidden = [name for name in ("missing", "persons", "value", *wrongly) if name not in shown]
        super().__init__(*args, exclude=hidden, empty_text=EMPTY.get(show, _("Nothing here.")), **kwargs)

    def render_head(self, record: Any) -> SafeString:
        address = f"{reverse('policy:household', args=[record.number])}?year={self.year}#{record.policy.code}"
        return format_html(
            '<span><a href="{}">{}</a> <span class="text-secondary small number">{}</span></span>',
            address,
            record.head or record.number,
            record.number,
        )

    def render_village(self, record: Any) -> str:
        return Area(name=record.village or "").short_name

    def render_policy(self, record: Any) -> str:
        return title_of(record.version)

    def render_cause(self, record: Any) -> str:
        return label("cause", record.household.cause_main) or "–"

    def render_missing(self, record: Any) -> SafeString:
        return format_html_join(
            " ", '<span class="badge bg-orange-lt">{}</span>', ((name_of(n),) for n in record.missing)
        )

    def render_persons(self, record: Any) -> str:
        return str(record.persons) if record.persons else "–"

    def render_value(self, record: Any) -> str:
        return "–" if record.value is None else number(record.value)
