"""The offenders against a rule as a table."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from jingzhun.people.rules import EDIT_HOUSEHOLDS, VIEW_HOUSEHOLDS

from .checks.telling import tell
from .models import CheckFinding
from .queries.checks import Chosen


class FindingTable(tables.Table):
    """Findings of one rule in one state, in the order of the villages."""

    name = tables.Column(verbose_name=_("who"), empty_values=(), attrs={"td": {"class": "card-name"}})
    village = tables.Column(verbose_name=_("village"), empty_values=())
    values = tables.Column(verbose_name=_("what was found"), empty_values=())
    since = tables.DateTimeColumn(accessor="first_seen", verbose_name=_("since"), format="Y-m-d")
    todo = tables.Column(verbose_name="", empty_values=(), attrs={"td": {"class": "text-end text-nowrap"}})

    class Meta:
        attrs = {"class": "table table-vcenter card-table table-hover"}
        empty_text = _("Nothing found by this rule here.")
        orderable = False
        page_field = "page"

    def __init__(self, *args: Any, where: Chosen, state: str, **kwargs: Any) -> None:
        self.where, self.state = where, state
        self.villages: dict[str, str] = {}
        super().__init__(*args, **kwargs)

    def render_name(self, record: CheckFinding) -> str | SafeString:
        """The member with the household's head, as far as the finding is about them; the link leads to the page."""
        if record.household is None:
            return self.render_village(record)
        url = reverse("registry:household", args=[record.household.number])
        head = record.head_name or record.household.number  # type: ignore[attr-defined]
        name = record.member.name if record.member else head
        of = format_html(' <span class="text-secondary">({})</span>', head) if record.member and name != head else ""
        return format_html('<a href="{}">{}</a>{}', url, name, of)

    def render_village(self, record: CheckFinding) -> str | SafeString:
        name = self.villages.get(record.village_code, record.village_code)
        return format_html('<a href="{}">{}</a>', reverse("registry:village", args=[record.village_code]), name)

    def render_values(self, record: CheckFinding) -> SafeString:
        told = tell(record.value, self.villages, lambda village: self.request.user.can(VIEW_HOUSEHOLDS, village))
        shown = format_html_join(" · ", '<span class="text-secondary">{}</span> {}', told)
        if record.state == "accepted":
            why = format_html('<div class="small">{} ({})</div>', record.accepted_why, record.accepted_by)
            return format_html("{}{}", shown, why)
        return shown

    def render_todo(self, record: CheckFinding) -> str | SafeString:
        if record.state == "resolved":
            day = timezone.localdate(record.resolved_at).isoformat()
            return format_html('<span class="text-secondary">{}</span>', day)
        accept = f"{reverse('registry:finding-accept', args=[record.pk])}?area={self.where.area.code}"
        if record.state == "accepted":
            return format_html('<a href="{}">{}</a>', accept, _("Look"))
        fix = f"{reverse('registry:finding-fix', args=[record.pk])}?area={self.where.area.code}"
        links = [(accept, _("Accept"))]
        if self.request.user.can(EDIT_HOUSEHOLDS, record.village_code):
            links.insert(0, (fix, _("Fix")))
        return format_html_join(" ", '<a class="btn btn-sm" href="{}">{}</a>', links)
