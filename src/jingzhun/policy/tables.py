"""Policy's lists as tables."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from .models import Document, Phase, Plan, PlanMeasure
from .queries.documents import state_on
from .rules.plan import progress

STATES = {
    "in_force": (pgettext_lazy("document", "in force"), "green"),
    "coming": (pgettext_lazy("document", "not yet in force"), "blue"),
    "ended": (pgettext_lazy("document", "no longer in force"), "secondary"),
}
META = {"class": "table table-vcenter card-table table-hover"}
CLOSE = {"td": {"class": "text-nowrap"}}


def state_badge(document: Document, on: date) -> SafeString:
    label, tone = STATES[state_on(document, on)]
    return format_html('<span class="badge bg-{}-lt">{}</span>', tone, label)


class DocumentTable(tables.Table):
    """Documents, the newest first; with a search, the words around the first hit below the title."""

    title = tables.Column(_("Document"), attrs={"td": {"class": "card-name document-title"}})
    number = tables.Column(_("Number"), attrs=CLOSE)
    issuer = tables.Column(_("Issuer"), attrs={"td": {"class": "document-issuer"}})
    issued_on = tables.DateColumn(verbose_name=_("Issued on"), format="Y-m-d", attrs=CLOSE)
    state = tables.Column(pgettext_lazy("document", "State"), empty_values=(), order_by="valid_from", attrs=CLOSE)

    class Meta:
        attrs = META
        order_by_field = "sort"

    def __init__(self, *args: Any, on: date, text: str = "", may_write: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on, self.query = on, f"?{urlencode({'q': text})}" if text else ""
        self.excerpts: dict[int, list[tuple[str, bool]]] = {}
        self.empty_icon = "book"
        self.empty_text = _("No document fits. Take a filter away, or search other words.")
        if not text and may_write:
            self.empty_text = _("The documents that the county's work rests on stand here, with their files and texts.")
            self.empty_url, self.empty_action = reverse("policy:document-add"), _("Add a document")

    def render_title(self, record: Document) -> SafeString:
        address = reverse("policy:document", args=[record.pk]) + self.query
        found = self.excerpts.get(record.pk)
        below = format_html('<div class="excerpt">{}</div>', marks(found)) if found else ""
        return format_html('<div><a href="{}">{}</a>{}</div>', address, record.title, below)

    def render_state(self, record: Document) -> SafeString:
        badge = state_badge(record, self.on)
        since = record.valid_from.isoformat()
        return format_html('<span>{} <span class="excerpt d-block">{}</span></span>', badge, since)


def marks(pieces: list[tuple[str, bool]]) -> SafeString:
    """A text with its hits marked."""
    marked = [format_html("<mark>{}</mark>", text) if hit else text for text, hit in pieces]
    return format_html_join("", "{}", ((each,) for each in marked))


PROGRESS = {
    "late": (pgettext_lazy("measure", "late"), "red"),
    "open": (pgettext_lazy("measure", "open"), "blue"),
    "done": (pgettext_lazy("measure", "done in time"), "green"),
    "done_late": (pgettext_lazy("measure", "done late"), "orange"),
}


class MeasureTable(tables.Table):
    """Measures of a plan, those due first on top."""

    title = tables.Column(_("What is done"), attrs={"td": {"class": "card-name measure-title"}})
    responsible = tables.Column(_("Responsible unit"))
    phase = tables.Column(_("Phase"))
    due_on = tables.DateColumn(verbose_name=_("Due on"), format="Y-m-d", attrs=CLOSE)
    done_on = tables.DateColumn(verbose_name=_("Done on"), format="Y-m-d", attrs=CLOSE)
    state = tables.Column(pgettext_lazy("measure", "State"), empty_values=(), orderable=False, attrs=CLOSE)

    class Meta:
        attrs = META
        order_by_field = "sort"
        empty_text = _("A plan's measures say who does what until when. Add them while the plan is a draft.")

    def __init__(self, *args: Any, today: date, plan: Plan, may_write: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.plan, self.may_write = today, plan, may_write

    def render_title(self, record: PlanMeasure) -> SafeString:
        note = format_html('<div class="excerpt">{}</div>', record.note) if record.note else ""
        if self.may_write and self.plan.state == Plan.State.DRAFT:
            address = reverse("policy:plan-measure-change", args=[record.pk])
            return format_html('<div><a href="{}">{}</a>{}</div>', address, record.title, note)
        return format_html("<div>{}{}</div>", record.title, note)

    def render_phase(self, record: PlanMeasure) -> str:
        return name_of(record.phase)

    def render_state(self, record: PlanMeasure) -> SafeString:
        label, tone = PROGRESS[progress(record.due_on, record.done_on, self.today)]
        badge = format_html('<span class="badge bg-{}-lt">{}</span>', tone, label)
        if self.may_write and record.done_on is None and self.plan.state == Plan.State.ADOPTED:
            address = reverse("policy:plan-measure-done", args=[record.pk])
            text = gettext("Report as done")
            return format_html('<span>{} <a class="btn btn-sm ms-2" href="{}">{}</a></span>', badge, address, text)
        return badge


def name_of(phase: Phase) -> str:
    return phase.name_en if phase.name_en and get_language() == "en" else phase.name
