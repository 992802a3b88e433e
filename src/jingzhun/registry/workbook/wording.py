"""Values to cells: the wording that the importer reads back as the very same value."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from jingzhun.registry import dictionary
from jingzhun.registry.dictionary import Field

Wording = Callable[[Any], Any]
FORMULA_SIGNS = tuple("=+-@\t\r")  # what makes a spreadsheet program take a text of a CSV for a formula


def wording(field: Field, language: str) -> Wording:
    """The function that puts a field's value into a cell: codes by their label, yes and no, all else as it is.

    Nothing (None, an empty text or list) stays an empty cell.
    """
    if field.kind == "code":
        labels = _labels(field.code_list, language)
        return lambda value: labels.get(value, value) or None
    if field.kind == "codes":
        labels = _labels(field.code_list, language)
        return lambda value: (
            ("、" if language == "zh" else "; ").join(labels.get(code, code) for code in value or ()) or None
        )
    if field.kind == "bool":
        labels = _labels("yes_no", language)
        return lambda value: None if value is None else labels["true" if value else "false"]
    if field.kind in ("money", "decimal"):
        return lambda value: None if value is None else float(value) if isinstance(value, Decimal) else value
    return lambda value: None if value == "" else value


def guarded(text: str) -> str:
    """A text for a CSV that no spreadsheet program takes for a formula; `unguarded` takes the guard off again."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_SIGNS) else text


def unguarded(text: str) -> str:
    """The text as it was before `guarded`."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS) else text


def _labels(code_list: str, language: str) -> dict[str, str]:
    return {code: entry.en if language == "en" else entry.zh for code, entry in dictionary.codes(code_list).items()}
