"""What the forms of assistance share."""

import base64
import binascii
import io
from typing import Any, BinaryIO

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.identification.forms.base import Form
from jingzhun.identification.forms.visit import DRAWN, LONGEST_DRAWING, PICTURES
from jingzhun.policy import kinds

MONEY = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})


def kind_field(**kwargs: Any) -> forms.ChoiceField:
    """A kind of measure or need."""
    return forms.ChoiceField(label=gettext_lazy("Kind"), choices=lambda: [("", "—"), *kinds.choices()], **kwargs)


def money_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    """Yuan with two places."""
    options: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "required": False, "min_value": 0}
    return forms.DecimalField(label=label, widget=MONEY, **(options | kwargs))


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
