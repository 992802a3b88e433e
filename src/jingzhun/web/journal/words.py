"""Entries in the words of the screen."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.rules import DIGITS, Level
from jingzhun.journal.models import Entry, Place
from jingzhun.journal.rules.labels import (
    SYSTEM_ROLE,
    action_label,
    named_kinds,
    record_names,
    record_type_label,
)
from jingzhun.parameters.dictionary import kinds
from jingzhun.people.models import User
from jingzhun.people.rules import ROLE_LABELS, VIEW_HOUSEHOLDS
from jingzhun.registry.queries.households import area_names
from jingzhun.registry.readable import field_label, field_text

from .values import QUERY, Values

ACTORS = {"system": SYSTEM_ROLE, "villager": _("the household itself")}  # who decides without a login
DIGITS_ONLY = re.compile(r"(?<!\d)\d{6,15}(?!\d)")


class Words:
    """What codes are called in the language of one screen or file; each is asked for once, however many entries."""

    def __init__(self) -> None:
        self.action = cache(lambda action: capfirst(action_label(action)))
        self.kind = cache(record_type_label)
        self.values = Values()
        labels = {str(role): str(label) for role, label in ROLE_LABELS.items()}
        self.roles = labels | {code: str(label) for code, label in ACTORS.items()}
        self.actors = {code: str(label) for code, label in ACTORS.items()}
        self.parameters = {name: str(kind.label) for name, kind in kinds().items()}

    def record(self, entry: Entry, names: Mapping[tuple[str, str], str]) -> str:
        """The kind of record and which one, in words where somebody named it."""
        known: str | None = names.get((entry.record_type, entry.record))
        if entry.record_type == "parameter":
            known = self.parameters.get(entry.record)
        return f"{self.kind(entry.record_type)} {known or entry.record}"


@dataclass(frozen=True)
class Told:
    """An entry as a person reads it."""

    entry: Entry
    area: str
    user: User
    areas: Mapping[str, str] = field(default_factory=dict)
    logins: Mapping[int, str] = field(default_factory=dict)
    records: Mapping[tuple[str, str], str] = field(default_factory=dict)
    words: Words = field(default_factory=Words)

    @property
    def what(self) -> str:
        return self.words.action(self.entry.action)

    @property
    def record(self) -> str:
        return self.words.record(self.entry, self.records)

    @property
    def actor(self) -> str:
        """The login of who decided, also where the office signed; the clock and a household's phone have none."""
        if self.entry.actor_id:
            return self.logins.get(self.entry.actor_id, self.entry.actor)
        return self.words.actors.get(self.entry.actor, self.entry.actor)

    @property
    def record_url(self) -> str:
        """The record's own page, for who may open it."""
        names = {"household": "registry:household", "village": "registry:village"}
        name = names.get(self.entry.record_type)
        return reverse(name, args=[self.entry.record]) if name and self._may_open else ""

    @property
    def role(self) -> str:
        return self.words.roles.get(self.entry.role, self.entry.role)

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
                known = self.records.get((name, str(value)))
                text = known or self.words.values.text(name, value, self.areas)
                shown.append((self.areas.get(name) or self.words.values.name(name), text))
        return shown

    @property
    def _may_open(self) -> bool:
        return len(self.entry.area_code) >= DIGITS[Level.VILLAGE] and self.user.can(
            VIEW_HOUSEHOLDS, self.entry.area_code
        )

    def _change(self, field: str, before: Any, after: Any) -> tuple[str, str]:
        kind = str(self.entry.values.get("row", "")).partition(" ")[0]
        return field_label(kind, field), " → ".join(field_text(kind, field, value) or "–" for value in (before, after))


def tell(entries: Iterable[Entry], user: User, words: Words | None = None) -> list[Told]:
    """Entries with the names of their areas, records and who decided: two queries, and one for each kind of record.

    `words`: those of the file, where it is told in several parts.
    """
    found, words = list(entries), words or Words()
    codes = {code for entry in found for code in _codes(entry) if len(code) in DIGITS.values()}
    areas = area_names(codes)
    records = record_names({(entry.record_type, entry.record) for entry in found} | set(_referred(found)))
    by_office = {entry.actor_id for entry in found if entry.actor_id and entry.actor == entry.role}
    logins = dict(User.objects.filter(pk__in=by_office).values_list("pk", "username")) if by_office else {}
    return [
        Told(entry, areas.get(entry.area_code, entry.area_code), user, areas, logins, records, words) for entry in found
    ]


def _codes(entry: Entry) -> Iterator[str]:
    """What may be an area's code: the entry's own, names of values (quotas stand by their villages), filters."""
    yield entry.area_code
    for name, value in entry.values.items():
        if name.isdigit():
            yield name
        elif name == QUERY and isinstance(value, str):
            yield from DIGITS_ONLY.findall(value)


def _referred(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Records that values name by their number, as a decision its round."""
    for entry in entries:
        for name in named_kinds() & entry.values.keys():
            yield name, str(entry.values[name])
