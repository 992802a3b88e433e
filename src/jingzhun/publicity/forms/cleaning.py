"""What strangers type, cleaned of what no keyboard means."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms

KEPT = "\n\t"
LONGEST = 8000  # signs of one field that are looked at; no field takes as many


def bounded(data: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by field, cut where it is longer than anybody types: looking at megabytes is work for nothing."""
    return {name[:100]: data[name][:LONGEST] for name in data}


def clean_text(text: str, *, lines: bool = True) -> str:
    """Text in composed form, without control, direction and private-use characters and halves of characters."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(
        sign for sign in composed if sign in KEPT or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    if not lines:
        return " ".join(kept.split())
    return "\n".join(line.rstrip() for line in kept.split("\n")).strip()


class CleanField(forms.CharField):
    """A text of strangers. `lines`: it may have several lines."""

    def __init__(self, *, lines: bool = False, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(str(value), lines=self.lines) if value not in self.empty_values else ""
