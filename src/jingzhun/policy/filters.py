"""The filters of policy's lists, in the words of their addresses."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from .models import Document
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
