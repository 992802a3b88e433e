"""The list of a department, and the decision on flags."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.models import CrossList
from jingzhun.registry.forms.imports import ACCEPTED_FILES

from .base import Form, text_area
from .days import DayInput


class ListForm(Form):
    """What a department handed over, and of which day."""

    file = forms.FileField(
        label=_("List"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILES}),
        help_text=_("A workbook or CSV with a column of ID numbers; other columns say what it is about."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    kind = forms.ChoiceField(label=_("What it lists"), choices=CrossList.Kind.choices)
    source = forms.CharField(label=_("Department"), max_length=100)
    as_of = forms.DateField(label=_("State of which day"), widget=DayInput())

    def clean_as_of(self) -> object:
        if self.cleaned_data["as_of"] > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future."))
        return self.cleaned_data["as_of"]


class FlagForm(Form):
    """What a human decides on flags, with the reason in writing."""

    confirmed = forms.ChoiceField(
        label=_("Decision"), choices=[("yes", _("the red line is confirmed")), ("no", _("the doubt is lifted"))]
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=2_000, widget=text_area(2),
        error_messages={"required": _("Say why; it is kept with the decision.")},
    )  # fmt: skip
