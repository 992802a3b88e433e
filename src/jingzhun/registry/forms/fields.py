"""One form field for each kind of column."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.translation import gettext as _

from jingzhun.registry import dictionary
from jingzhun.registry.readable import PERSONAL, field_text, spoken_unit, with_unit

NUMBER_ERRORS = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")
REMOVE = "-"  # typed into a personal number's field, it removes the number


def form_field(field: dictionary.Field, stored: Any = None) -> forms.Field:
    """The form field of a column; a stored code that is no longer in force stays among the choices."""
    label = with_unit(field)
    if field.kind == "code":
        return forms.ChoiceField(label=label, required=False, choices=_choices(field.code_list, [stored]))
    if field.kind == "codes":
        return forms.MultipleChoiceField(
            label=label,
            required=False,
            choices=_choices(field.code_list, stored or [])[1:],
            widget=forms.CheckboxSelectMultiple,
        )
    if field.kind == "bool":
        return forms.NullBooleanField(label=label, required=False, widget=forms.NullBooleanSelect)
    if field.kind == "date":
        return date_field(label, required=False)
    if field.kind == "int":
        whole = forms.IntegerField(label=label, required=False)
        return explained(whole, spoken_unit(field.unit), field.low, field.high)
    if field.kind in ("money", "decimal"):
        digits = 12 if field.kind == "money" else 10
        amount = forms.DecimalField(label=label, required=False, max_digits=digits, decimal_places=2)
        return explained(amount, spoken_unit(field.unit), field.low, field.high)
    if field.kind in PERSONAL:
        return _personal(field, stored or "")
    return forms.CharField(label=label, required=False, max_length=60 if field.name != "address" else 200)


def explained(
    field: forms.IntegerField, unit: str | Promise, low: Decimal | int | None = None, high: Decimal | int | None = None
) -> forms.IntegerField:
    """A number's field whose errors all say what fits: the unit, and the range, its own or the dictionary's."""
    low = low if low is not None else field.min_value
    high = high if high is not None else field.max_value
    words: dict[str, Any] = {"low": _grouped(low), "high": _grouped(high), "unit": unit}
    if isinstance(field, forms.DecimalField):
        whole_digits = (field.max_digits or 0) - (field.decimal_places or 0)
        words |= {"high": words["high"] or _grouped(10**whole_digits - 1), "places": field.decimal_places}
        if low is None:
            text = _("A number up to %(high)s with at most %(places)s decimals is wanted (%(unit)s).")
        else:
            text = _("A number from %(low)s to %(high)s with at most %(places)s decimals is wanted (%(unit)s).")
    elif high is None:
        text = _("A whole number from %(low)s is wanted (%(unit)s).")
    else:
        text = _("A whole number from %(low)s to %(high)s is wanted (%(unit)s).")
    field.error_messages |= dict.fromkeys(NUMBER_ERRORS, text % words)
    return field


def _grouped(bound: Decimal | int | None) -> str:
    return "" if bound is None else f"{bound:,}"


def date_field(
    label: Any, *, required: bool = True, initial: date | Callable[[], date] | None = None
) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "max": "2101-12-31"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, initial=initial)


def code_field(
    label: Any, code_list: str, *, required: bool = True, without: tuple[str, ...] = ()
) -> forms.ChoiceField:
    choices = [choice for choice in _choices(code_list, []) if choice[0] not in without]
    return forms.ChoiceField(label=label, required=required, choices=choices)


def _choices(code_list: str, stored: list[Any]) -> list[tuple[str, str]]:
    offered = [("", "—"), *dictionary.choices(code_list, timezone.localdate())]
    known = {code for code, _label in offered}
    past = [(code, dictionary.label(code_list, code)) for code in stored if code and code not in known]
    return offered + past


def _personal(field: dictionary.Field, stored: str) -> forms.CharField:
    """A personal number is never written into a page: an empty field keeps it."""
    hint = ""
    if stored:
        masked = escape(field_text(field.sheet, field.name, stored))
        hint = _("Stored: %(masked)s. Leave empty to keep it; a single dash removes it.") % {"masked": masked}
    return forms.CharField(
        label=field.label,
        required=False,
        max_length=40,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )
