"""Reads on the county's plan: who may see which, its grid of targets, what really happened, its measures."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level, code_range
from jingzhun.methods.shares import share
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy.models import Phase, Plan, PlanMeasure, Target
from jingzhun.policy.rules.plan import NONE, Counts, Grid, Progress, When, differences, remaining, stands
from jingzhun.registry.queries.situation.people import count_people

from .reach import reaching

# Households that left in a year and are still there at its end; those that closed with their spell did not leave
# poverty. Persons are their members at the end of that year.
EXITS = """
WITH left_by AS (
    SELECT DISTINCT h.id, substr(h.village_code, 1, %(digits)s) AS place, extract(year FROM s.exited_on)::int AS year,
        least(make_date(extract(year FROM s.exited_on)::int, 12, 31), %(today)s) AS day
    FROM registry_registerspell s JOIN registry_household h ON h.id = s.household_id
    WHERE h.village_code >= %(first)s AND h.village_code < %(after)s
      AND s.exited_on >= make_date(%(from)s, 1, 1) AND s.exited_on < make_date(%(until)s + 1, 1, 1)
      AND s.exited_on <= %(today)s
)
SELECT place, year, count(DISTINCT l.id)::int, count(m.id)::int
FROM left_by l JOIN registry_household h ON h.id = l.id
LEFT JOIN registry_member m ON m.household_id = l.id AND m.joined_on <= l.day
    AND (m.left_on IS NULL OR m.left_on > l.day)
WHERE h.closed_on IS NULL OR h.closed_on > l.day
GROUP BY place, year
"""
VILLAGES = """
SELECT substr(area_id, 1, %(digits)s), extract(year FROM exited_on)::int, count(DISTINCT area_id)::int
FROM registry_villageyear
WHERE area_id >= %(first)s AND area_id < %(after)s AND exited_on <= %(today)s
  AND exited_on >= make_date(%(from)s, 1, 1) AND exited_on < make_date(%(until)s + 1, 1, 1)
GROUP BY 1, 2
"""


def plans_for(user: User) -> QuerySet[Plan]:
    """Plans that hold, or held, in the user's areas; drafts are seen by whoever writes them."""
    drafts = Plan.objects.visible_to(user, WRITE_POLICIES).filter(state=Plan.State.DRAFT).values("pk")
    seen = Q(reaching(user, VIEW_POLICIES)) & ~Q(state=Plan.State.DRAFT)
    return Plan.objects.filter(seen | Q(pk__in=drafts)).select_related("area", "document", "made_by")


def find(user: User, pk: int, permission: str = VIEW_POLICIES) -> Plan | None:
    found = plans_for(user).filter(pk=pk)
    if permission == WRITE_POLICIES:
        found = found.filter(pk__in=Plan.objects.visible_to(user, permission).values("pk"))
    return found.first()


def in_force(user: User) -> Plan | None:
    """The plan that holds where the user works, the nearest area's; None without one."""
    found = plans_for(user).filter(state=Plan.State.ADOPTED)
    return max(found, key=lambda plan: (len(plan.area_id), plan.first_year), default=None)


def counties_to_plan(user: User) -> list[Area]:
    """Counties for which the user makes plans."""
    return list(
        Area.objects.filter(
            _any_within(user.scope.areas_for(WRITE_POLICIES)), level=Level.COUNTY, valid_until=None
        ).order_by("code")
    )


def _any_within(codes: tuple[str, ...]) -> Q:
    condition = Q(pk=None)
    for code in codes:
        first, after = code_range(code)
        condition |= Q(code__gte=first, code__lt=after)
    return condition


def towns_of(plan: Plan) -> list[Area]:
    """Towns of today, and those that have targets all the same; one query."""
    targeted = Target.objects.filter(plan=plan).values("area")
    there = Q(valid_until=None) | Q(pk__in=targeted)
    return list(Area.objects.within(plan.area_id).filter(there, level=Level.TOWN).order_by("code"))


