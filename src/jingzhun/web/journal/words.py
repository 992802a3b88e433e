"""Entries in the words of the screen."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.rules import DIGITS, Level
from jingzhun.journal.models import Entry, Place
from jingzhun.journal.rules.labels import SYSTEM_ROLE, action_label, record_type_label, value_label
from jingzhun.people.models import User
from jingzhun.people.rules import ROLE_LABELS, VIEW_HOUSEHOLDS
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.readable import field_label, field_text

DIGEST = "digest:"
NAMES: dict[str, str | Promise] = {
    "on": gettext_lazy("Day"),
    "year": gettext_lazy("Year"),
    "rows": gettext_lazy("Rows"),
    "query": gettext_lazy("Filter"),
    "rule": gettext_lazy("Rule"),
    "search": gettext_lazy("Text searched for"),
    "role": gettext_lazy("Role"),
    "from": gettext_lazy("From"),
    "until": gettext_lazy("Until"),
    "file": gettext_lazy("File"),
}
TIMES = {" before": gettext_lazy("%(name)s, before"), " after": gettext_lazy("%(name)s, after")}
SHEETS = ("household", "member", "survey")


@dataclass(frozen=True)
class Told:
    """An entry as a person reads it."""

    entry: Entry
    area: str
    user: User

    @property
    def what(self) -> str:
        return capfirst(action_label(self.entry.action))

    @property
    def record(self) -> str:
        return f"{record_type_label(self.entry.record_type)} {self.entry.record}"

    @property
    def record_url(self) -> str:
        """The record's own page, for who may open it."""
        names = {"household": "registry:household", "village": "registry:village"}
        name = names.get(self.entry.record_type)
        return reverse(name, args=[self.entry.record]) if name and self._may_open else ""

    @property
    def role(self) -> str:
        labels = {str(role): str(label) for role, label in ROLE_LABELS.items()} | {"system": str(SYSTEM_ROLE)}
        return labels.get(self.entry.role, self.entry.role)

    @property
    def url(self) -> str:
        return reverse("journal:entry", args=[self.entry.pk])

    @cached_property
    def place(self) -> Place | None:
        """The place in the tree; none while the entry waits for one."""
        try:
            return self.entry.place
        except Place.DoesNotExist:
            return None

    @property
    def hash(self) -> str:
        return bytes(self.entry.leaf).hex()

    @property
    def values(self) -> list[tuple[str, str]]:
        """Names and texts of the values decided upon; of a changed field, what it was and what it became."""
        shown: list[tuple[str, str]] = []
        for name, value in self.entry.values.items():
            if name == "changed" and isinstance(value, dict):
                shown += [self._change(field, *pair) for field, pair in value.items()]
            elif name != "row":
                shown.append((value_name(name), _text(value)))
        return shown

    @property
    def _may_open(self) -> bool:
        return len(self.entry.area_code) >= DIGITS[Level.VILLAGE] and self.user.can(
            VIEW_HOUSEHOLDS, self.entry.area_code
        )

    def _change(self, field: str, before: Any, after: Any) -> tuple[str, str]:
        kind = str(self.entry.values.get("row", "")).partition(" ")[0]
        return field_label(kind, field), " → ".join(field_text(kind, field, value) or "–" for value in (before, after))


def tell(entries: Iterable[Entry], user: User) -> list[Told]:
    """Entries with the names of their areas; one query."""
    found = list(entries)
    fit = {entry.area_code for entry in found if len(entry.area_code) in DIGITS.values()}
    names = area_names(fit)
    return [Told(entry, names.get(entry.area_code, entry.area_code), user) for entry in found]


def value_name(name: str) -> str:
    """A value's name: what it is called here or by its app, of a field of the register its label, or its code."""
    for ending, wording in TIMES.items():
        if name.endswith(ending):
            return str(wording) % {"name": value_name(name.removesuffix(ending))}
    labels = (field_label(sheet, name) for sheet in SHEETS)
    return str(
        NAMES.get(name) or capfirst(value_label(name)) or next((label for label in labels if label != name), name)
    )


def _text(value: Any) -> str:
    if isinstance(value, str) and value.startswith(DIGEST):
        return _("a personal value, kept as a keyed digest only: %(digest)s …") % {"digest": value[7:23]}
    if isinstance(value, bool) or value is None:
        return {True: _("yes"), False: _("no"), None: "–"}[value]
    return str(value) if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False, indent=1)
