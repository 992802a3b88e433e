"""What waits for a user beside the list of cases: poor villages, and what the clock reminded of in both procedures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise

from jingzhun.identification.links import address
from jingzhun.identification.models import Nomination, Round
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.models import Case, Reminder
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import State

from .cases import decides_appeals, with_names
from .nominations import NAME as VILLAGES
from .rounds import NAME as HOUSEHOLDS

MOST = 50  # reminders that a page shows


@dataclass(frozen=True)
class Reminded:
    """A case of the user's that is due soon or late, with the way to it."""

    name: str
    place: str
    waits_for: str | Promise
    due_on: date | None
    late: bool
    url: str


def reminded(user: User, round_: Round) -> list[Reminded]:
    """What the clock reminded of and still waits for the user, the longest late first; four queries at most."""
    rows = Reminder.objects.filter(
        case__in=waiting(user, [round_.pk], (HOUSEHOLDS, VILLAGES)), version=F("case__version")
    )
    cases = {row.case_id: row for row in rows.select_related("case").order_by("case__due_on", "case", "pk")[: 2 * MOST]}
    homes = {case.pk: case for case in with_names(Case.objects.filter(pk__in=cases, procedure=HOUSEHOLDS))}
    villages = {each.case_id: each for each in Nomination.objects.filter(case__in=cases).select_related("area")}
    return [_reminded(row, homes.get(key), villages.get(key)) for key, row in list(cases.items())[:MOST]]


def villages_waiting(user: User, round_: Round) -> list[Nomination]:
    """Nominations at the user's steps, or with an appeal that is the user's to decide, the first due first."""
    found = Nomination.objects.filter(case__in=waiting(user, [round_.pk], (VILLAGES,))).select_related("area", "case")
    return list(found.order_by(F("case__due_on").asc(nulls_last=True), "area"))


def waiting(user: User, rounds: Iterable[int], procedures: Iterable[str]) -> QuerySet[Case]:
    """Cases of rounds (by key) at the user's steps, or with an appeal that is the user's to decide."""
    mine, keys = Q(pk=None), list(rounds)
    for name in procedures:
        steps = procedure(name).steps
        own = [step.name for step in steps if user.can(step.permission)]
        above = [step.name for step in steps if decides_appeals(user, step, name)]
        waits = Q(state=State.OPEN, step__in=own) | Q(state=State.APPEALED, step__in=above)
        mine |= Q(procedure=name, round__in=keys) & waits
    return Case.objects.visible_to(user, VIEW_CASES).filter(mine)


def _reminded(row: Reminder, home: Case | None, village: Nomination | None) -> Reminded:
    case, late = row.case, row.kind == Reminder.Kind.OVERDUE
    waits_for = case.get_state_display() if case.state == State.APPEALED else (case.at.label if case.at else "")
    if village is not None:
        url = address("identification:nomination", village.pk)
        return Reminded(village.area.short_name, "", waits_for, case.due_on, late, url)
    head, place = getattr(home, "head", "") or case.subject, getattr(home, "village", "") or ""
    return Reminded(head, place, waits_for, case.due_on, late, address("identification:case", case.pk))
