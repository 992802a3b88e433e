"""What people decide on applications, step by step: sent on, sent back, refused, withdrawn, appealed against."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jingzhun.journal.actions import System
from jingzhun.people.models import User
from jingzhun.procedure.actions import Moved, Verdict, advance, advance_many
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import Decision

from .crosscheck import match_kept


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
