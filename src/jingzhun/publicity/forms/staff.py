"""The forms behind the login."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.publicity.models import Contact, Ruling
from jingzhun.registry.forms.fields import date_field

from .cleaning import CleanField

LINES = {"widget": forms.Textarea(attrs={"rows": 4})}


class BoardPhotoForm(forms.Form):
    """A photo of the notice on the board."""

    file = forms.FileField(
        label=_("Photo of the board"), widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"})
    )
    taken_on = date_field(_("taken on"), initial=timezone.localdate)


class TakeDownForm(forms.Form):
    """Why a photo of the board is taken down."""

    why = CleanField(label=_("Why is this photo wrong?"), max_length=200)


class FindingForm(forms.Form):
    text = CleanField(
        label=_("What was found, where, by asking whom"), lines=True, min_length=2, max_length=2000, **LINES
    )


class RulingForm(forms.Form):
    """The decision on an objection."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=Ruling.OUTCOMES, widget=forms.RadioSelect)
    reason = CleanField(label=_("Reasons, for the file"), lines=True, min_length=2, max_length=2000, **LINES)
    reply = CleanField(
        label=_("Reply to the objector"), lines=True, min_length=2, max_length=2000,
        help_text=_("The objector reads it with number and secret; the village reads neither reasons nor reply."),
        **LINES,
    )  # fmt: skip


class ContactForm(forms.ModelForm):
    """Where objections are taken in an area."""

    class Meta:
        model = Contact
        fields = ["office", "phone", "address", "hours"]
