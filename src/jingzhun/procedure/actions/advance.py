"""The engine: cases go from step to step by decisions, each in one transaction with its entry in the journal.

Rows are locked in one order, so that two who decide at once follow one another: the second finds the case moved and is
told who was first. Many cases are decided upon with the same number of statements as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.database.copying import create_by_copy, insert_by_copy
from jingzhun.journal.actions import Actor, System, record_many, role_of
from jingzhun.journal.actions import Decision as JournalDecision
from jingzhun.people.models import User
from jingzhun.procedure.models import Case, Passage
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import (
    DECISION_LABELS,
    DONE,
    NEEDS_A_REASON,
    TRANSITIONS,
    Decision,
    Obstacle,
    Procedure,
    State,
    Step,
    level_above,
)
from jingzhun.procedure.terms import Due, appeal_until

ON_APPEALS = (Decision.REOPEN, Decision.UPHOLD)


class NotAllowed(Exception):
    """The decision cannot be taken on this case at all: wrong state, no such way back, no reason given."""


class NotYours(PermissionError):
    """The step is another level's or role's work."""


class CaseMoved(Exception):
    """Somebody else decided meanwhile; `passage` is what they did."""

    def __init__(self, case: Case, passage: Passage) -> None:
        said = {
            "by": passage.by.full_name if passage.by else _("the clock"),
            "at": f"{timezone.localtime(passage.at):%Y-%m-%d %H:%M}",
            "what": DECISION_LABELS[Decision(passage.decision)],
        }
        super().__init__(_("Somebody was first: %(by)s, %(at)s: %(what)s. Look at it again.") % said)
        self.case, self.passage = case, passage


class Blocked(Exception):
    """What is still missing before the case may go on."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__("; ".join(str(each.message) for each in obstacles))
        self.obstacles = obstacles


@dataclass(frozen=True)
class NewCase:
    """A case to be opened: for which subject in which village (or town, or county)."""

    subject: str
    area_code: str
    values: Mapping[str, Any] = field(default_factory=dict)  # what the journal tells of the opening


@dataclass(frozen=True)
class Verdict:
    """What is decided: `to` is the step to go back to; `why` is told to whom it concerns."""

    decision: Decision
    why: str = ""
    to: str = ""


@dataclass
class Moved:
    """What came of a decision on many cases: those that moved, and what holds the others."""

    cases: list[Case]
    blocked: dict[int, list[Obstacle]] = field(default_factory=dict)


Values = Mapping[int, Mapping[str, Any]]  # by case, what the journal tells beside the decision itself


@transaction.atomic
def open_cases(
    name: str, round_: int, new: Sequence[NewCase], *, by: "User | Actor | System", at: datetime | None = None
) -> list[Case]:
    """Open cases at a procedure's first step. Raises NotYours, IntegrityError where one is under way already."""
    table, when = procedure(name), at or timezone.now()
    for area in {each.area_code for each in new}:
        _require_permission(table.first.permission, area, by)
    due = Due(table, when)
    cases = create_by_copy(
        [
            Case(
                procedure=name,
                subject=each.subject,
                area_code=each.area_code,
                round=round_,
                step=table.first.name,
                since=when,
                opened_at=when,
                due_on=due.of(table.first, each.area_code),
            )
            for each in new
        ]
    )
    told = {case.pk: each.values for case, each in zip(cases, new, strict=True)}
    _tell(table, cases, {case.pk: ("", None) for case in cases}, Verdict(Decision.OPEN), by, when, told)
    return cases


def advance(
    case: Case,
    verdict: Verdict,
    *,
    by: "User | Actor | System",
    seen: int | None = None,
    at: datetime | None = None,
    values: Mapping[str, Any] | None = None,
) -> Case:
    """Decide on one case. `seen`: the version on the screen of who decides.

    Raises NotYours, NotAllowed, CaseMoved, Blocked (naming everything that is missing).
    """
    moved = advance_many([case.pk], verdict, by=by, seen={case.pk: seen} if seen is not None else {}, at=at,
                         values={case.pk: values or {}})  # fmt: skip
    if moved.blocked:
        raise Blocked(moved.blocked[case.pk])
    return moved.cases[0]


