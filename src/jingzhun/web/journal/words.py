"""Entries in the words of the screen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.rules import DIGITS, Level
from jingzhun.journal.models import Entry, Place
from jingzhun.journal.rules.labels import SYSTEM_ROLE, action_label, code_text, record_type_label, value_label
from jingzhun.parameters.dictionary import kinds
from jingzhun.people.models import User
from jingzhun.people.rules import ROLE_LABELS, VIEW_HOUSEHOLDS
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.readable import field_label, field_text

DIGEST = "digest:"
TIMES = {" before": gettext_lazy("%(name)s, before"), " after": gettext_lazy("%(name)s, after")}
SHEETS = ("household", "member", "survey")


@dataclass(frozen=True)
class Told:
    """An entry as a person reads it."""

    entry: Entry
    area: str
    user: User
    areas: Mapping[str, str] = field(default_factory=dict)
    logins: Mapping[int, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        return capfirst(action_label(self.entry.action))

    @property
    def record(self) -> str:
        known = kinds().get(self.entry.record) if self.entry.record_type == "parameter" else None
        return f"{record_type_label(self.entry.record_type)} {known.label if known else self.entry.record}"

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
    def by(self) -> str:
        """The login of who decided; what everybody may read names the office and the user's number only."""
        return self.logins.get(self.entry.actor_id or 0, self.entry.actor)

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
                shown.append((self.areas.get(name) or _name(name), _text(name, value)))
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
    """Entries with the names of their areas, and of who decided; two queries."""
    found = list(entries)
    told = {name for entry in found for name in entry.values if name.isdigit()}  # quotas stand by their villages
    names = area_names({code for code in told | {entry.area_code for entry in found} if len(code) in DIGITS.values()})
    by_office = {entry.actor_id for entry in found if entry.actor_id and entry.actor == entry.role}
    logins = dict(User.objects.filter(pk__in=by_office).values_list("pk", "username")) if by_office else {}
    return [Told(entry, names.get(entry.area_code, entry.area_code), user, names, logins) for entry in found]


def _name(name: str) -> str:
    """A value's name: of a field of the register its label, of what else is known its word, or its code."""
    for ending, wording in TIMES.items():
        if name.endswith(ending):
            return str(wording) % {"name": _name(name.removesuffix(ending))}
    labels = (field_label(sheet, name) for sheet in SHEETS)
    return value_label(name) or next((label for label in labels if label != name), name)


def is_named(name: str) -> bool:
    """Whether a value's name is told in words; the code of an area stands for its name."""
    return _name(name) != name or (len(name) in DIGITS.values() and name.isdigit())


def _text(name: str, value: Any) -> str:
    if isinstance(value, str) and value.startswith(DIGEST):
        return _("a personal value, kept as a keyed digest only: %(digest)s …") % {"digest": value[7:23]}
    if isinstance(value, bool) or value is None:
        return {True: _("yes"), False: _("no"), None: "–"}[value]
    if isinstance(value, dict) and all(isinstance(each, str | int | float) for each in value.values()):
        return "; ".join(f"{_key(name, key)}: {_text(key, each)}" for key, each in value.items())
    if isinstance(value, str | int | float):
        return code_text(name, str(value))
    return json.dumps(value, ensure_ascii=False, indent=1)


def _key(name: str, key: str) -> str:
    """What a value within a value is called: a code of the outer one, or a name like any other."""
    text = code_text(name, key)
    return text if text != key else _name(key)
