"""The values of a finding in words: labels in the language of the screen, codes by their label."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.registry import dictionary
from jingzhun.registry.readable import readable, spoken

from .rulebook import told


def tell(
    value: Mapping[str, Any], villages: Mapping[str, str], may_see: Callable[[str], bool]
) -> list[tuple[str, str]]:
    """(label, text) of each value, in the order of the book. `villages`: names by code. A household of a village
    that the reader may not see stays unnamed: only its village is told.
    """
    hidden = "other_village" in value and not may_see(value["other_village"] or "")
    found = []
    order = list(told())
    for name in sorted(value, key=lambda each: order.index(each) if each in told() else len(order)):
        each = value[name]
        label, kind, code_list = _known(name)
        if kind == "household" and hidden:
            text = _("in another area")
        elif kind == "area":
            text = villages.get(each or "", each or "")
        else:
            text = _text(kind, code_list, each)
        if text:
            found.append((label, text))
    return found


def _known(name: str) -> tuple[str, str, str]:
    """Label, kind and code list of a value."""
    if name in told():
        words, kind, code_list = told()[name]
        return str(words), kind, code_list
    field = next((field for field in dictionary.fields() if field.name == name), None)
    return (field.label, field.kind, field.code_list) if field else (name, "text", "")


def _text(kind: str, code_list: str, value: Any) -> str:
    if kind in ("money", "decimal") and value is not None:
        return spoken(Decimal(str(value)))
    if kind == "difference" and value is not None:
        return f"{value:+,}"
    if kind == "date" and value:
        return date.fromisoformat(str(value)[:10]).isoformat()
    return spoken(readable(kind, code_list, value))
