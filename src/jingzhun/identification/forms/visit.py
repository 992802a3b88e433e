"""The form of a home visit, made for a phone."""

import base64
import binascii
import io
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jingzhun.identification import rules
from jingzhun.identification.actions.field_visits import MOST_PHOTOS, Picture
from jingzhun.identification.actions.visits import Found
from jingzhun.identification.models import Application, Attachment
from jingzhun.identification.models.evidence import Opinion, Purpose
from jingzhun.people.models import User
from jingzhun.registry import dictionary
from jingzhun.registry.causes import county_causes
from jingzhun.registry.forms.fields import date_field

from .base import Form, text_area

PICTURES = "image/jpeg,image/png,image/webp"
DRAWN = "data:image/png;base64,"
LONGEST_DRAWING = 1_500_000  # signs; a finger's signature has some 20,000
HIDDEN = forms.HiddenInput()


class SeveralPicturesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralPicturesField(forms.FileField):
    """Any number of files; the cleaned value is a list."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(SeveralPicturesField, self).clean(each, initial) for each in files]


class VisitForm(Form):
    """What two surveyors found: typed on a phone, so that little is typed and nothing twice."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"))
    visited_on = date_field(gettext_lazy("Day of the visit"))
    surveyor_1 = forms.CharField(label=gettext_lazy("First surveyor"), max_length=60)
    surveyor_2 = forms.CharField(label=gettext_lazy("Second surveyor"), max_length=60)
    met = forms.CharField(label=gettext_lazy("Who was met"), required=False, max_length=60)
    per_capita = forms.DecimalField(
        label=gettext_lazy("Per-capita net income found (yuan a year)"),
        required=False,
        max_digits=10,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )
    cause_main = forms.ChoiceField(label=gettext_lazy("Main cause"), required=False)
    causes_other = forms.MultipleChoiceField(
        label=gettext_lazy("Other causes, at most two"), required=False, widget=forms.CheckboxSelectMultiple
    )
    findings = forms.CharField(
        label=gettext_lazy("What was found"),
        required=False,
        max_length=4_000,
        widget=text_area(4),
        help_text=gettext_lazy("House, work, illness, schooling, debts; what the household says and what you saw."),
    )
    opinion = forms.ChoiceField(label=gettext_lazy("Opinion"), choices=Opinion.choices, widget=forms.RadioSelect)
    photos = SeveralPicturesField(
        label=gettext_lazy("Photos"),
        required=False,
        widget=SeveralPicturesInput(attrs={"accept": PICTURES}),
        help_text=gettext_lazy(
            "The house from outside and inside. Place and camera data are taken out of the pictures."
        ),
    )
    latitude = forms.DecimalField(
        required=False, max_digits=9, decimal_places=6, min_value=-90, max_value=90, widget=HIDDEN
    )
    longitude = forms.DecimalField(
        required=False, max_digits=9, decimal_places=6, min_value=-180, max_value=180, widget=HIDDEN
    )
    signature = forms.CharField(required=False, max_length=LONGEST_DRAWING, widget=forms.HiddenInput())
    signed_form = forms.FileField(
        label=gettext_lazy("Or a photo of the signed form"),
        required=False,
        widget=forms.FileInput(attrs={"accept": PICTURES, "capture": "environment"}),
    )
    red_lines = forms.MultipleChoiceField(
        label=gettext_lazy("Doubts under a red line"), required=False, widget=forms.CheckboxSelectMultiple
    )
    doubt = forms.CharField(label=gettext_lazy("What was seen"), required=False, max_length=300, widget=text_area(2))

    def __init__(
        self, *args: Any, application: Application, purposes: Sequence[str], user: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Purpose.choices)
        day, village = timezone.localdate(), application.household.village_code
        fields: dict[str, Any] = self.fields
        fields["purpose"].choices = [(each, labels[Purpose(each)]) for each in purposes]
        if len(purposes) == 1:
            fields["purpose"].widget = forms.HiddenInput()
        fields["visited_on"].initial = day
        fields["surveyor_1"].initial = user.full_name
        fields["cause_main"].choices = [("", "—"), *grouped_causes(village)]
        fields["causes_other"].choices = dictionary.choices("cause", day)
        lines = rules.red_lines(day).values()
        fields["red_lines"].choices = [(line.code, red_line_label(line)) for line in lines]

    def clean_signature(self) -> str:
        text = self.cleaned_data["signature"]
        if text and not text.startswith(DRAWN):
            raise forms.ValidationError(_("The signature could not be read. Let the household sign again."))
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if len(data.get("causes_other") or ()) > 2:
            self.add_error("causes_other", _("At most two other causes, different from the main one."))
        if len(data.get("photos") or ()) > MOST_PHOTOS:
            self.add_error("photos", _("At most %(count)s photos.") % {"count": MOST_PHOTOS})
        if data.get("red_lines") and not (data.get("doubt") or "").strip():
            self.add_error("doubt", _("Write down what was seen."))
        return data

    def found(self) -> Found:
        """What the form tells, for the action."""
        data = self.cleaned_data
        both = data["latitude"] is not None and data["longitude"] is not None
        return Found(
            data["visited_on"],
            (data["surveyor_1"], data["surveyor_2"]),
            data["opinion"],
            data["purpose"],
            data["met"],
            data["per_capita"],
            data["cause_main"],
            data["causes_other"],
            data["findings"],
            (data["latitude"], data["longitude"]) if both else None,
            bool(data["signature"] or data["signed_form"]),
        )

    def pictures(self) -> list[Picture]:
        """The photos and the signature, drawn or photographed."""
        data = self.cleaned_data
        found = [Picture(file, file.size) for file in data["photos"]]
        if data["signed_form"]:
            found.append(Picture(data["signed_form"], data["signed_form"].size, Attachment.Kind.SIGNATURE))
        if data["signature"]:
            try:
                drawn = base64.b64decode(data["signature"].removeprefix(DRAWN), validate=True)
            except (binascii.Error, ValueError):
                drawn = b""  # is then refused as no picture
            found.append(Picture(io.BytesIO(drawn), len(drawn), Attachment.Kind.SIGNATURE))
        return found

    def doubts(self) -> list[tuple[str, str]]:
        return [(code, self.cleaned_data["doubt"].strip()) for code in self.cleaned_data["red_lines"]]


def grouped_causes(area_code: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The official twelve under the county's own headings; ungrouped where the county has none."""
    day = timezone.localdate()
    offered = dict(dictionary.choices("cause", day))
    groups = county_causes(area_code, day)
    found = [
        (dictionary.label("county_cause", name), [(cause, offered.pop(cause)) for cause in causes if cause in offered])
        for name, causes in groups.items()
    ]
    return [*found, *([(_("Causes"), list(offered.items()))] if offered else [])]


def red_line_label(line: rules.RedLine) -> str:
    """A red line in the language of the screen."""
    return line.en if (get_language() or "").startswith("en") else line.zh
