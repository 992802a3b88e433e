"""What a field's value can be, and what it usually is, by the dictionary: for forms, actions and imports alike."""

import re
from decimal import Decimal
from typing import Any

from jingzhun.registry.dictionary import Field
from jingzhun.registry.workbook.problems import Fault

UNLIKE = {"phone": "not_a_phone", "account": "not_an_account"}  # and a text: a name


def impossible(field: Field, value: Any) -> Fault | None:
    """Why a value cannot be true, if it cannot."""
    if isinstance(value, str):
        unlike = value and field.pattern and not re.fullmatch(field.pattern, value, re.DOTALL)
        return Fault.of(UNLIKE.get(field.kind, "not_a_name"), value=value) if unlike else None
    if not _is_number(value) or _lies(value, field.low, field.high):
        return None
    if value < 0 and field.low == 0:
        return Fault.of("negative", value=str(value))
    return Fault.of("out_of_range", value=str(value), low=str(field.low), high=str(field.high))


def unusual(field: Field, value: Any) -> Fault | None:
    """Why a value deserves a second look, if it does."""
    if isinstance(value, str):
        unlike = value and field.usual_pattern and not re.fullmatch(field.usual_pattern, value, re.DOTALL)
        return Fault.of("unusual_name", value=value) if unlike else None
    if not _is_number(value) or _lies(value, field.usual_low, field.usual_high):
        return None
    return Fault.of("unusual", value=str(value), usual=usual(field))


def usual(field: Field) -> str:
    """`1–15`, `≤ 100` or `≥ 1900`; empty for a field that is no number."""
    low, high = field.usual_low, field.usual_high
    if low is not None and high is not None:
        return f"{low:,}–{high:,}"
    return f"≤ {high:,}" if high is not None else f"≥ {low}" if low is not None else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _lies(value: Any, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
