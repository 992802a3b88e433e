"""What town and county decide on many applications at once, the same for all, in one transaction."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from jingzhun.journal.actions import System
from jingzhun.people.models import User
from jingzhun.procedure.actions import Moved, Verdict, advance_many
from jingzhun.procedure.rules import Decision


@transaction.atomic
def decide_many(
    seen: Mapping[int, int], verdict: Verdict, *, by: User | System, at: datetime | None = None
) -> Moved:
    """Send on, send back or refuse cases (their versions on the screen by key).

    Those that something holds back stay and are told; a case that somebody moved meanwhile refuses the whole.
    Raises NotYours, NotAllowed, CaseMoved.
    """
    if verdict.decision not in (Decision.APPROVE, Decision.RETURN, Decision.REFUSE):
        raise ValueError(verdict.decision)
    return advance_many(seen, verdict, by=by, seen=seen, at=at)
