"""Where and from when a notice hangs."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.identification.actions.notices import Posting
from jingzhun.procedure.rules import Step

from .base import Form
from .days import DayInput


class PostForm(Form):
    """The day and the place of notices, for the villages that are ticked."""

    opens_on = forms.DateField(
        label=_("Opens on"),
        widget=DayInput(),
        initial=timezone.localdate,
        help_text=_("The opening day is not counted."),
    )
    place = forms.CharField(
        label=_("Where it hangs"), max_length=120, help_text=_("For instance: the board at the village office.")
    )
    villages = forms.MultipleChoiceField(
        label=_("Villages"), error_messages={"required": _("Tick at least one village.")}
    )

    def __init__(self, *args: Any, villages: Sequence[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = {area.code: area for area in villages}
        self.fields["villages"].choices = [(code, code) for code in self.areas]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> list[str]:
        """Codes of the villages that are ticked: all at first, afterwards those that were."""
        return list(self["villages"].value() or []) if self.is_bound else list(self.areas)

    def postings(self, step: Step) -> list[Posting]:
        data = self.cleaned_data
        return [Posting(self.areas[code], step.name, data["opens_on"], data["place"]) for code in data["villages"]]
