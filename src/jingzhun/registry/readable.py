"""Values of the register as a reader reads them: codes by their label, personal numbers masked."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.methods.rounding import half_up

from . import dictionary
from .rules import ids

PERSONAL = frozenset({"id", "phone", "account"})
MASKS: dict[str, Callable[[str], str]] = {"id": ids.mask, "phone": ids.mask_phone, "account": ids.mask_account}
COMPUTED: dict[str, str | Promise] = {
    "total_income": _("Total income"),
    "net_income": _("Net income"),
    "per_capita": _("Per-capita net income"),
}
UNITS: dict[str, str | Promise] = {"mu": _("mu"), "km": _("km"), "m²": "m²"}  # money is yuan throughout
ENTRY_UNITS: dict[str, str | Promise] = {
    "yuan": pgettext_lazy("unit", "yuan"),
    "yuan per person": pgettext_lazy("unit", "yuan per person"),
    "mu": pgettext_lazy("unit", "mu"),
    "km": pgettext_lazy("unit", "km"),
    "months": pgettext_lazy("unit", "months"),
    "persons": pgettext_lazy("unit", "persons"),
    "year": pgettext_lazy("unit", "year"),
}
# What a village reports, by its unit; the rest is yes or no, a day or a text.
VILLAGE_UNITS: dict[str, str | Promise] = {
    **dict.fromkeys(
        ("households", "safe_water_households", "tap_water_households", "power_households"),
        pgettext_lazy("unit", "households"),
    ),
    **dict.fromkeys(("persons", "labour", "doctors"), pgettext_lazy("unit", "persons")),
    **dict.fromkeys(("groups", "groups_without_road"), pgettext_lazy("unit", "groups")),
    **dict.fromkeys(("per_capita_income", "collective_income"), pgettext_lazy("unit", "yuan")),
    "arable": pgettext_lazy("unit", "mu"),
    "dangerous_houses": pgettext_lazy("unit", "houses"),
    "cooperatives": pgettext_lazy("unit", "cooperatives"),
}
# Columns that events and not forms write: outside of the dictionary of the workbooks.
EVENT_FIELDS: dict[str, tuple[str | Promise, str, str]] = {
    "joined_on": (_("joined on"), "date", ""),
    "join_reason": (_("joined by"), "code", "join_reason"),
    "left_on": (_("left on"), "date", ""),
    "leave_reason": (_("left by"), "code", "leave_reason"),
    "closed_on": (_("closed on"), "date", ""),
    "area_id": (_("area"), "text", ""),
    "registered_on": (_("registered on"), "date", ""),
    "exited_on": (_("exited on"), "date", ""),
    "relapse": (_("relapse"), "bool", "yes_no"),
    "round": (_("round"), "text", ""),
}


def readable(kind: str, code_list: str, value: Any, *, personal: bool = False) -> Any:
    """What a workbook's cell holds: numbers and dates as such, codes by their label, personal numbers masked."""
    if kind == "code":
        return dictionary.label(code_list, value)
    if kind == "codes":
        return "、".join(dictionary.label(code_list, code) for code in value or ())
    if kind == "bool":
        return "" if value is None else dictionary.label("yes_no", "true" if value else "false")
    if kind in PERSONAL and not personal:
        return MASKS[kind](value or "")
    return "" if value is None else value


def spoken(value: Any) -> str:
    """A number or date as a screen writes it."""
    if isinstance(value, Decimal):
        return formats.number_format(half_up(value, 2), 2, use_l10n=True, force_grouping=True)
    return value.isoformat() if isinstance(value, date) else str(value)


def spoken_unit(unit: str) -> str | Promise:
    """A unit of the dictionary in words."""
    return ENTRY_UNITS.get(unit, unit)


def field_text(sheet: str, name: str, value: Any, *, personal: bool = False) -> str:
    """A column's value as a screen shows it."""
    kind, code_list = _kind(sheet, name)
    return spoken(readable(kind, code_list, value, personal=personal))


def field_label(sheet: str, name: str) -> str:
    """A column's name as a screen shows it; the column's own where the dictionary has none."""
    if name in COMPUTED:
        return str(COMPUTED[name])
    if name in EVENT_FIELDS:
        return capfirst(str(EVENT_FIELDS[name][0]))
    found = _field(sheet, name)
    return with_unit(found) if found else name


def with_unit(field: dictionary.Field) -> str:
    """A field's label, with its unit where the label does not name it."""
    unit = UNITS.get(field.unit)
    label = str(capfirst(field.label))
    return label if unit is None or label.endswith((")", "）")) else f"{label} ({unit})"


def _kind(sheet: str, name: str) -> tuple[str, str]:
    if name in EVENT_FIELDS:
        return EVENT_FIELDS[name][1:]
    found = _field(sheet, name)
    return (found.kind, found.code_list) if found else ("money" if name in COMPUTED else "text", "")


@cache
def _field(sheet: str, name: str) -> dictionary.Field | None:
    return next((field for field in dictionary.fields(sheet) if field.name == name), None)