def grid_of(plan: Plan) -> dict[tuple[str, int], Counts]:
    """The targets by area and year; one query."""
    rows = Target.objects.filter(plan=plan).values_list("area", "year", "households", "persons", "villages")
    return {(area, year): Counts(*counts) for area, year, *counts in rows}


def exits(code: str, digits: int, first: int, last: int, today: date) -> dict[tuple[str, int], Counts]:
    """What really left, by area (so many digits of its code) and year, within an area; two queries."""
    begin, after = code_range(code)
    asked: dict[str, Any] = {
        "digits": digits,
        "first": begin,
        "after": after,
        "from": first,
        "until": last,
        "today": today,
    }
    found: dict[tuple[str, int], Counts] = defaultdict(Counts)
    with connection.cursor() as cursor:
        cursor.execute(EXITS, asked)
        for place, year, households, persons in cursor.fetchall():
            found[place, year] = Counts(households, persons)
        cursor.execute(VILLAGES, asked)
        for place, year, villages in cursor.fetchall():
            found[place, year] += Counts(villages=villages)
    return dict(found)


@dataclass(frozen=True)
class Cell:
    """An area's year: what is planned and what happened; `actual` None for what is not the user's, or not begun."""

    year: int
    planned: Counts | None
    actual: Counts | None
    begun: bool


@dataclass(frozen=True)
class Row:
    """An area of the plan with its years."""

    area: Area
    cells: tuple[Cell, ...]
    mine: bool

    @property
    def planned(self) -> Counts:
        return sum((cell.planned for cell in self.cells if cell.planned), NONE)

    @property
    def actual(self) -> Counts | None:
        return sum((cell.actual for cell in self.cells if cell.actual), NONE) if self.mine else None


@dataclass(frozen=True)
class PhaseLine:
    phase: Phase
    when: When
    measures: int
    done: int
    late: int


@dataclass(frozen=True)
class Step:
    """A year's end on the way: persons left by plan and really, as shares of the rural persons."""

    year: int
    planned: Decimal | None
    actual: Decimal | None
    persons_left: int
    poor_persons: int | None


@dataclass(frozen=True)
class PlanPage:
    """A plan as its page shows it."""

    plan: Plan
    today: date
    towns: list[Area]
    grid: Grid
    rows: list[Row]
    phases: list[PhaseLine]
    way: list[Step]
    shown: Row | None  # whose chart is drawn: the county, or the user's town

    @property
    def years(self) -> range:
        return years_of(self.plan)

    @cached_property
    def differences(self) -> dict[int, Counts]:
        return differences(self.grid, self.plan.area_id, [town.code for town in self.towns], self.years)

    @property
    def to_do(self) -> Counts:
        """What is planned up to this year and did not happen."""
        if self.shown is None:
            return NONE
        due = sum((c.planned for c in self.shown.cells if c.planned and c.year <= self.today.year), NONE)
        done = sum((c.actual for c in self.shown.cells if c.actual), NONE)
        return Counts(
            max(due.households - done.households, 0),
            max(due.persons - done.persons, 0),
            max(due.villages - done.villages, 0),
        )


def years_of(plan: Plan) -> range:
    return range(plan.first_year, plan.last_year + 1)


def plan_page(user: User, plan: Plan, today: date) -> PlanPage:
    """Everything of a plan; a bounded number of queries."""
    towns, grid, years = towns_of(plan), grid_of(plan), years_of(plan)
    mine = user.scope.areas_for(VIEW_POLICIES)
    whole = _within(plan.area_id, mine)
    happened: dict[tuple[str, int], Counts] = {}
    for code in _asked(plan.area_id, towns, mine):
        happened |= exits(code, DIGITS[Level.TOWN], plan.first_year, plan.last_year, today)
    rows = [_row(area, grid, happened, years, today, mine) for area in (plan.area, *towns)]
    if whole:
        rows[0] = _total(rows[0], happened)
    shown = rows[0] if whole else next((row for row in rows[1:] if row.mine), None)
    way = _way(plan, shown, grid, today) if shown else []
    return PlanPage(plan, today, towns, grid, rows, phase_lines(plan, today), way, shown)


