"""Reads on cases: work lists, timelines, durations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from jingzhun.people.models import User

from .actions.advance import ON_APPEALS, appeal_until, obstacles, permission_for, refusers
from .models import Case, Passage
from .registry import procedure
from .rules import TRANSITIONS, Decision, State, Step

__all__ = [
    "StepCount",
    "appeal_until",
    "by_village",
    "cases_at",
    "choices",
    "obstacles",
    "of_subject",
    "step_counts",
    "timeline",
    "yours",
]


@dataclass(frozen=True)
class StepCount:
    """How many cases stand at a step, how many of them are overdue, and how many their steps' workers must see to."""

    step: Step
    cases: int
    overdue: int


def step_counts(
    name: str, round_: int, user: User, permission: str, area_code: str = "", today: date | None = None
) -> list[StepCount]:
    """Open cases by step in the areas of the user; one query."""
    day = today or timezone.localdate()
    found = _visible(name, round_, user, permission, area_code).filter(state=State.OPEN)
    rows = found.values("step").annotate(cases=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=day)))
    counts = {row["step"]: row for row in rows.order_by()}
    return [
        StepCount(step, counts.get(step.name, {}).get("cases", 0), counts.get(step.name, {}).get("overdue", 0))
        for step in procedure(name).steps
    ]


def cases_at(
    name: str, round_: int, user: User, permission: str, *, steps: Iterable[str] = (), area_code: str = ""
) -> QuerySet[Case]:
    """Open cases at some steps (none named: at any), those due first."""
    found = _visible(name, round_, user, permission, area_code).filter(state=State.OPEN)
    chosen = list(steps)
    found = found.filter(step__in=chosen) if chosen else found
    return found.order_by(F("due_on").asc(nulls_last=True), "area_code", "subject")


def by_village(found: QuerySet[Case]) -> dict[str, dict[str, int]]:
    """Cases by village and step; one query."""
    counts: dict[str, dict[str, int]] = {}
    rows = found.order_by().annotate(village=Substr("area_code", 1, 12)).values("village", "step")
    for row in rows.annotate(cases=Count("pk")):
        counts.setdefault(row["village"], {})[row["step"]] = row["cases"]
    return counts


def yours(user: User, name: str) -> tuple[str, ...]:
    """Steps of a procedure that the user may decide on somewhere."""
    return tuple(step.name for step in procedure(name).steps if not step.by_clock and user.can(step.permission))


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


def of_subject(name: str, subject: str) -> QuerySet[Case]:
    """Cases of a household or village, the latest first."""
    return Case.objects.filter(procedure=name, subject=subject).order_by("-opened_at")


def _visible(name: str, round_: int, user: User, permission: str, area_code: str) -> QuerySet[Case]:
    found = Case.objects.visible_to(user, permission).filter(procedure=name, round=round_)
    return found.in_areas((area_code,)) if area_code else found
