"""Reads on the town audit and the county review: a village's cases with evidence, and how far each village is."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.identification import guards, rules
from jingzhun.identification.models import Application, Review
from jingzhun.identification.rules import NAME
from jingzhun.people.models import User
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY
from jingzhun.procedure.models import Case
from jingzhun.procedure.queries import obstacles_of_many
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import DONE, Obstacle, State, Step

from .evidence import AGAIN, Evidence, evidence, heads_of
from .places import Where


@dataclass(frozen=True)
class Look:
    """A level that looks at what came up to it: its step, its permission, the share of households it must see."""

    level: str
    step: str
    permission: str
    share: str

    @property
    def purpose(self) -> str:
        """The kind of its visits."""
        return AGAIN[self.level]

    @property
    def at(self) -> Step:
        return procedure(NAME).step(self.step)


LOOKS = {
    "town": Look(Review.Level.TOWN, "town_audit", AUDIT_IN_TOWN, "town_revisit_share"),
    "county": Look(Review.Level.COUNTY, "county_review", REVIEW_IN_COUNTY, "county_spot_check_share"),
}


def look_of(user: User, asked: str = "") -> Look:
    """The level asked for, else the user's own; who only looks on begins with the town's."""
    if asked in LOOKS:
        return LOOKS[asked]
    return LOOKS["county" if user.can(REVIEW_IN_COUNTY) else "town"]


@dataclass(frozen=True)
class Share:
    """Households of a village seen again, of those that came up, against how many must be."""

    seen: int
    of: int
    least: int

    @property
    def enough(self) -> bool:
        return self.seen >= self.least


@dataclass(frozen=True)
class Table:
    """A village's cases at a level's step, with what holds each back by the numbers of now."""

    rows: list[Evidence]
    share: Share
    missing: dict[int, list[Obstacle]]


def table_of(user: User, where: Where, look: Look, at: datetime | None = None) -> Table:
    """The cases of a village at the level's step."""
    found = where.cases(user).filter(step=look.step, state=State.OPEN).order_by("subject")
    cases = list(found)
    when = at or timezone.now()
    shares = shares_of(cases or list(where.cases(user)[:1]), look, when)
    share = shares.get(where.area.code, Share(0, 0, 0))
    return Table(evidence(cases, look.level), share, obstacles_of_many(cases, when))


def shares_of(cases: Sequence[Case], look: Look, at: datetime) -> dict[str, Share]:
    """By village: seen again, came up, must be seen."""
    if not cases:
        return {}
    wanted = guards.parameters(cases, [look.share], at)
    came = guards.seen_again(cases, look.purpose)
    return {
        village: Share(seen, of, rules.least_share(of, wanted[village[:9]][look.share]))
        for (_round, village), (seen, of) in came.items()
    }


@dataclass
class Progress:
    """How far a place is with a level's step: not there yet, waiting here, beyond, ended."""

    area: Area
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def here(self) -> int:
        return self.counts["here"]

    @property
    def total(self) -> int:
        return self.counts.total()


def progress(user: User, where: Where, look: Look) -> list[Progress]:
    """Every village of the area (of a county: with its town before it) in which there are cases; three queries."""
    _before, beyond = around(look)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    found = where.cases(user).order_by().values_list("area_code", "step", "state")
    for code, step, state, number in found.annotate(number=Count("pk")):
        rows[code[:12]][_kind(step, state, look.step, beyond)] += number
    areas = {each.code: each for each in Area.objects.filter(code__in=rows).order_by("code")}
    return [Progress(area, rows[code]) for code, area in areas.items()]


def around(look: Look) -> tuple[list[str], list[str]]:
    """Names of the steps before the level's own and of those beyond it, the end included."""
    names = [step.name for step in procedure(NAME).steps]
    position = names.index(look.step)
    return names[:position], [*names[position + 1 :], DONE]


def _kind(step: str, state: str, here: str, beyond: Sequence[str]) -> str:
    if state in (State.OPEN, State.PASSED):
        return "here" if step == here else "beyond" if step in beyond else "before"
    return "ended"


def applications_of(user: User, where: Where, look: Look, keys: Sequence[int]) -> list[Application]:
    """Applications of ticked cases in the area that the user may see, at the level's step."""
    cases = where.cases(user).filter(pk__in=keys)
    return list(Application.objects.filter(case__in=cases).select_related("case", "household"))


def names_of(keys: Sequence[int]) -> dict[int, str]:
    """Heads by case, for lists of those held back."""
    applications = dict(Application.objects.filter(case__in=keys).values_list("case", "household"))
    heads = heads_of(applications.values())
    return {case: heads.get(household, "") for case, household in applications.items()}
