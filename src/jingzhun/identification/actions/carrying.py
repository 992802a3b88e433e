"""Cases whose step is a notice: carried on when it has run its time, returned when an objection is upheld."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jingzhun.identification.queries.notices import case_of
from jingzhun.journal.actions import SYSTEM
from jingzhun.procedure.actions import Verdict, advance_many
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import Decision, State
from jingzhun.publicity.models import Notice, NoticeItem, Objection

PROCEDURES = ("identification", "poor_villages")


@transaction.atomic
def carry_on(keys: Iterable[int] | None = None, *, at: datetime | None = None) -> list[Case]:
    """Carry on the cases (or all) whose notice ran its time without an open objection; those that moved.

    Called when a notice ends, when an objection is settled, and by the clock, which makes up for what was missed.
    Cases are looked for under the lock: one that somebody moved meanwhile is none that waits for its notice.
    """
    when = at or timezone.now()
    chosen = None if keys is None else list(keys)
    moved: list[Case] = []
    for name in PROCEDURES:
        steps = [step.name for step in procedure(name).steps if step.by_clock]
        found = Case.objects.filter(procedure=name, step__in=steps, state=State.OPEN)
        found = found if chosen is None else found.filter(pk__in=chosen)
        if waiting := list(found.select_for_update().order_by("pk").values_list("pk", flat=True)):
            moved += advance_many(waiting, Verdict(Decision.APPROVE), by=SYSTEM, at=when).cases
    return moved


def carry_on_after(notices: Sequence[Notice], at: datetime | None = None) -> list[Case]:
    """Carry on what notices listed, once they are closed."""
    listed = NoticeItem.objects.filter(notice__in=notices)
    keys = [case_of(subject) for subject in listed.values_list("subject", flat=True)]
    return carry_on([key for key in keys if key is not None], at=at)


@transaction.atomic
def settle(objection: Objection, *, upheld: bool, why: str, at: datetime | None = None) -> list[Case]:
    """What a settled objection means for its case: dismissed, it goes on; upheld, it is looked at anew.

    An objection is about the household or village, not about one list: an upheld one returns its case from any step.
    """
    key = case_of(objection.subject)
    if key is None:
        return []
    if not upheld:
        return carry_on([key], at=at)
    case = Case.objects.select_for_update().filter(pk=key, state=State.OPEN).first()
    back = _first_look(case) if case else ""
    if not back:
        return []
    return advance_many([key], Verdict(Decision.RETURN, why, back), by=SYSTEM, at=at).cases


def _first_look(case: Case) -> str:
    """The earliest step that a case may be sent back to, wherever it stands: the home visit, the committees' meeting.

    From the announcement on it goes back to the town, the county or the leaders only, who send it further if need be.
    Empty where it stands at that first look already, or before.
    """
    steps = case.table.steps
    first = next(step.back[0] for step in steps if step.notice)
    names = [step.name for step in steps]
    return steps[names.index(case.step)].back[0] if names.index(case.step) > names.index(first) else ""
