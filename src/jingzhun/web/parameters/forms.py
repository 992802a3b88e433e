"""The filter of the list, and the form that sets a value."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.models import Area
from jingzhun.parameters.dictionary import Kind
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.rules import GROUPS, LONGEST_SOURCE, PLACES, Wanted


class ParameterFilter(forms.Form):
    """A word, a group, and the area in which the values hold."""

    q = forms.CharField(label=_("Search"), required=False, max_length=60, help_text=_("name, unit or source …"))
    group = forms.ChoiceField(label=pgettext_lazy("parameters", "group"), required=False)
    area = forms.ChoiceField(label=_("area"), required=False)

    def __init__(self, data: Any, areas: Iterable[Area]) -> None:
        super().__init__(data)
        self.fields["group"] = forms.ChoiceField(
            label=self.fields["group"].label, required=False, choices=[("", _("any")), *GROUPS.items()]
        )
        self.fields["area"] = forms.ChoiceField(
            label=_("area"), required=False, choices=[(area.code, area.short_name) for area in areas]
        )


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


class ValueForm(forms.Form):
    """An area's value of one parameter; what it may be, the action says."""

    value = forms.DecimalField(label=_("value"), max_digits=16, decimal_places=PLACES)
    valid_from = _day(_("valid from"))
    valid_until = _day(
        _("valid until"),
        _("The first day on which it no longer holds; then the value of the area above does. Empty for an open end."),
        required=False,
    )
    source = forms.CharField(
        label=_("document"), max_length=LONGEST_SOURCE, help_text=_("Which document sets it: number, title, day.")
    )
    why = forms.CharField(
        label=_("reason"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed where the value begins before today. What was decided already stays as it is."),
    )

    def __init__(self, data: Any, *, kind: Kind, area: Area, row: Parameter | None) -> None:
        super().__init__(data, initial=_initial(row) if row else {"valid_from": timezone.localdate()})
        self.kind, self.area = kind, area
        self.fields["value"].label = f"{kind.label} ({kind.unit_label})"
        if kind.yearly:
            del self.fields["valid_until"]
            self.fields["valid_from"].help_text = _("1 January of the year whose value it is; it ends with that year.")

    def wanted(self) -> Wanted:
        """What was typed, once it is valid."""
        return Wanted(self.kind.name, self.area.code, **self.cleaned_data)


def _initial(row: Parameter) -> dict[str, Any]:
    return {
        "value": row.amount,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "source": row.source,
    }
