"""The filters of the lists behind the login, in the words of their addresses."""

from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import within
from jingzhun.people.models import User

from .models import Notice, Objection
from .models.objection import ObjectionQuerySet
from .queries.site import areas_below
from .rules import KINDS


class AreaFilter(filters.CharFilter):
    """An area by its code; what is no code is left aside."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        code = str(value or "")
        return qs.filter(within(code, "area_id")) if code.isascii() and code.isdigit() and len(code) <= 12 else qs


class ListFilter(filters.FilterSet):
    """What both lists are narrowed by; the areas to choose from lie right below the user's own."""

    def __init__(self, data: Any, queryset: QuerySet, *, user: User) -> None:
        super().__init__(data, queryset)
        choices = [(area.code, area.short_name) for area in areas_below(user)]
        if len(choices) > 1:
            self.form.fields["area"].widget = forms.Select(choices=[("", _("any")), *choices])
        elif not self.data.get("area"):
            del self.form.fields["area"]

    @property
    def query(self) -> str:
        """What narrows the list, as an address asks for it; what narrows nothing is left out."""
        asked = ((name, str(self.form.cleaned_data.get(name) or "")) for name in self.form.fields)
        return urlencode([(name, value) for name, value in asked if value]) if self.form.is_valid() else ""


class NoticeFilter(ListFilter):
    kind = filters.ChoiceFilter(
        label=pgettext_lazy("notice", "Kind"), choices=lambda: [(kind.name, kind.label) for kind in KINDS.values()]
    )
    state = filters.ChoiceFilter(label=_("State"), choices=Notice.State.choices)
    area = AreaFilter(label=_("Area"))
    year = filters.NumberFilter(label=_("Year"), field_name="opens_on__year", min_value=1991, max_value=2101)

    class Meta:
        model = Notice
        fields: list[str] = []


class ObjectionFilter(ListFilter):
    state = filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("waiting", pgettext_lazy("objection", "waiting for a decision")),
            ("late", pgettext_lazy("objection", "late")),
            (Objection.State.OPEN, pgettext_lazy("objection", "received, not decided yet")),
            *[each for each in Objection.State.choices if each[0] != Objection.State.OPEN],
        ],
        method="by_state",
    )
    level = filters.ChoiceFilter(label=_("Lies with"), choices=Objection.Level.choices)
    area = AreaFilter(label=_("Area"))
    year = filters.NumberFilter(label=_("Year"), field_name="received_at__year", min_value=1991, max_value=2101)

    def by_state(self, found: ObjectionQuerySet, name: str, state: str) -> QuerySet[Objection]:
        if state == "waiting":
            return found.open()
        return found.late(timezone.localdate()) if state == "late" else found.filter(state=state)

    class Meta:
        model = Objection
        fields: list[str] = []
