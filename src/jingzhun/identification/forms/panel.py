"""The review meeting: calling it, inviting judges, and the score of a judge."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jingzhun.identification.actions.panel import Invited
from jingzhun.identification.models import Judge
from jingzhun.identification.village_rules import HIGHEST, Criterion

from .base import Form, text_area
from .days import DayInput

MOST_JUDGES = 100


class PanelForm(Form):
    """When and where the leading group meets, and how many villages may be listed."""

    held_on = forms.DateField(label=_("Day"), widget=DayInput())
    place = forms.CharField(label=_("Place"), required=False, max_length=100)
    wanted = forms.IntegerField(
        label=_("Villages to be listed"),
        required=False,
        min_value=1,
        max_value=9_999,
        help_text=_("How many the level above hands down. Empty: every village that is scored is listed."),
    )


class InviteForm(Form):
    """Judges of one capacity, one a line: name, unit."""

    capacity = forms.ChoiceField(label=_("Who they are"), choices=Judge.Capacity.choices)
    judges = forms.CharField(
        label=_("Judges, one a line"),
        max_length=20_000,
        widget=text_area(5),
        help_text=_("Name, then a comma and the unit. For example: Li Ming, Bureau of Finance"),
    )

    def clean_judges(self) -> list[tuple[str, str]]:
        """Names and units; lines without anything are left out."""
        found = []
        for line in self.cleaned_data["judges"].splitlines():
            name, _comma, unit = line.replace("，", ",").replace("\t", ",").partition(",")
            if name.strip():
                found.append((name.strip()[:60], unit.strip()[:100]))
        if not found:
            raise forms.ValidationError(gettext("Name at least one judge."))
        if len(found) > MOST_JUDGES:
            raise forms.ValidationError(gettext("At most %(count)s judges at once.") % {"count": MOST_JUDGES})
        if len(set(found)) < len(found):
            raise forms.ValidationError(gettext("One of them stands twice."))
        return found

    def invited(self) -> list[Invited]:
        capacity = self.cleaned_data["capacity"]
        return [Invited(name, capacity, unit) for name, unit in self.cleaned_data["judges"]]


class CodeForm(Form):
    """The code on a judge's slip."""

    code = forms.CharField(
        label=_("The code on your slip"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code-input"}
        ),
    )


class ScoreForm(Form):
    """Points of 0 to 100 for each criterion, and a comment."""

    comment = forms.CharField(label=_("Comment"), required=False, max_length=300, widget=text_area(3))

    def __init__(self, *args: Any, criteria: Sequence[Criterion], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = [each.code for each in criteria]
        for each in criteria:
            label = each.en if language.startswith("en") else each.zh
            self.fields[each.code] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=HIGHEST,
                help_text=gettext("weight %(weight)s") % {"weight": each.weight},
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )

    @property
    def scales(self) -> list[Any]:
        return [self[code] for code in self.criteria]

    def points(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in self.criteria}
