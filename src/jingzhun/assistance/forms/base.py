"""What the forms of assistance share."""

import base64
import binascii
import io
from typing import Any, BinaryIO

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area
from jingzhun.identification.forms.base import Form
from jingzhun.identification.forms.visit import DRAWN, LONGEST_DRAWING, PICTURES
from jingzhun.people.models import Cadre
from jingzhun.policy import kinds

NAMESAKES = 9  # told at most
MONEY = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})


def kind_field(**kwargs: Any) -> forms.ChoiceField:
    """A kind of measure or need."""
    return forms.ChoiceField(label=gettext_lazy("Kind"), choices=lambda: [("", "—"), *kinds.choices()], **kwargs)


def money_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    """Yuan with two places."""
    options: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "required": False, "min_value": 0}
    return forms.DecimalField(label=label, widget=MONEY, **(options | kwargs))


class PlaceField(forms.ModelChoiceField):
    """An area of the county by its short name, villages below their towns."""

    def label_from_instance(self, obj: Area) -> str:
        return f"　{obj.short_name}" if obj.level == "village" else obj.short_name


class OfCounty(Form):
    """A form that names a cadre who serves in a county, by number, or by a name that only one has."""

    number = forms.CharField(label=gettext_lazy("Name or staff number of the cadre"), max_length=60)

    def __init__(self, *args: Any, county: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county

    def clean_number(self) -> Cadre:
        asked = self.cleaned_data["number"].strip()
        serving = Cadre.objects.filter(county=self.county, left_on=None).select_related("near", "organisation")
        found = list(serving.filter(Q(number=asked) | Q(name=asked)).order_by("number")[:NAMESAKES])
        if not found:
            raise forms.ValidationError(_("No cadre who serves in the county has this name or number."))
        by_number = next((each for each in found if each.number == asked), None)
        if by_number is None and len(found) > 1:
            told = "；".join(f"{each.number} {each.organisation.name}" for each in found)
            raise forms.ValidationError(_("Several have this name; enter the number: %(cadres)s") % {"cadres": told})
        return by_number or found[0]


class SignedForm(Form):
    """A form that ends with a signature: drawn with a finger, or a picture of it on paper."""

    signature = forms.CharField(required=False, max_length=LONGEST_DRAWING, widget=forms.HiddenInput())
    signed_form = forms.FileField(
        label=gettext_lazy("Or a photo of the signed form"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"}),
    )

    def clean_signature(self) -> str:
        text = self.cleaned_data["signature"]
        if text and not text.startswith(DRAWN):
            raise forms.ValidationError(_("The signature could not be read. Let the household sign again."))
        return text

    def paper(self) -> tuple[BinaryIO, int] | None:
        """The picture of the signature with its bytes, if there is one."""
        data = self.cleaned_data
        if data["signed_form"]:
            return data["signed_form"], data["signed_form"].size
        if not data["signature"]:
            return None
        try:
            drawn = base64.b64decode(data["signature"].removeprefix(DRAWN), validate=True)
        except (binascii.Error, ValueError):
            drawn = b""  # is then refused as no picture
        return io.BytesIO(drawn), len(drawn)
