"""Cadres and plans of pairing."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area
from jingzhun.identification.forms.base import Form
from jingzhun.people.models import Cadre
from jingzhun.registry.forms.fields import date_field

SHEETS = ".xlsx,.xls,.xlsb,.ods,.csv"


class CadreFileForm(Form):
    """A workbook of cadres."""

    file = forms.FileField(label=gettext_lazy("Workbook"), widget=forms.FileInput(attrs={"accept": SHEETS}))


class NewPlanForm(Form):
    """For which year, by who is there on which day."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2014, max_value=2100)
    on = date_field(gettext_lazy("Who is there on this day"))


class PublishForm(Form):
    """From which day a plan holds."""

    day = date_field(gettext_lazy("In force from"))


class ChangeForm(Form):
    """Another helper for a household."""

    number = forms.CharField(label=gettext_lazy("Staff number of the helper"), max_length=20)

    def __init__(self, *args: Any, county: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county

    def clean_number(self) -> Cadre:
        rows = Cadre.objects.filter(county=self.county, left_on=None).select_related("near", "organisation")
        found = rows.filter(number=self.cleaned_data["number"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("No cadre of the county has this number."))
        return found