@transaction.atomic
def advance_many(
    keys: Iterable[int],
    verdict: Verdict,
    *,
    by: "User | Actor | System",
    seen: Mapping[int, int] | None = None,
    at: datetime | None = None,
    values: Values | None = None,
) -> Moved:
    """Decide alike on many cases of one procedure. Those that a guard holds back stay, and are told with the reason.

    Everything else refuses the whole: raises NotYours, NotAllowed, CaseMoved.
    """
    when = at or timezone.now()
    cases = list(Case.objects.select_for_update().filter(pk__in=list(keys)).order_by("pk"))
    if not cases:
        return Moved([])
    if len({case.procedure for case in cases}) > 1:
        raise NotAllowed(_("These cases belong to different procedures."))
    table = procedure(cases[0].procedure)
    _require_unmoved(cases, seen or {})
    for case in cases:
        _require_possible(table, case, verdict, when)
    for level_permission, area in {(permission_for(case, verdict.decision), case.area_code) for case in cases}:
        _require_permission(level_permission, area, by)
    if verdict.decision in ON_APPEALS:
        _require_another(cases, by)
    blocked: dict[int, list[Obstacle]] = {}
    if verdict.decision == Decision.APPROVE:
        _take_hold(table, cases)
        blocked = _obstacles(table, cases, when)
    free = [case for case in cases if case.pk not in blocked]
    _move(table, free, verdict, by, when, values or {})
    return Moved(free, blocked)


def obstacles(case: Case, at: datetime | None = None) -> list[Obstacle]:
    """What is missing before a case may go on, as the engine itself would tell it."""
    return obstacles_of_many([case], at).get(case.pk, [])


def obstacles_of_many(cases: Sequence[Case], at: datetime | None = None) -> dict[int, list[Obstacle]]:
    """What holds back each of the cases of one procedure that are open; nothing of those that may go on."""
    here = [case for case in cases if case.state == State.OPEN]
    return _obstacles(here[0].table, here, at or timezone.now()) if here else {}


def _obstacles(table: Procedure, cases: Sequence[Case], at: datetime) -> dict[int, list[Obstacle]]:
    """By case, what its step's guards miss; each guard is asked once for all cases of a step."""
    found: dict[int, list[Obstacle]] = defaultdict(list)
    for step in table.steps:
        here = [case for case in cases if case.step == step.name]
        for name in step.guards if here else ():
            for key, message in table.guards[name](here, at).items():
                found[key].append(Obstacle(name, message))
    return dict(found)


def _require_another(cases: Sequence[Case], by: "User | Actor | System") -> None:
    """Who refused does not decide on the appeal against it: where there is no level above, a colleague does."""
    if isinstance(by, User) and by.pk in refusers(cases).values():
        raise NotAllowed(_("Who refused does not decide on the appeal: somebody else does."))


def refusers(cases: Iterable[Case]) -> dict[int, int | None]:
    """Who refused each case last, by case; one query."""
    rows = Passage.objects.filter(case__in=list(cases), decision=Decision.REFUSE).order_by("case", "version")
    return dict(rows.values_list("case", "by"))


def _take_hold(table: Procedure, cases: Sequence[Case]) -> None:
    """Lock what the cases' guards count together with other people's cases, so that two who count at once queue up."""
    for name, hold in table.holds.items():
        if asked := [case for case in cases if name in table.step(case.step).guards]:
            hold(asked)


def _require_unmoved(cases: Sequence[Case], seen: Mapping[int, int]) -> None:
    for case in cases:
        if case.pk in seen and seen[case.pk] != case.version:
            raise CaseMoved(case, case.passages.select_related("by").latest("version"))


def _require_possible(table: Procedure, case: Case, verdict: Verdict, at: datetime) -> None:
    needed, _to = TRANSITIONS[verdict.decision]
    if case.state != needed:
        raise NotAllowed(_("%(subject)s is %(state)s.") % {"subject": case.subject, "state": case.get_state_display()})
    if verdict.decision in NEEDS_A_REASON and not verdict.why.strip():
        raise NotAllowed(_("Say why."))
    step = table.step(case.step)
    if verdict.decision == Decision.REFUSE and not step.may_refuse:
        raise NotAllowed(_("Nothing is refused at this step; send it back."))
    if verdict.decision == Decision.RETURN and verdict.to not in step.back:
        raise NotAllowed(_("There is no way back from here to there."))
    if verdict.decision == Decision.APPEAL:
        _require_in_time(case, at)


def _require_in_time(case: Case, at: datetime) -> None:
    last = appeal_until(case)
    if last is not None and timezone.localdate(at) > last:
        raise NotAllowed(_("The time for an appeal ended on %(day)s.") % {"day": last})


def permission_for(case: Case, decision: Decision) -> str:
    """Which permission a decision on a case needs; empty for a case that passed every step."""
    return "" if case.at is None else _permission(case.table, case.at, decision)


