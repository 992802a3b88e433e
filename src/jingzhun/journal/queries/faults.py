"""What verifying the journal may find, in words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jingzhun.journal.rules.labels import action_label


class Reason(StrEnum):
    """Why something does not fit."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    UNPLACED = "unplaced"
    REPLACED = "replaced"
    NODE = "node"
    ROOT = "root"
    PUBLISHED = "published"
    SIGNATURE = "signature"
    KEY = "key"
    NUMBERS = "numbers"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    FOREIGN = "foreign"


REASONS: dict[Reason, Promise] = {
    Reason.CHANGED: _("changed: its fields do not give the hash under which it was recorded"),
    Reason.REMOVED: _("removed: it has its place in the journal, and is not there any more"),
    Reason.INSERTED: _("inserted behind the journal's back: it was never given in for sealing at its place"),
    Reason.UNPLACED: _("its place in the tree was removed"),
    Reason.REPLACED: _("changed together with its hash: what was sealed then is not what stands here now"),
    Reason.NODE: _("a stored hash above it was changed"),
    Reason.ROOT: _("a stored root was changed or removed, or entries under it were together with their hashes"),
    Reason.PUBLISHED: _("a published root is not the root of the entries that it covers"),
    Reason.SIGNATURE: _("a published root does not carry a valid signature, or one of another day"),
    Reason.KEY: _("the roots are signed by a key for which this installation's key does not vouch"),
    Reason.NUMBERS: _("entries bear other numbers than those that were signed for their places"),
    Reason.KEPT: _("the journal is not the one of a checkpoint that was kept outside the database"),
    Reason.WITHDRAWN: _("a root that was published is not in the database any more"),
    Reason.FOREIGN: _("a checkpoint that was kept outside the database is not signed by a key of this journal"),
}


@dataclass(frozen=True)
class Fault:
    """The first thing that does not fit.

    `number` is the entry's; where a whole stretch may be meant, up to `until`. `after` is the entry before a gap whose
    own number is lost. `root` is the size of the first root that it spoils, `day` the first published one, `file` the
    checkpoint kept outside the database that it contradicts.
    """

    reason: Reason
    number: int | None = None
    until: int | None = None
    after: int | None = None
    position: int | None = None
    action: str = ""
    at: datetime | None = None
    root: int | None = None
    day: date | None = None
    file: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        told = {name: value for name, value in vars(self).items() if value not in (None, "")}
        return told | {
            "reason": self.reason.value,
            **({"at": self.at.isoformat()} if self.at else {}),
            **({"day": self.day.isoformat()} if self.day else {}),
        }

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> "Fault":
        """Back from JSON."""
        kept = {
            "reason": Reason(told["reason"]),
            **({"at": datetime.fromisoformat(told["at"])} if "at" in told else {}),
            **({"day": date.fromisoformat(told["day"])} if "day" in told else {}),
        }
        return cls(**(told | kept))


def sentence(fault: Fault) -> str:
    """What does not fit, which entry it is, and which roots it spoils, in the language of the screen."""
    parts = [gettext("%(which)s: %(why)s.") % {"which": _which(fault), "why": REASONS[fault.reason]}]
    if fault.root is not None:
        parts.append(gettext("The first root that it spoils is the one of %(size)s entries.") % {"size": fault.root})
    if fault.day is not None:
        parts.append(gettext("The first published root that it spoils is the one of %(day)s.") % {"day": fault.day})
    if fault.file:
        parts.append(gettext("The checkpoint kept outside is %(file)s.") % {"file": fault.file})
    return " ".join(parts)


def _which(fault: Fault) -> str:
    if fault.number is None:
        return (
            gettext("After entry %(number)s") % {"number": fault.after} if fault.after else gettext("No single entry")
        )
    if fault.until is not None:
        return gettext("One of the entries %(first)s to %(last)s") % {"first": fault.number, "last": fault.until}
    if fault.at is None:
        return gettext("Entry %(number)s") % {"number": fault.number}
    told = {"number": fault.number, "what": action_label(fault.action), "when": _moment(fault.at)}
    return gettext("Entry %(number)s (%(what)s, %(when)s)") % told


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
