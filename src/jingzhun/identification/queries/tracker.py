"""Where a case stands on its way, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from jingzhun.procedure.models import Case, Passage
from jingzhun.procedure.rules import DONE, Decision, State, Step

CURRENT, PASSED, AHEAD, STOPPED = "current", "passed", "ahead", "stopped"


@dataclass(frozen=True)
class Station:
    """One step as a case sees it: passed on a day, where it stands, where it stopped, or still ahead."""

    step: Step
    state: str
    at: datetime | None = None

    @property
    def label(self) -> str | Promise:
        return self.step.label


def tracker(case: Case, passages: Sequence[Passage]) -> list[Station]:
    """The stations of a case, from its passages in order; a step that it was sent back to is not passed any more."""
    steps = case.table.steps
    names = [step.name for step in steps]
    here = len(names) if case.step == DONE else names.index(case.step)
    left: dict[str, datetime] = {
        passage.from_step: passage.at for passage in passages if passage.decision == Decision.APPROVE
    }
    stopped = case.state not in (State.OPEN, State.PASSED)
    found = [Station(step, PASSED, left.get(step.name)) for step in steps[:here]]
    found += [Station(step, STOPPED if stopped else CURRENT, case.since) for step in steps[here : here + 1]]
    return found + [Station(step, AHEAD) for step in steps[here + 1 :]]
