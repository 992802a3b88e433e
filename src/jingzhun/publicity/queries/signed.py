"""What was decided on a notice or an objection, with who decided it, by name and role."""

from dataclasses import dataclass

from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries_of
from jingzhun.people.models import User
from jingzhun.people.rules import ROLE_LABELS

LATEST = 20


@dataclass(frozen=True)
class Signed:
    """An entry of the journal. `name` and `role` are those of the user; empty for the system and for the public."""

    entry: Entry
    name: str = ""
    role: str = ""


def signed_entries(record_type: str, record: str) -> list[Signed]:
    """The latest entries of a record, the newest first; two queries."""
    entries = list(entries_of(record_type, record)[:LATEST])
    names = dict(User.objects.filter(pk__in={each.actor_id for each in entries}).values_list("pk", "full_name"))
    roles = {str(role): str(label) for role, label in ROLE_LABELS.items()}
    return [
        Signed(each, names.get(each.actor_id, ""), roles.get(each.role, "")) if each.actor_id else Signed(each)
        for each in entries
    ]
