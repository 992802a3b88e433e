"""Cases as a table: ticked, opened, read as cards on a phone."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from jingzhun.areas.models import Area
from jingzhun.people.models import User
from jingzhun.procedure.rules import DONE, LIVE, State

from .queries.cases import may_send_on

TONES = {
    State.OPEN: "blue",
    State.APPEALED: "orange",
    State.REFUSED: "red",
    State.CLOSED: "red",
    State.PASSED: "green",
    State.WITHDRAWN: "secondary",
}


class CaseTable(tables.Table):
    """Cases of queries.cases.with_names; those that the user may send on can be ticked."""

    tick = tables.Column(verbose_name="", empty_values=(), attrs={"td": {"class": "w-1 tick"}, "th": {"class": "w-1"}})
    head = tables.Column(verbose_name=gettext_lazy("Household"), empty_values=(), attrs={"td": {"class": "card-name"}})
    village = tables.Column(verbose_name=gettext_lazy("Village"), empty_values=())
    persons = tables.Column(
        verbose_name=gettext_lazy("Members"), attrs={"td": {"class": "text-end"}, "th": {"class": "text-end"}}
    )
    step = tables.Column(verbose_name=gettext_lazy("Step"), empty_values=())
    since = tables.DateTimeColumn(verbose_name=gettext_lazy("since"), format="Y-m-d")
    due_on = tables.Column(verbose_name=gettext_lazy("Due on"), empty_values=())

    class Meta:
        attrs = {"class": "table table-vcenter card-table table-hover"}
        empty_text = gettext_lazy("No case fits. Take a filter away, or search for another name.")
        orderable = False
        page_field = "page"

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user, self.today = user, timezone.localdate()
        super().__init__(*args, **kwargs)

    @property
    def may_tick(self) -> bool:
        """Whether any case on the page can be ticked."""
        return any(may_send_on(self.user, row.record) for row in self.paginated_rows)

    def render_tick(self, record: Any) -> str | SafeString:
        if not may_send_on(self.user, record):
            return ""
        label = _("Choose %(name)s") % {"name": record.head or record.number}
        return format_html(
            '<input class="form-check-input" type="checkbox" name="case" value="{}:{}" aria-label="{}">',
            record.pk,
            record.version,
            label,
        )

    def render_head(self, record: Any) -> SafeString:
        return format_html(
            '<span><a href="{}">{}</a> <span class="text-secondary small number">{}</span></span>',
            reverse("identification:case", args=[record.pk]),
            record.head or record.number,
            record.number,
        )

    def render_village(self, record: Any) -> str:
        return Area(name=record.village or "").short_name

    def render_step(self, record: Any) -> SafeString:
        return step_badge(record)

    def render_due_on(self, record: Any) -> str | SafeString:
        return due_badge(record.due_on, record.state, self.today)


def step_badge(case: Any) -> SafeString:
    """The step at which a case stands, with its state where that is not simply under way."""
    if case.step == DONE:
        return format_html('<span class="badge bg-green-lt">{}</span>', pgettext("case", "on the register"))
    label = case.table.step(case.step).label
    if case.state == State.OPEN:
        return format_html('<span class="badge bg-blue-lt">{}</span>', label)
    tone, state = TONES[State(case.state)], case.get_state_display()
    return format_html('<span>{} <span class="badge bg-{}-lt">{}</span></span>', label, tone, state)


def due_badge(due_on: date | None, state: str, today: date) -> str | SafeString:
    """The last day of the step; marked when it has passed."""
    if due_on is None or state not in LIVE:
        return mark_safe("")
    if due_on < today:
        late = _("%(days)s days late") % {"days": (today - due_on).days}
        return format_html('<span>{} <span class="badge bg-red-lt">{}</span></span>', due_on.isoformat(), late)
    return due_on.isoformat()
