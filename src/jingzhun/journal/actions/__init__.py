"""The one way into the journal. Called by every action, inside its transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from jingzhun.database.copying import copy_values
from jingzhun.journal import rules
from jingzhun.journal.models import Entry
from jingzhun.journal.rules import labels


class Actor(Protocol):
    """Who decides: a user. `journal_role` is the role they act in.

    An actor with several roles says by `journal_role_in(area_code, permission)` which of them acts.
    """

    pk: Any

    @property
    def journal_name(self) -> str: ...
    @property
    def journal_role(self) -> str: ...


@dataclass(frozen=True)
class System:
    """The actor of jobs and of the command line."""

    journal_name: str = "system"
    journal_role: str = "system"
    pk: None = None


SYSTEM = System()


@dataclass(frozen=True)
class Decision:
    """One decision to be recorded. `personal` values enter as keyed digests only.

    `permission`: what allows the decision, where one does; it tells in which role the actor decides, and is not kept.
    """

    action: str
    record_type: str
    record: str
    area_code: str = ""
    why: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)
    permission: str = ""


def record(decision: Decision, *, by: "Actor | System", at: datetime | None = None) -> Entry:
    """Record one decision. Raises TransactionManagementError outside a transaction."""
    _require_transaction()
    entry = _entry(decision, by, at or timezone.now())
    entry.save(force_insert=True)
    return entry


def record_many(decisions: Iterable[Decision], *, by: "Actor | System", at: datetime | None = None) -> int:
    """Record decisions taken together, one entry each, in one statement; number of entries."""
    _require_transaction()
    when = at or timezone.now()
    return copy_values(Entry, _columns(), (_row(decision, by, when) for decision in decisions))


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a decision and its journal entry share one transaction")


def register_actions(
    named: Mapping[str, labels.Label],
    records: Mapping[str, labels.Label] | None = None,
    values: Mapping[str, labels.Label] | None = None,
    codes: Mapping[str, Mapping[str, labels.Label]] | None = None,
    public: Iterable[str] = (),
    namers: Mapping[str, labels.Namer] | None = None,
) -> None:
    """Say what actions, kinds of records and values are called on screens; every app calls it once, when it is ready.

    `codes` are the texts of values that are codes, by the value's name, and of records that are. `public` are the
    actions whose entries everybody may read with all their fields. `namers` name records of a kind by their numbers.
    """
    labels.add_actions(named, records, values, codes, public)
    labels.add_namers(namers or {})


def role_of(by: "Actor | System", area_code: str, permission: str = "") -> str:
    """The role in which an actor decides in an area."""
    chosen = getattr(by, "journal_role_in", None)
    return chosen(area_code, permission) if chosen else by.journal_role


def _entry(decision: Decision, by: "Actor | System", at: datetime) -> Entry:
    fields = _fields(decision, by, at)
    return Entry(**fields, leaf=rules.leaf_hash(fields))


def _fields(decision: Decision, by: "Actor | System", at: datetime) -> dict[str, Any]:
    key = bytes.fromhex(settings.DIGEST_KEY)
    digests = {name: rules.personal_digest(value, key) for name, value in decision.personal.items()}
    role = role_of(by, decision.area_code, decision.permission)
    return {
        "at": at,
        "action": decision.action,
        "record_type": decision.record_type,
        "record": decision.record,
        "area_code": decision.area_code,
        "actor_id": by.pk,
        # What everybody may read is signed by the office: a login is half of what opens the door.
        "actor": role if labels.is_public(decision.action) else by.journal_name,
        "role": role,
        "why": decision.why,
        "values": decision.values | digests,
    }


def _columns() -> list[Any]:
    return [Entry._meta.get_field(name) for name in (*rules.FIELDS, "leaf")]


def _row(decision: Decision, by: "Actor | System", at: datetime) -> list[Any]:
    """The entry as COPY takes it, in the order of the columns."""
    fields = _fields(decision, by, at)
    told = fields | {"values": Jsonb(fields["values"])}
    return [*(told[name] for name in rules.FIELDS), rules.leaf_hash(fields)]
