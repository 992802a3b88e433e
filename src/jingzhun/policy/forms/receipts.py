"""A department's list of who received a benefit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.registry.forms.imports import ACCEPTED_FILES


class ReceiptListForm(forms.Form):
    """The file, and what it is about."""

    file = forms.FileField(
        label=_("List"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILES}),
        help_text=_(
            "A workbook or CSV with a column of ID numbers or household numbers; the amount and the day beside."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
    policy = forms.ChoiceField(label=_("Policy"))
    year = forms.IntegerField(label=_("For the year"), min_value=2010, max_value=2100)
    received_on = forms.DateField(
        label=_("Paid on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For rows without a day of their own."),
    )
    department = forms.CharField(label=_("Department"), max_length=100)

    def __init__(self, *args: Any, policies: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy"].choices = [("", "—"), *policies]  # type: ignore[attr-defined]

    def clean_received_on(self) -> object:
        if self.cleaned_data["received_on"] > timezone.localdate():
            raise forms.ValidationError(_("The day lies in the future."))
        return self.cleaned_data["received_on"]
