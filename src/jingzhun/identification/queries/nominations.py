"""Reads on poor villages: the nominations of a round, the page of one with its tests, who still has to approve."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from jingzhun.areas.models import Area, within
from jingzhun.identification import village_rules
from jingzhun.identification.models import LeaderApproval, Nomination, Round
from jingzhun.identification.village_guards import standing_approvals
from jingzhun.identification.village_rules import NAME, Indicators, Measures
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.actions import Moved
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import LIVE, Obstacle, State, Step
from jingzhun.publicity.models import BoardPhoto, Notice

from .notices import notices_about, unlisted
from .places import Where
from .villages import Figures, indicators_of, measures


@dataclass(frozen=True)
class Test:
    """One of the three tests: the village's value, the bound, and whether it is met (None: not known)."""

    code: str
    met: bool | None
    value: Any
    bound: Any = None


def tests_of(of: Indicators, against: Measures) -> list[Test]:
    """One high, one low, one none."""
    return [
        Test("high", village_rules.high(of, against), of.incidence, against.incidence_factor * against.incidence),
        Test("low", village_rules.low(of, against), of.per_capita_income, against.income_share * against.income),
        Test("none", village_rules.none(of), of.collective_income),
    ]


@dataclass(frozen=True)
class Prospect:
    """What nominating a village would put on record today. Raises NoParameter without the province's values."""

    figures: Figures
    measures: Measures
    tests: list[Test]

    @property
    def poor(self) -> bool:
        return all(test.met for test in self.tests)


def prospect(village: str, round_: Round, day: date) -> Prospect:
    figures, against = indicators_of(village, round_, day), measures(round_)
    of = Indicators(figures.poor_persons, figures.persons, figures.per_capita_income, figures.collective_income)
    return Prospect(figures, against, tests_of(of, against))


def frozen_tests(nomination: Nomination) -> tuple[Measures, list[Test]]:
    """The tests of a nomination, against the values that were in force when it was made."""
    against = Measures(**{name: Decimal(value) for name, value in nomination.measured.items()})
    return against, tests_of(nomination.indicators, against)


def nominations(user: User, where: Where) -> QuerySet[Nomination]:
    """Nominations of a round in an area that the user may see."""
    found = Nomination.objects.visible_to(user, VIEW_CASES).in_areas((where.area.code,)).filter(round=where.round)
    return found.select_related("area", "case", "result").order_by("area")


# What the list may be ordered by, with the field behind it; unknown values stand last.
SORTED_BY = {
    "village": "area",
    "income": "per_capita_income",
    "collective": "collective_income",
    "score": "result__points",
    "rank": "result__rank",
}


def ordered(found: QuerySet[Nomination], sort: str) -> QuerySet[Nomination]:
    """The list in the order asked for: a name of SORTED_BY, with `-` the greatest first; anything else by village."""
    field = F(SORTED_BY.get(sort.removeprefix("-"), "area"))
    first = field.desc(nulls_last=True) if sort.startswith("-") else field.asc(nulls_last=True)
    return found.order_by(first, "area")


def find(user: User, pk: int, permission: str = VIEW_CASES) -> Nomination | None:
    found = Nomination.objects.visible_to(user, permission).filter(pk=pk)
    return found.select_related("area", "case", "round", "result").first()


def to_nominate(user: User, where: Where, permission: str) -> list[Area]:
    """Rural villages of the area that are the user's to nominate and are not nominated yet."""
    under_way = Nomination.objects.filter(
        area=OuterRef("pk"), round=where.round, case__state__in=[*LIVE, State.PASSED, State.REFUSED, State.CLOSED]
    )
    condition = Q(pk=None)
    for code in user.scope.areas_for(permission):
        condition |= within(code, "code")
    return [area for area in where.villages.filter(condition).exclude(Exists(under_way)) if not area.is_community]


def step_counts(user: User, where: Where) -> list[tuple[Step, int]]:
    """Nominations under way by step; one query."""
    found = Case.objects.visible_to(user, VIEW_CASES).in_areas((where.area.code,))
    rows = found.filter(procedure=NAME, round=where.round.pk, state=State.OPEN).order_by().values_list("step")
    counts = dict(rows.annotate(number=Count("pk")))
    return [(step, counts.get(step.name, 0)) for step in procedure(NAME).steps]


def notice_steps(user: User, area: Area) -> list[Step]:
    """Steps whose notice an area of this level posts, and the user may post."""
    return [
        step
        for step in procedure(NAME).steps
        if step.notice and step.level == area.level and user.can(step.permission, area.code)
    ]


def waiting_for_notice(area: Area, round_: Round, step: Step) -> list[Nomination]:
    """Nominations in an area that stand at a step and on no notice of it."""
    found = Case.objects.filter(within(area.code, "area_code"), procedure=NAME, round=round_.pk, step=step.name)
    keys = [case.pk for case in unlisted(found.filter(state=State.OPEN).order_by("pk"))]
    return list(Nomination.objects.filter(case__in=keys).select_related("area", "result", "case").order_by("area"))


def notices(user: User, where: Where, permission: str) -> QuerySet[Notice]:
    """Notices of poor villages of the round in the area, the latest first."""
    kinds = [step.notice for step in procedure(NAME).steps if step.notice]
    photos = BoardPhoto.objects.on_board().filter(notice=OuterRef("pk"))
    seen = Notice.objects.visible_to(user, permission).in_areas((where.area.code,))
    cases = Case.objects.filter(procedure=NAME, round=where.round.pk)
    found = seen.filter(kind__in=kinds, pk__in=notices_about(cases)).select_related("area")
    return found.annotate(on_board=Exists(photos)).order_by("-opens_on", "-pk")


def to_approve(user: User, where: Where) -> list[tuple[Nomination, dict[str, LeaderApproval]]]:
    """Nominations that wait for the leaders in charge, with what they said last; two queries."""
    found = list(nominations(user, where).filter(case__step="approval", case__state=State.OPEN))
    given: dict[int, dict[str, LeaderApproval]] = {each.pk: {} for each in found}
    for (_case, level), approval in standing_approvals([each.case for each in found]).items():
        given[approval.nomination_id][level] = approval
    ordered = sorted(found, key=lambda each: each.result.rank if each.result else 0)
    return [(each, given[each.pk]) for each in ordered]


def names_of_held(moved: Moved) -> list[tuple[Nomination, list[Obstacle]]]:
    """Villages that a decision did not move, with what holds them; one query."""
    found = Nomination.objects.filter(case__in=moved.blocked).select_related("area").order_by("area")
    return [(each, moved.blocked[each.case_id]) for each in found]
