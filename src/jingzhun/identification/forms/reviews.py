"""What town and county write on a table of cases: opinions, and what is decided on the ticked ones."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.actions.reviews import Opinion
from jingzhun.identification.models import Application
from jingzhun.procedure.actions import Verdict
from jingzhun.procedure.rules import NEEDS_A_REASON, Decision, Step

from .base import Form, text_area


class OpinionForm(Form):
    """One text for all ticked households, or a text of its own in a row."""

    opinion = forms.CharField(label=_("Opinion"), required=False, max_length=2_000, widget=text_area(2))
    agrees = forms.ChoiceField(
        label=_("What was found"),
        choices=[("yes", _("in order: agrees")), ("no", _("not in order: does not agree"))],
    )

    def opinions(self, applications: list[Application], data: QueryDict) -> list[tuple[Application, Opinion]]:
        """Each application with its own text, else the common one."""
        common, agrees = self.cleaned_data["opinion"], self.cleaned_data["agrees"] == "yes"
        return [
            (each, Opinion(agrees, data.get(f"opinion-{each.case_id}", "").strip()[:2_000] or common))
            for each in applications
        ]


class VerdictForm(Form):
    """Send on, send back or refuse; where `whole` cases are decided on, also withdraw, appeal, decide on an appeal."""

    decision = forms.ChoiceField(choices=[(each.value, each.value) for each in
                                          (Decision.APPROVE, Decision.RETURN, Decision.REFUSE)])  # fmt: skip
    to = forms.ChoiceField(label=_("Send back to"), required=False)
    why = forms.CharField(label=_("Reason"), required=False, max_length=2_000)

    def __init__(self, *args: Any, back: list[Step], whole: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if whole:
            others = [(each.value, each.value) for each in Decision if each != Decision.OPEN]
            self.fields["decision"].choices = others  # type: ignore[attr-defined]
        self.fields["to"].choices = [(each.name, each.label) for each in back]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") in NEEDS_A_REASON and not (data.get("why") or "").strip():
            self.add_error("why", _("Say why; the household and the village will read it."))
        if data.get("decision") == Decision.RETURN and not data.get("to"):
            self.add_error("to", _("Choose the step to go back to."))
        return data

    def verdict(self) -> Verdict:
        decision = Decision(self.cleaned_data["decision"])
        to = self.cleaned_data["to"] if decision == Decision.RETURN else ""
        return Verdict(decision, self.cleaned_data["why"].strip(), to)
