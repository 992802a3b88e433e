"""A work of the farming year."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from jingzhun.assistance.actions.seasons import Told
from jingzhun.assistance.models import Season
from jingzhun.identification.forms.base import Form

OF_A_YEAR = forms.TextInput(attrs={"placeholder": "03-05", "inputmode": "numeric", "pattern": r"\d\d-\d\d"})


class SeasonForm(Form):
    """What is grown or kept, what is done, from when to when, and what must be there before."""

    product = forms.CharField(label=gettext_lazy("Crop or livestock"), max_length=60)
    work = forms.CharField(label=gettext_lazy("Work"), max_length=60)
    inputs = forms.CharField(label=gettext_lazy("Inputs"), max_length=200)
    begins = forms.CharField(label=gettext_lazy("Begins on (month-day)"), max_length=5, widget=OF_A_YEAR)
    ends = forms.CharField(
        label=gettext_lazy("Ends on (month-day)"), max_length=5, widget=OF_A_YEAR,
        help_text=gettext_lazy("A day before the first one lies in the next year."),
    )  # fmt: skip
    days_before = forms.IntegerField(
        label=gettext_lazy("Inputs are due so many days before"), min_value=0, max_value=180, initial=10
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200)
    product_en = forms.CharField(label=gettext_lazy("Crop or livestock, in English"), required=False, max_length=80)
    work_en = forms.CharField(label=gettext_lazy("Work, in English"), required=False, max_length=80)
    inputs_en = forms.CharField(label=gettext_lazy("Inputs, in English"), required=False, max_length=200)

    @staticmethod
    def initial_of(season: Season) -> dict[str, Any]:
        return {name: getattr(season, name) for name in SeasonForm.base_fields}

    def told(self) -> Told:
        return Told(**self.cleaned_data)
