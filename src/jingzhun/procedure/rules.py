"""A public procedure as a table: its steps in order, whose work each is, how long it may take, where it may go back.

A procedure is a tuple of steps; the one engine (procedure/actions) runs them all. What a step demands is named in the
table (`guards`) and told by functions of the app that owns the procedure, always for many cases at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.areas.rules import Level

if TYPE_CHECKING:
    from .models import Case

DONE = "done"  # the step of a case that passed every step


class Decision(StrEnum):
    """What may be decided on a case."""

    OPEN = "open"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    REOPEN = "reopen"
    UPHOLD = "uphold"


DECISION_LABELS = {
    Decision.OPEN: _("opened"),
    Decision.APPROVE: _("sent on"),
    Decision.RETURN: _("sent back"),
    Decision.REFUSE: pgettext_lazy("case", "refused"),
    Decision.WITHDRAW: _("withdrawn"),
    Decision.APPEAL: _("appealed against"),
    Decision.REOPEN: _("opened again"),
    Decision.UPHOLD: _("refusal upheld"),
}


class State(StrEnum):
    """Where a case stands as a whole."""

    OPEN = "open"
    PASSED = "passed"
    REFUSED = "refused"
    APPEALED = "appealed"  # the level above looks at the refusal
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  # refused for good


STATE_LABELS = {
    State.OPEN: _("under way"),
    State.PASSED: _("passed"),
    State.REFUSED: pgettext_lazy("case", "refused"),
    State.APPEALED: _("under appeal"),
    State.WITHDRAWN: _("withdrawn"),
    State.CLOSED: _("refused for good"),
}
LIVE = (State.OPEN, State.APPEALED)

# From which state a decision may be taken, and to which it leads; approving leads to PASSED behind the last step.
TRANSITIONS: dict[Decision, tuple[State, State]] = {
    Decision.APPROVE: (State.OPEN, State.OPEN),
    Decision.RETURN: (State.OPEN, State.OPEN),
    Decision.REFUSE: (State.OPEN, State.REFUSED),
    Decision.WITHDRAW: (State.OPEN, State.WITHDRAWN),
    Decision.APPEAL: (State.REFUSED, State.APPEALED),
    Decision.REOPEN: (State.APPEALED, State.OPEN),
    Decision.UPHOLD: (State.APPEALED, State.CLOSED),
}
NEEDS_A_REASON = frozenset({Decision.RETURN, Decision.REFUSE, Decision.WITHDRAW, Decision.APPEAL, Decision.REOPEN,
                            Decision.UPHOLD})  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step: whose work, what must be there before the case goes on, and where it may be sent back to."""

    name: str
    label: str | Promise
    level: Level
    permission: str
    next: str = DONE
    back: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    days: str = ""  # parameter: natural days that the step may take
    notice: str = ""  # kind of the notice that runs during the step
    by_clock: bool = False  # nobody presses a button: the case goes on when the notice has run its time
    may_refuse: bool = True


@dataclass(frozen=True)
class Obstacle:
    """What keeps a case where it is: the guard's name, and what is missing, for people."""

    guard: str
    message: str | Promise


Guard = Callable[["Sequence[Case]", datetime], Mapping[int, str | Promise]]
Hold = Callable[["Sequence[Case]"], None]
Effect = Callable[["Sequence[Case]", object, datetime], None]


@dataclass(frozen=True)
class Procedure:
    """A procedure's table with the functions of the app that owns it.

    `guards`: by name, gives for many cases what is missing, by the case's key; `demands` says by that name what must
    be there. `holds`: by a guard's name, locks what it counts together with other people's cases, before it is asked at
    a decision. `effects`: by step, what else is written in the same transaction when cases leave the step onwards.
    `withdraw`: permission to withdraw at any step. `appeal_days`, `appeal_decision_days`: parameters, natural days
    within which a refusal may be appealed against, and the level above decides on the appeal. `of_persons`: reasons
    speak of persons, of illness or debts; the passage keeps them, the journal their digest only.
    """

    name: str
    label: str | Promise
    source: str | Promise
    steps: tuple[Step, ...]
    withdraw: str
    appeal_days: str = ""
    appeal_decision_days: str = ""
    of_persons: bool = False
    guards: Mapping[str, Guard] = field(default_factory=dict)
    demands: Mapping[str, str | Promise] = field(default_factory=dict)
    holds: Mapping[str, Hold] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if faults := list(faults_of(self)):
            raise ValueError(f"{self.name}: {'; '.join(faults)}")

    def step(self, name: str) -> Step:
        """Raises KeyError for a step that the procedure does not have."""
        return self._by_name[name]

    @property
    def first(self) -> Step:
        return self.steps[0]

    @property
    def _by_name(self) -> dict[str, Step]:
        return {step.name: step for step in self.steps}


def faults_of(procedure: Procedure) -> Iterable[str]:
    """What is wrong with a table: unknown steps, ways back that lead forward, guards without a function."""
    names = [step.name for step in procedure.steps]
    if len(set(names)) != len(names) or DONE in names:
        yield "steps must have names of their own"
    following = [*names[1:], DONE]
    for position, step in enumerate(procedure.steps):
        if step.next != following[position]:
            yield f"{step.name} must lead to {following[position]}"
        yield from (f"{step.name} cannot go back to {back}" for back in step.back if back not in names[:position])
        yield from (f"{step.name}: no guard {guard}" for guard in step.guards if guard not in procedure.guards)
        yield from (f"{step.name}: no words for {guard}" for guard in step.guards if guard not in procedure.demands)


def level_above(level: Level) -> Level:
    """Who looks at an appeal: the level above, the county at most."""
    return {Level.GROUP: Level.VILLAGE, Level.VILLAGE: Level.TOWN, Level.TOWN: Level.COUNTY}.get(level, Level.COUNTY)


def appeal_ends_on(refused_on: date, days: int) -> date:
    """Last day on which a refusal may be appealed against: `days` full days after the day of the refusal."""
    return date.fromordinal(refused_on.toordinal() + days)
