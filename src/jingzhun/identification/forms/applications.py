"""Forms by which applications are taken down, by the village or by the household itself."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.identification.models import FiledBy, Round
from jingzhun.registry.forms.fields import date_field

from .base import Form, text_area

PHONE = {"inputmode": "tel", "autocomplete": "off"}


class _Filed(Form):
    """A day within the round's window, and why the household applies."""

    filed_on = date_field(gettext_lazy("Filed on"))
    reason = forms.CharField(
        label=gettext_lazy("Why the household applies"), required=False, max_length=1_000, widget=text_area(3)
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = timezone.localdate()
        span = {"first": round_.opens_on, "last": round_.closes_on}
        if day > round_.closes_on:  # the day on the paper is not ours to guess
            told = _("The window is over: the day on the paper, between %(first)s and %(last)s.")
        else:
            self.fields["filed_on"].initial = max(day, round_.opens_on)
            told = _("Between %(first)s and %(last)s.")
        self.fields["filed_on"].help_text = told % span


class ApplicationForm(_Filed):
    """The application of one household."""

    filed_by = forms.ChoiceField(
        label=gettext_lazy("Who files it"),
        choices=[choice for choice in FiledBy.choices if choice[0] != FiledBy.HOUSEHOLD],
        initial=FiledBy.CLERK,
        widget=forms.RadioSelect,
    )
    on_behalf_why = forms.CharField(
        label=gettext_lazy("Why on behalf"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Needed where somebody else files for the household: old and alone, ill, cannot write…"),
    )
    contact = forms.CharField(
        label=gettext_lazy("Phone of the household"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs=PHONE),
        help_text=gettext_lazy("Kept sealed; whoever works on the case may look it up, and each look is written down."),
    )
    field_order = ["filed_by", "on_behalf_why", "filed_on", "reason", "contact"]


class ManyApplicationsForm(_Filed):
    """The same for several households at once, as after a round through the village."""

    household = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput())

    def __init__(self, *args: Any, numbers: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["household"].choices = [(number, number) for number in numbers]  # type: ignore[attr-defined]

    def clean_household(self) -> list[str]:
        chosen = self.cleaned_data["household"]
        if not chosen:
            raise forms.ValidationError(_("Tick at least one household."))
        return list(chosen)


class OwnApplicationForm(Form):
    """What a household writes itself."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you apply?"),
        max_length=1_000,
        widget=text_area(4),
        help_text=gettext_lazy("In your own words: what makes life hard at the moment."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Your phone"), required=False, max_length=20, widget=forms.TextInput(attrs=PHONE)
    )


class OwnPhoneForm(Form):
    phone = forms.CharField(label=gettext_lazy("Your phone"), max_length=20, widget=forms.TextInput(attrs=PHONE))


class OwnAppealForm(Form):
    why = forms.CharField(label=gettext_lazy("What should be looked at again?"), max_length=1_000, widget=text_area(4))


class OwnWithdrawalForm(Form):
    why = forms.CharField(label=gettext_lazy("Why do you take it back?"), max_length=1_000, widget=text_area(3))


class CodeForm(Form):
    code = forms.CharField(
        label=gettext_lazy("Your code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=gettext_lazy("Twelve signs; the village committee gives it to you on a slip of paper."),
    )
