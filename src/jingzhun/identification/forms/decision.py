"""The form by which somebody decides on a case."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.actions.decide import WAYS, Wish, faults_of
from jingzhun.procedure.rules import NEEDS_A_REASON, Decision, Step
from jingzhun.registry.rules.refusals import Refused

from .base import Form, text_area

AT_FIELDS = ("to", "why", "asked_by", "way", "paper")  # where their faults are shown


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
        if data.get("decision") == Decision.WITHDRAW and "paper" in data:
            self.refuse(Refused(faults_of(self._wish(data))))
        return data

    def faults(self, choices: Iterable[str]) -> list[str]:
        """What is wrong and stands at no field, as the decision typed cannot be taken any more or has no such field."""
        seen = AT_FIELDS if str(self.data.get("decision")) in choices else ()
        return [str(text) for name, texts in self.errors.items() if name not in seen for text in texts]

    def wish(self) -> Wish:
        """What the household asked the village for."""
        return self._wish(self.cleaned_data)

    @staticmethod
    def _wish(data: dict[str, Any]) -> Wish:
        paper = data["paper"]
        asked_by, way, why = (data.get(name) or "" for name in ("asked_by", "way", "why"))
        return Wish(asked_by, way, why, paper, paper.size if paper else 0)
