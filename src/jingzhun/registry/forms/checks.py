"""What a clerk says when a finding may stand."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReopenForm(forms.Form):
    why = forms.CharField(label=_("Why it is opened again"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AcceptForm(forms.Form):
    why = forms.CharField(
        label=_("Why it may stand"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("Who looked at what, and what was found. It is kept in the journal."),
    )
