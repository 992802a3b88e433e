"""What the values of a decision are called, and what they say, in the language of the screen."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.rules import DIGITS
from jingzhun.journal.rules.labels import code_text, value_label
from jingzhun.registry.readable import field_label, field_text

DIGEST = "digest:"
TIMES = {" before": gettext_lazy("%(name)s, before"), " after": gettext_lazy("%(name)s, after")}
SHEETS = ("household", "member", "survey")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
QUERY = "query"  # a filter as in the address


class Values:
    """Names and texts of values for one screen or file; each word is looked up once, however many entries tell it."""

    def __init__(self) -> None:
        self.name = cache(name_of)
        self._code = cache(_code)
        self._digest = _("a personal value, kept as a keyed digest only: %(digest)s …")
        self._plain = {True: _("yes"), False: _("no"), None: "–"}

    def text(self, name: str, value: Any, areas: Mapping[str, str]) -> str:
        """What a value says: codes in words, moments in the county's time, lists and values within it one by one."""
        if isinstance(value, bool) or value is None:
            return self._plain[value]
        if isinstance(value, str):
            return self._string(name, value, areas)
        if isinstance(value, dict):
            told = ((self._key(name, key, areas), self._inner(key, each, areas)) for key, each in value.items())
            return "; ".join(f"{key}: {text}" for key, text in told)
        if isinstance(value, list):
            return ", ".join(self._inner(name, each, areas) for each in value)
        return str(value)

    def _string(self, name: str, value: str, areas: Mapping[str, str]) -> str:
        if value.startswith(DIGEST):
            return self._digest % {"digest": value[7:23]}
        if name == QUERY:
            asked = parse_qsl(value)
            return "; ".join(f"{self.name(key)}: {self._string(key, each, areas)}" for key, each in asked)
        if MOMENT.fullmatch(value):
            return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M}"
        return areas.get(value) or self._code(name, value)

    def _inner(self, name: str, value: Any, areas: Mapping[str, str]) -> str:
        text = self.text(name, value, areas)
        return f"({text})" if isinstance(value, list | dict) else text

    def _key(self, name: str, key: str, areas: Mapping[str, str]) -> str:
        """What a value within a value is called: an area, a code of the outer one, or a name like any other."""
        text = areas.get(key) or code_text(name, key)
        return text if text != key else self.name(key)


def name_of(name: str) -> str:
    """A value's name: of a field of the register its label, of what else is known its word, or its code."""
    for ending, wording in TIMES.items():
        if name.endswith(ending):
            return str(wording) % {"name": name_of(name.removesuffix(ending))}
    labels = (field_label(sheet, name) for sheet in SHEETS)
    return value_label(name) or next((label for label in labels if label != name), name)


def is_named(name: str) -> bool:
    """Whether a value's name is told in words; the code of an area stands for its name."""
    return name_of(name) != name or (len(name) in DIGITS.values() and name.isdigit())


def _code(name: str, value: str) -> str:
    """A code in words: of the decisions' own lists, or of the register's; what nobody named stays as it is."""
    text = code_text(name, value)
    if text != value:
        return text
    texts = (_field_text(sheet, name, value) for sheet in SHEETS)
    return next((text for text in texts if text and text != value), value)


def _field_text(sheet: str, name: str, value: str) -> str:
    try:
        return field_text(sheet, name, value)
    except (KeyError, ValueError):
        return value
