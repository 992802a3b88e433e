"""The filter of the list of entries, in the words of its address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.journal.queries.entries import Asked
from jingzhun.journal.rules.labels import known_actions
from jingzhun.people.models import User


class EntryFilter(forms.Form):
    """Days, action, area, record and user; unfit values are told and left aside."""

    record = forms.CharField(label=_("record"), required=False, max_length=60, help_text=_("number of a household …"))
    first = forms.DateField(label=_("from day"), required=False)
    last = forms.DateField(label=_("to day"), required=False)
    action = forms.ChoiceField(label=_("what"), required=False)
    area = forms.ChoiceField(label=_("area"), required=False)
    user = forms.CharField(label=_("login name"), required=False, max_length=150)

    def __init__(self, data: Any, areas: list[Area]) -> None:
        super().__init__(data)
        actions = sorted(known_actions().items(), key=lambda each: each[0])
        self.fields["action"] = forms.ChoiceField(label=_("what"), required=False, choices=[("", _("any")), *actions])
        self.fields["area"] = forms.ChoiceField(
            label=_("area"), required=False, choices=[("", _("any")), *((a.code, a.short_name) for a in areas)]
        )
        for name in ("first", "last"):
            self.fields[name].widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")

    def asked(self) -> Asked:
        """What is asked for, as far as it is fit."""
        self.is_valid()
        told = {name: value for name, value in self.cleaned_data.items() if value}
        if login := told.get("user"):
            told["user_number"] = User.objects.filter(username=login).values_list("pk", flat=True).first()
        return Asked(**told)
