"""Plans of pairing, and helpers given by hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.assistance.models import PairingPlan, PlannedPair
from jingzhun.identification.forms.base import Form
from jingzhun.registry.forms.fields import date_field

from .base import OfCounty


class NewPlanForm(Form):
    """For which year, by who is there on which day."""

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2014, max_value=2100)
    on = date_field(gettext_lazy("Who is there on this day"))


class PublishForm(Form):
    """From which day a plan holds."""

    day = date_field(gettext_lazy("In force from"))


class ChangeForm(OfCounty):
    """Another helper for a household."""


class SwapForm(Form):
    """With which household of the plan the helper is swapped."""

    other = forms.CharField(label=gettext_lazy("Number of the other household"), max_length=20)

    def __init__(self, *args: Any, plan: PairingPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean_other(self) -> PlannedPair:
        rows = self.plan.pairs.select_related("household__area__parent", "cadre__organisation", "cadre__near")
        found = rows.filter(household__number=self.cleaned_data["other"].strip()).first()
        if found is None:
            raise forms.ValidationError(_("No household of this plan has this number."))
        return found


class GiveForm(OfCounty):
    """A helper for one household, given by hand."""

    since = date_field(gettext_lazy("Since"))
    in_charge = forms.BooleanField(
        label=gettext_lazy("in charge, in the place of who is now"), required=False, initial=False
    )
    why = forms.CharField(label=gettext_lazy("Why the helper changes"), required=False, max_length=200)
