"""The lists behind the login as tables."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jingzhun.parameters.calendar import working_days_until

from .models import Notice, Objection

STATE_TONES = {"open": "orange", "appealed": "orange", "upheld": "red", "dismissed": "green", "closed": "secondary"}
NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}
META = {"attrs": {"class": "table table-vcenter card-table table-hover"}, "order_by_field": "sort"}


def badge(state: str, label: str) -> SafeString:
    return format_html('<span class="badge bg-{}-lt">{}</span>', STATE_TONES.get(state, "secondary"), label)


class NoticeTable(tables.Table):
    """Notices, the newest first."""

    area = tables.Column(gettext_lazy("Area"), accessor="area__short_name", order_by="area_id")
    kind = tables.Column(pgettext_lazy("notice", "Kind"))
    opens_on = tables.DateColumn(verbose_name=gettext_lazy("Opened on"), format="Y-m-d")
    closes_on = tables.DateColumn(verbose_name=gettext_lazy("Last day"), format="Y-m-d")
    items_count = tables.Column(gettext_lazy("Entries"), attrs=NUMBER)
    waiting = tables.Column(gettext_lazy("Open objections"), attrs=NUMBER)
    photographed = tables.Column(gettext_lazy("On the board"))
    state = tables.Column(gettext_lazy("State"))

    class Meta:
        attrs = META["attrs"]
        order_by_field = "sort"
        empty_text = gettext_lazy("Notices appear here when a list is put up: by the village, the town or the county.")
        row_attrs = {"data-href": lambda record: reverse("publicity:notice", args=[record.number])}

    def render_area(self, record: Notice) -> SafeString:
        town = record.area.parent.short_name if record.area.level == "village" and record.area.parent else ""
        address = reverse("publicity:notice", args=[record.number])
        return format_html(
            '<a href="{}">{}</a> <span class="text-secondary">{}</span>', address, record.area.short_name, town
        )

    def render_kind(self, record: Notice) -> str:
        return record.label

    def render_waiting(self, value: int) -> Any:
        return value or ""

    def render_photographed(self, value: bool) -> Any:
        return badge("dismissed", _("photo")) if value else badge("", _("no photo yet"))

    def render_state(self, record: Notice) -> SafeString:
        if not record.is_open:
            return badge("closed", str(record.get_state_display()))
        if record.is_coming:
            return badge("", opens_on(record))
        left = record.days_left()
        return badge("dismissed" if left else "open", days_left(left))


class ObjectionTable(tables.Table):
    """Objections, what is due first on top."""

    number = tables.Column(gettext_lazy("Number"))
    area = tables.Column(gettext_lazy("Area"), accessor="area__short_name", order_by="area_id")
    about = tables.Column(gettext_lazy("About"), empty_values=(), orderable=False)
    received_at = tables.DateColumn(verbose_name=gettext_lazy("Received"), format="Y-m-d")
    due_on = tables.Column(gettext_lazy("Answer due"))
    level = tables.Column(gettext_lazy("Lies with"))
    state = tables.Column(gettext_lazy("State"))

    class Meta:
        attrs = META["attrs"]
        order_by_field = "sort"
        empty_text = gettext_lazy("Nobody has objected. Objections come in from the public website, from any phone.")
        row_attrs = {"data-href": lambda record: reverse("publicity:objection", args=[record.number])}

    def __init__(self, *args: Any, soon: int = 0, **kwargs: Any) -> None:
        """`soon`: working days before the end from which an answer that is out stands out."""
        super().__init__(*args, **kwargs)
        self.soon = soon

    def render_number(self, record: Objection) -> SafeString:
        address = reverse("publicity:objection", args=[record.number])
        return format_html('<a href="{}">{}</a>', address, record.shown_number)

    def render_about(self, record: Objection) -> str:
        return about(record)

    def render_due_on(self, record: Objection) -> Any:
        if not record.is_open:
            return record.due_on.isoformat()
        left, text = working_days_until(timezone.localdate(), record.due_on), record.due_on.isoformat()
        tone = "text-danger" if left < 0 else "text-warning" if left <= self.soon else "text-secondary"
        return format_html('{} <span class="{}">{}</span>', text, tone, working_days(left))

    def render_state(self, record: Objection) -> SafeString:
        return badge(record.state, record.state_label)


def about(objection: Objection) -> str:
    """The entry that an objection is against, in the words of the list."""
    if objection.item is None:
        return _("somebody is missing")
    shown = objection.item.shown
    name = shown.get("head") or shown.get("village") or ""
    return _("entry %(number)s: %(name)s") % {"number": objection.item.position, "name": name}


def opens_on(notice: Notice) -> str:
    return _("opens on %(day)s") % {"day": notice.opens_on}


def days_left(days: int) -> str:
    return _("%(days)s days left") % {"days": days} if days else _("over, to be closed")


def working_days(left: int) -> str:
    """How many working days are left, or by how many it is late."""
    if left < 0:
        return _("%(days)s working days late") % {"days": -left}
    return _("%(days)s working days left") % {"days": left}
