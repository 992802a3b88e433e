"""Days that run on cases: until when a step, an appeal, the decision on an appeal is due. A town may set its own."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from jingzhun.parameters.queries import dated_values_in, values

from .models import Case
from .rules import Procedure, State, Step, appeal_ends_on

TOWN = 9  # digits: what holds in a village is asked for its town


class Due:
    """Due days by step and area; a town may override its county, and each is asked once."""

    def __init__(self, table: Procedure, at: datetime) -> None:
        self.table = table
        self.names = [days for days in (*(step.days for step in table.steps), table.appeal_decision_days) if days]
        self.day = timezone.localdate(at)
        self.known: dict[str, dict[str, Any]] = {}

    def of_case(self, case: Case) -> date | None:
        """Last day for what a case waits for: its step, or the decision on an appeal."""
        if case.state == State.OPEN:
            return self.of(self.table.step(case.step), case.area_code)
        waits = case.state == State.APPEALED
        return self.after(self.table.appeal_decision_days, case.area_code) if waits else None

    def of(self, step: Step, area_code: str) -> date | None:
        return self.after(step.days, area_code)

    def after(self, name: str, area_code: str) -> date | None:
        """The day so many days on as a parameter says; None without one."""
        if not name:
            return None
        town = area_code[:TOWN]
        if town not in self.known:
            self.known[town] = values(self.names, town, self.day)
        days = self.known[town].get(name)
        return None if days is None else self.day + timedelta(days=int(days))


def appeal_until(case: Case) -> date | None:
    """Last day on which a refused case may be appealed against; None where no time is set."""
    name, refused_on = case.table.appeal_days, timezone.localdate(case.since)
    days = values([name], case.area_code, refused_on).get(name)
    return None if days is None else appeal_ends_on(refused_on, int(days))


def last_day_of_appeal(refused: Iterable[Case]) -> date | None:
    """Last day on which any of the refused cases may be appealed against; one query beside the cases."""
    cases = list(refused)
    known = dated_values_in({case.table.appeal_days for case in cases}, {case.area_code[:TOWN] for case in cases})
    ends: list[date] = []
    for case in cases:
        refused_on = timezone.localdate(case.since)
        days = known[case.area_code[:TOWN]].on(case.table.appeal_days, refused_on)
        if days is not None:
            ends.append(appeal_ends_on(refused_on, int(days)))
    return max(ends, default=None)
