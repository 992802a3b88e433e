"""What people decide on applications, step by step: sent on, sent back, refused, withdrawn, appealed against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.identification.models import Application, Attachment
from jingzhun.journal.actions import System
from jingzhun.people.models import User
from jingzhun.procedure.actions import Moved, Verdict, advance, advance_many
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import Decision
from jingzhun.registry.rules.refusals import Refused

from .crosscheck import match_kept
from .visits import attach

PAPER = "paper"
# How a household let the village know that it takes its application back.
WAYS: dict[str, str | Promise] = {
    PAPER: gettext_lazy("on paper, signed"),
    "in_person": gettext_lazy("in person"),
    "phone": gettext_lazy("by phone"),
}


@dataclass(frozen=True)
class Wish:
    """Who of a household asked the village to take its application back, how (of WAYS), why; the signed paper."""

    asked_by: str
    way: str
    why: str
    paper: BinaryIO | None = None
    size: int = 0


def take(case: Case, verdict: Verdict, *, by: User | System, seen: int | None = None) -> Case:
    """Take a decision on a whole case: withdrawal, appeal, the decision on it. Raises ValueError for any other."""
    if verdict.decision == Decision.WITHDRAW:
        return withdraw(case, verdict.why, by=by, seen=seen)
    if verdict.decision == Decision.APPEAL:
        return appeal(case, verdict.why, by=by, seen=seen)
    if verdict.decision in (Decision.REOPEN, Decision.UPHOLD):
        granted = verdict.decision == Decision.REOPEN
        return decide_appeal(case, granted=granted, why=verdict.why, by=by, seen=seen)
    raise ValueError(verdict.decision)


def send_on(
    keys: Iterable[int], *, by: User | System, seen: Mapping[int, int] | None = None, at: datetime | None = None
) -> Moved:
    """Send cases on to the next step; those that something holds back stay and are told."""
    return advance_many(keys, Verdict(Decision.APPROVE), by=by, seen=seen, at=at)


def send_on_one(case: Case, *, by: User | System, seen: int | None = None, at: datetime | None = None) -> Case:
    """Send one case on. Raises Blocked naming everything that is missing."""
    return advance(case, Verdict(Decision.APPROVE), by=by, seen=seen, at=at)


def send_back(
    case: Case, to: str, why: str, *, by: User | System, seen: int | None = None, at: datetime | None = None
) -> Case:
    """Send a case back to an earlier step, with the reason."""
    return advance(case, Verdict(Decision.RETURN, why, to), by=by, seen=seen, at=at)


def refuse(case: Case, why: str, *, by: User | System, seen: int | None = None, at: datetime | None = None) -> Case:
    """Refuse an application; the household is told why and may appeal."""
    return advance(case, Verdict(Decision.REFUSE, why), by=by, seen=seen, at=at)


def withdraw(case: Case, why: str, *, by: User | System, seen: int | None = None, at: datetime | None = None) -> Case:
    """The household takes its application back."""
    return advance(case, Verdict(Decision.WITHDRAW, why), by=by, seen=seen, at=at)


@transaction.atomic
def withdraw_for(
    application: Application, wish: Wish, *, by: User, seen: int | None = None, at: datetime | None = None
) -> Case:
    """The village takes a household's application back, as the household asked it to.

    What was asked stands with the decision; a signed wish is kept as a picture. Raises Refused naming everything that
    is not told: who asked, how, the paper.
    """
    if faults := faults_of(wish):
        raise Refused(faults)
    asked_by, why = wish.asked_by.strip(), wish.why.strip()
    note = _("%(why)s (asked for by %(who)s, %(way)s)") % {"why": why, "who": asked_by, "way": WAYS[wish.way]}
    case = withdraw(application.case, note if why else "", by=by, seen=seen, at=at)
    if wish.paper is not None:
        day = timezone.localdate(at)
        attach(application, wish.paper, Attachment.Kind.WISH, day, size=wish.size, by=by, at=at)
    return case


def faults_of(wish: Wish) -> dict[str, list[str | Promise]]:
    """What is not told of a wish, by field."""
    faults: dict[str, list[str | Promise]] = {}
    if not wish.asked_by.strip():
        faults["asked_by"] = [_("Say who of the household asked for it.")]
    if wish.way not in WAYS:
        faults["way"] = [_("Say how the household asked for it.")]
    if wish.way == PAPER and wish.paper is None:
        faults["paper"] = [_("Add a picture of the paper that the household signed.")]
    return faults


def appeal(case: Case, why: str, *, by: User | System, seen: int | None = None, at: datetime | None = None) -> Case:
    """The household asks the level above to look at the refusal, in time."""
    return advance(case, Verdict(Decision.APPEAL, why), by=by, seen=seen, at=at)


@transaction.atomic
def decide_appeal(
    case: Case, *, granted: bool, why: str, by: User | System, seen: int | None = None, at: datetime | None = None
) -> Case:
    """The level above opens the case again at the step that refused it, or upholds the refusal for good.

    What the departments handed over meanwhile is held against it when it is open again.
    """
    decided = advance(case, Verdict(Decision.REOPEN if granted else Decision.UPHOLD, why), by=by, seen=seen, at=at)
    if granted:
        match_kept([decided], by, at or timezone.now())
    return decided
