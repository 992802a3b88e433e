"""Forms of inspections, findings and orders to rectify."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from jingzhun.areas.models import Area, within
from jingzhun.assessment.actions.inspections import Announced, Found
from jingzhun.assessment.models import Inspection, InspectionFinding
from jingzhun.assistance.forms.base import PlaceField
from jingzhun.identification.forms.base import Form, text_area
from jingzhun.people.models import Organisation
from jingzhun.registry.forms.fields import date_field

PICTURES = "image/jpeg,image/png,image/webp"


def places(area: str) -> Any:
    return Area.objects.filter(
        within(area, "code"), level__in=("county", "town", "village"), valid_until=None
    ).order_by("code")


def picture_field() -> forms.FileField:
    return forms.FileField(
        label=gettext_lazy("Picture"), required=False,
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"}),
    )  # fmt: skip


class AnnounceForm(Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("What is looked at"), choices=Inspection.Kind.choices)
    population = forms.ChoiceField(label=gettext_lazy("Drawn out of"), choices=Inspection.Population.choices)
    begins_on = date_field(gettext_lazy("Begins on"))
    ends_on = date_field(gettext_lazy("Ends on"))
    size = forms.IntegerField(
        label=gettext_lazy("How many are drawn"), min_value=1, max_value=1_000_000, required=False,
        help_text=gettext_lazy("Empty: the county's share of all. The towns share the places by their size."),
    )  # fmt: skip
    seed_on = date_field(gettext_lazy("Day of the seed"))
    seed_from = forms.CharField(
        label=gettext_lazy("Public value that is the seed"), max_length=200, required=False,
        help_text=gettext_lazy(
            "A value of that day that nobody here can choose, as the numbers of a lottery. "
            "Empty: the root of the journal's checkpoint."
        ),
    )  # fmt: skip

    def announced(self, county: Area) -> Announced:
        return Announced(county=county, **self.cleaned_data)


class DrawForm(Form):
    value = forms.CharField(label=gettext_lazy("The public value of the day"), max_length=80, required=False)


class FindingForm(Form):
    result = forms.ChoiceField(
        label=gettext_lazy("What is found"), choices=InspectionFinding.Result.choices, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("finding", "What differs"),
        choices=[("", "–"), *InspectionFinding.Kind.choices],
        required=False,
    )
    weight = forms.ChoiceField(
        label=pgettext_lazy("finding", "Weight"), choices=[("", "–"), *InspectionFinding.Weight.choices], required=False
    )
    what = forms.CharField(label=gettext_lazy("In words"), max_length=1_000, required=False, widget=text_area(2))
    picture = picture_field()
    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, decimal_places=6, max_digits=9,
        widget=forms.HiddenInput(),
    )  # fmt: skip
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, decimal_places=6, max_digits=9,
        widget=forms.HiddenInput(),
    )  # fmt: skip

    def found(self) -> Found:
        data = dict(self.cleaned_data)
        file = data.pop("picture")
        return Found(picture=(file, file.size) if file else None, **data)


class OrderForm(Form):
    area = PlaceField(Area.objects.none(), label=gettext_lazy("Who answers for it"))
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=gettext_lazy("Organisation"), required=False
    )
    about = forms.CharField(label=gettext_lazy("About"), max_length=200)
    link = forms.CharField(label=gettext_lazy("Page of the record"), max_length=200, required=False)
    what = forms.CharField(label=gettext_lazy("What is to be done"), max_length=1_000, widget=text_area(3))
    due_on = date_field(gettext_lazy("Due on"))

    def __init__(self, *args: Any, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["area"].queryset = places(area)


class ProofForm(Form):
    text = forms.CharField(label=gettext_lazy("What was put right"), max_length=1_000, widget=text_area(3))
    picture = picture_field()


class CheckForm(Form):
    text = forms.CharField(label=gettext_lazy("What the second look found"), max_length=1_000, widget=text_area(2))
