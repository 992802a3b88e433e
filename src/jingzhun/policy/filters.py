"""The filters of policy's lists, in the words of their addresses."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jingzhun.registry import dictionary

from . import kinds
from .models import Document, PolicyVersion
from .models.document import DocumentQuerySet
from .rules.words import words


class ListFilter(filters.FilterSet):
    """A set that tells its address."""

    @property
    def query(self) -> str:
        """What narrows the list, as an address asks for it; what narrows nothing is left out."""
        asked = ((name, str(self.form.cleaned_data.get(name) or "")) for name in self.form.fields)
        return urlencode([(name, value) for name, value in asked if value]) if self.form.is_valid() else ""


class DocumentFilter(ListFilter):
    q = filters.CharFilter(method="by_text", label=_("Search"), help_text=_("number, title, words of the text …"))
    issuer = filters.ChoiceFilter(label=_("Issuer"))
    year = filters.NumberFilter(field_name="issued_on__year", label=_("Year"), min_value=1949, max_value=2101)
    on = filters.DateFilter(
        method="by_day", label=_("In force on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, data: Any, queryset: QuerySet, *, issuers: list[str]) -> None:
        super().__init__(data, queryset)
        self.filters["issuer"].extra["choices"] = [(each, each) for each in issuers]

    def by_text(self, found: DocumentQuerySet, name: str, value: str) -> QuerySet[Document]:
        return found.telling(words(value))

    def by_day(self, found: DocumentQuerySet, name: str, value: date) -> QuerySet[Document]:
        return found.in_force(value)

    class Meta:
        model = Document
        fields: list[str] = []


class PolicyFilter(ListFilter):
    """Policies in force on a day; the day itself is read before (`on`)."""

    on = filters.DateFilter(
        method="aside", label=_("In force on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    kind = filters.ChoiceFilter(label=_("Kind of measure"), choices=kinds.choices)
    cause = filters.ChoiceFilter(method="by_cause", label=_("Cause"), choices=lambda: dictionary.choices("cause"))
    department = filters.ChoiceFilter(label=_("Responsible department"))

    def __init__(self, data: Any, queryset: QuerySet, *, departments: list[str]) -> None:
        super().__init__(data, queryset)
        self.filters["department"].extra["choices"] = [(each, each) for each in departments]

    def aside(self, found: QuerySet, name: str, value: Any) -> QuerySet:
        """Read elsewhere."""
        return found

    def by_cause(self, found: QuerySet, name: str, value: str) -> QuerySet:
        return found.filter(causes__contains=[value])

    class Meta:
        model = PolicyVersion
        fields: list[str] = []