def _within(code: str, mine: tuple[str, ...]) -> bool:
    return any(code.startswith(area) for area in mine)


def _asked(county: str, towns: list[Area], mine: tuple[str, ...]) -> list[str]:
    """Areas whose exits are counted: the county at once where it is the user's, else the user's towns."""
    return [county] if _within(county, mine) else [town.code for town in towns if _within(town.code, mine)]


def _row(area: Area, grid: Grid, happened: Grid, years: range, today: date, mine: tuple[str, ...]) -> Row:
    own = _within(area.code, mine)
    cells = [
        Cell(
            year,
            grid.get((area.code, year)),
            happened.get((area.code, year), NONE) if own and year <= today.year else None,
            year <= today.year,
        )
        for year in years
    ]
    return Row(area, tuple(cells), own)


def _total(row: Row, happened: Grid) -> Row:
    """The county's row: what its towns did."""
    sums: dict[int, Counts] = defaultdict(Counts)
    for (_place, year), counts in happened.items():
        sums[year] += counts
    cells = [Cell(c.year, c.planned, sums[c.year] if c.begun else None, c.begun) for c in row.cells]
    return Row(row.area, tuple(cells), row.mine)


def _way(plan: Plan, row: Row, grid: Grid, today: date) -> list[Step]:
    """From the poor of the beginning to the last year's end; two queries.

    It begins at the first year's end at which anybody is on the register, with whoever left until then.
    """
    counted = count_people(row.area.code, today, plan.first_year - 1, plan.last_year).years
    known = {each.year: each for each in counted}
    begin = next((each for each in counted if each.poor_persons), None)
    if begin is None:
        return []
    left = sum(cell.actual.persons for cell in row.cells if cell.actual and cell.year <= begin.year)
    planned = remaining(begin.poor_persons + left, grid, row.area.code, years_of(plan))
    steps = []
    for year in years_of(plan):
        then = known[year]
        over = year <= today.year
        steps.append(
            Step(
                year,
                share(planned[year], then.persons),
                then.incidence if over and year >= begin.year else None,
                planned[year],
                then.poor_persons if over and year >= begin.year else None,
            )
        )
    return steps


def phase_lines(plan: Plan, today: date) -> list[PhaseLine]:
    """Phases in their order with how far their measures are; one query."""
    late = Count("measures", filter=Q(measures__done_on=None, measures__due_on__lt=today))
    found = plan.phases.annotate(
        counted=Count("measures"), done=Count("measures", filter=~Q(measures__done_on=None)), late=late
    ).order_by("begins_on", "pk")
    return [
        PhaseLine(each, stands(each.begins_on, each.ends_on, today), each.counted, each.done, each.late)
        for each in found
    ]


def measures_of(plan: Plan, today: date, state: str = "") -> QuerySet[PlanMeasure]:
    """The plan's measures of a state, those due first on top."""
    found = plan.measures.select_related("phase", "responsible").order_by("due_on", "pk")
    conditions = {
        Progress.DONE: Q(done_on__lte=F("due_on")),
        Progress.DONE_LATE: Q(done_on__gt=F("due_on")),
        Progress.LATE: Q(done_on=None, due_on__lt=today),
        Progress.OPEN: Q(done_on=None, due_on__gte=today),
    }
    return found.filter(conditions[Progress(state)]) if state in set(Progress) else found


def measure_of(user: User, pk: int) -> PlanMeasure | None:
    """A measure of a plan that the user writes."""
    found = PlanMeasure.objects.select_related("plan__area", "phase", "responsible")
    plans = Plan.objects.visible_to(user, WRITE_POLICIES).values("pk")
    return found.filter(pk=pk, plan__in=plans).first()
