"""Reads on cases: what may be decided on them, what holds them back, what was decided."""

from django.db.models import QuerySet
from django.utils import timezone

from jingzhun.people.models import User

from .actions.advance import ON_APPEALS, obstacles, obstacles_of_many, permission_for, refusers
from .models import Case, Passage
from .rules import TRANSITIONS, Decision, State
from .terms import appeal_until, last_day_of_appeal

__all__ = [
    "appeal_until",
    "choices",
    "last_day_of_appeal",
    "obstacles",
    "obstacles_of_many",
    "timeline",
]


def choices(user: User, case: Case) -> frozenset[Decision]:
    """What the user may decide on a case as it stands; whether something holds it back is told by `obstacles`."""
    open_to = {decision for decision, (needed, _to) in TRANSITIONS.items() if case.state == needed}
    step = case.at
    if step is not None and not step.may_refuse:
        open_to.discard(Decision.REFUSE)
    if step is not None and not step.back:
        open_to.discard(Decision.RETURN)
    if step is not None and step.by_clock:
        open_to.discard(Decision.APPROVE)
    if case.state == State.APPEALED and user.pk in refusers([case]).values():
        open_to -= set(ON_APPEALS)
    last = appeal_until(case) if Decision.APPEAL in open_to else None
    if last is not None and timezone.localdate() > last:
        open_to.discard(Decision.APPEAL)
    return frozenset(each for each in open_to if user.can(permission_for(case, each), case.area_code))


def timeline(case: Case) -> QuerySet[Passage]:
    """Everything decided on a case, the first first."""
    return case.passages.select_related("by").order_by("version")
