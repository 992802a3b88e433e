"""How a year of identification went, in numbers: what came in, where it ended, how long each step took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from jingzhun.areas.models import within
from jingzhun.identification.models import Round
from jingzhun.identification.rules import NAME
from jingzhun.procedure.models import Case, Passage
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import DONE, Decision, State
from jingzhun.publicity.models import Objection

from .notices import notices_about

NOTICES = ("first_notice", "second_notice", "announcement")
LEAVING = (Decision.APPROVE, Decision.RETURN, Decision.REFUSE)
# Median of the days that cases spent in a step, over every time that a decision ended it.
MEDIANS = """
SELECT p.from_step, percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM p.waited)::float8 / 86400)
FROM {passage} p JOIN {case} c ON c.id = p.case_id
WHERE c.procedure = %(name)s AND c.round = ANY(%(rounds)s) AND p.decision = ANY(%(leaving)s)
  AND p.waited IS NOT NULL AND EXISTS (SELECT FROM unnest(%(areas)s::text[]) a WHERE starts_with(c.area_code, a))
GROUP BY p.from_step
"""


@dataclass(frozen=True)
class Report:
    """Counts of a year (or of one round) in some areas; `median_days` by step, to one decimal."""

    applications: int
    registered: int
    ended: dict[str, dict[str, int]]
    decisions: dict[str, int]
    appeals_waiting: int
    objections: dict[str, int]
    median_days: dict[str, float | None]

    def as_json(self) -> dict[str, Any]:
        """For programs: one level of names, steps in their order."""
        return {
            "applications": self.applications,
            "registered": self.registered,
            "by_step": self.ended,
            "refusals": self.decisions[Decision.REFUSE],
            "returns": self.decisions[Decision.RETURN],
            "withdrawals": self.decisions[Decision.WITHDRAW],
            "appeals": {
                "filed": self.decisions[Decision.APPEAL],
                "granted": self.decisions[Decision.REOPEN],
                "upheld_refusals": self.decisions[Decision.UPHOLD],
                "waiting": self.appeals_waiting,
            },
            "objections": self.objections,
            "median_days": self.median_days,
        }


def rounds_in(year: int, area: str) -> list[Round]:
    """Rounds of a year in an area, or in the county that holds it."""
    return list(Round.objects.filter(within(area[:6], "area_id"), year=year).order_by("pk"))


def report(rounds: Sequence[Round], areas: Iterable[str]) -> Report:
    """The report on rounds in areas; four queries."""
    codes, keys = tuple(areas), [round_.pk for round_ in rounds]
    found = Case.objects.in_areas(codes).filter(procedure=NAME, round__in=keys)
    counts = list(found.order_by().values_list("step", "state").annotate(cases=Count("pk")))
    return Report(
        applications=sum(cases for _step, _state, cases in counts),
        registered=sum(cases for step, _state, cases in counts if step == DONE),
        ended=_ended(counts),
        decisions=_decisions(keys, codes),
        appeals_waiting=sum(cases for _step, state, cases in counts if state == State.APPEALED),
        objections=_objections(keys, codes),
        median_days=_medians(keys, codes),
    )


def median_days(round_: Round, areas: Iterable[str]) -> dict[str, float | None]:
    """By step, how long a round's cases in areas stood in it."""
    return _medians([round_.pk], tuple(areas))


def _ended(counts: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """By step: how many stand at it, were refused at it, were withdrawn from it."""
    names = {
        State.OPEN: "under_way",
        State.APPEALED: "under_appeal",
        State.REFUSED: "refused",
        State.CLOSED: "refused_for_good",
        State.WITHDRAWN: "withdrawn",
    }
    ended = {step.name: dict.fromkeys(names.values(), 0) for step in procedure(NAME).steps}
    for step, state, cases in counts:
        if step != DONE:
            ended[step][names[State(state)]] += cases
    return ended


def _decisions(rounds: list[int], areas: tuple[str, ...]) -> dict[str, int]:
    taken = Passage.objects.in_areas(areas).filter(case__procedure=NAME, case__round__in=rounds)
    counted = dict(taken.order_by().values_list("decision").annotate(n=Count("pk")))
    return {decision.value: counted.get(decision.value, 0) for decision in Decision}


def _objections(rounds: list[int], areas: tuple[str, ...]) -> dict[str, int]:
    """Those on the rounds' notices, against an entry or for somebody missing."""
    notices = notices_about(Case.objects.filter(procedure=NAME, round__in=rounds))
    against = Objection.objects.in_areas(areas).filter(notice__kind__in=NOTICES, notice__in=notices)
    return against.aggregate(
        filed=Count("pk"),
        upheld=Count("pk", filter=Q(state=Objection.State.UPHELD)),
        dismissed=Count("pk", filter=Q(state=Objection.State.DISMISSED)),
        waiting=Count("pk", filter=Q(state__in=Objection.WAITING)),
    )


def _medians(rounds: list[int], areas: tuple[str, ...]) -> dict[str, float | None]:
    names = {"passage": Passage._meta.db_table, "case": Case._meta.db_table}
    asked: dict[str, Any] = {"name": NAME, "rounds": rounds, "leaving": [*LEAVING], "areas": list(areas)}
    with connection.cursor() as cursor:
        cursor.execute(MEDIANS.format(**names), asked)
        found = dict(cursor.fetchall())
    return {
        step.name: None if found.get(step.name) is None else round(found[step.name], 1)
        for step in procedure(NAME).steps
    }