def _permission(table: Procedure, step: Step, decision: Decision) -> str:
    """Which permission a decision at a step needs."""
    if decision in ON_APPEALS:
        above = level_above(step.level)
        return next((each.permission for each in table.steps if each.level == above), step.permission)
    if decision in (Decision.WITHDRAW, Decision.APPEAL):
        return table.withdraw
    return step.permission


def _require_permission(permission: str, area_code: str, by: "User | Actor | System") -> None:
    """Users need the permission in the area; the clock and the command line are the system."""
    if isinstance(by, System):
        return
    if not (isinstance(by, User) and by.can(permission, area_code)):
        raise NotYours(_("This step is not yours to decide."))


def _move(table: Procedure, cases: list[Case], verdict: Verdict, by: Any, when: datetime, told: Values) -> None:
    """Set the cases' new step and state, and write passages, journal and what the step brings with it."""
    due, came = Due(table, when), {case.pk: (case.step, case.since) for case in cases}
    groups: dict[tuple[str, str, date | None], list[Case]] = defaultdict(list)
    for case in cases:
        step, state = _target(table, case, verdict)
        case.step, case.state, case.since = step, state, when
        case.due_on = due.of_case(case)
        case.version += 1
        groups[case.step, case.state, case.due_on].append(case)
    for (at_step, in_state, due_on), alike in groups.items():
        Case.objects.filter(pk__in=[case.pk for case in alike]).update(
            step=at_step, state=in_state, due_on=due_on, since=when, version=F("version") + 1
        )
    _tell(table, cases, came, verdict, by, when, told)
    if verdict.decision == Decision.APPROVE:
        for left in dict.fromkeys(came[case.pk][0] for case in cases):
            if effect := table.effects.get(left):
                effect([case for case in cases if came[case.pk][0] == left], by, when)


def _target(table: Procedure, case: Case, verdict: Verdict) -> tuple[str, State]:
    """Step and state that a decision leads to."""
    _from, state = TRANSITIONS[verdict.decision]
    if verdict.decision == Decision.RETURN:
        return verdict.to, state
    if verdict.decision == Decision.APPROVE:
        following = table.step(case.step).next
        return following, State.PASSED if following == DONE else state
    return case.step, state


def _tell(
    table: Procedure,
    cases: Sequence[Case],
    came: Mapping[int, tuple[str, datetime | None]],
    verdict: Verdict,
    by: Any,
    when: datetime,
    told: Values,
) -> None:
    """Write the passages and the journal's entries."""
    needed = {case.pk: _needed(table, came[case.pk][0], verdict) for case in cases}
    insert_by_copy([_passage(case, *came[case.pk], verdict, by, when, needed[case.pk]) for case in cases])
    entries = (_entry(table, case, came[case.pk][0], verdict, told.get(case.pk, {}), needed[case.pk]) for case in cases)
    record_many(entries, by=by, at=when)


def _passage(
    case: Case, from_step: str, since: datetime | None, verdict: Verdict, by: Any, when: datetime, needed: str
) -> Passage:
    return Passage(
        case=case,
        version=case.version,
        from_step=from_step,
        decision=verdict.decision,
        to_step=case.step,
        at=when,
        waited=when - since if since else None,
        by=by if isinstance(by, User) else None,
        role=role_of(by, case.area_code, needed),
        note=verdict.why,
    )


def _entry(
    table: Procedure, case: Case, from_step: str, verdict: Verdict, told: Mapping[str, Any], needed: str
) -> JournalDecision:
    """What the journal keeps of a decision; of a reason that speaks of persons, its digest bound to the passage."""
    private = table.of_persons and bool(verdict.why)
    return JournalDecision(
        f"{table.name}.{_what(from_step, verdict)}",
        "case",
        case.subject,
        case.area_code,
        why="" if private else verdict.why,
        values={"case": case.pk, "round": case.round, "to": case.step, "state": str(case.state)} | dict(told),
        personal={"why": f"passage {case.pk}.{case.version} note={verdict.why}"} if private else {},
        permission=needed,
    )


def _needed(table: Procedure, from_step: str, verdict: Verdict) -> str:
    """The permission that allowed a decision, at the step where the case stood before."""
    return _permission(table, table.step(from_step) if from_step else table.first, verdict.decision)


def _what(step: str, verdict: Verdict) -> str:
    """`town_audit.approve`; `opened` for a new case."""
    return f"{step}.{verdict.decision}" if step else "opened"
