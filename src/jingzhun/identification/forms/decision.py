"""The form by which somebody decides on a case."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.actions.decide import WAYS, Wish
from jingzhun.procedure.rules import NEEDS_A_REASON, Decision, Step

from .base import Form, text_area


class DecisionForm(Form):
    """What is decided, on which version of the case, why, and where it goes back to."""

    decision = forms.ChoiceField(choices=[(each.value, each.value) for each in Decision], widget=forms.HiddenInput())
    version = forms.IntegerField(widget=forms.HiddenInput())
    to = forms.ChoiceField(label=_("Send back to"), required=False)
    why = forms.CharField(label=_("Reason"), required=False, max_length=2_000, widget=text_area(3))

    asked_by = forms.CharField(label=_("Who of the household asked for it"), required=False, max_length=60)
    way = forms.ChoiceField(label=_("How they asked"), required=False, choices=[("", "—"), *WAYS.items()])
    paper = forms.FileField(
        label=_("Picture of the signed wish"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
        help_text=_("Needed where they asked on paper."),
    )

    def __init__(self, *args: Any, back: Iterable[Step] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(step.name, step.label) for step in back]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") in NEEDS_A_REASON and not (data.get("why") or "").strip():
            self.add_error("why", _("Say why; the household and the village will read it."))
        if data.get("decision") == Decision.RETURN and not data.get("to"):
            self.add_error("to", _("Choose the step to go back to."))
        return data

    def wish(self) -> Wish:
        """What the household asked the village for."""
        data, paper = self.cleaned_data, self.cleaned_data["paper"]
        return Wish(data["asked_by"], data["way"], data["why"], paper, paper.size if paper else 0)
