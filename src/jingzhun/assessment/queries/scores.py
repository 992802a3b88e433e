"""Scores that a user may read: the own ones once they are opened, everybody's once they are published."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from jingzhun.areas.models import within
from jingzhun.areas.rules import Level
from jingzhun.assessment.models import Appeal, Card, Indicator, Point, Score, Scoring
from jingzhun.people.models import User
from jingzhun.people.rules import ANSWER_ASSESSMENT, DECIDE_ASSESSMENT, SET_TASKS, SUPERVISE, VIEW_ASSESSMENT

from .figures import FIGURES, period

OFFICE = (SET_TASKS, SUPERVISE, DECIDE_ASSESSMENT)  # who prepares, reviews or decides sees drafts
State = Scoring.State


def office_areas(user: User) -> tuple[str, ...]:
    """Areas in which the user sees drafts."""
    found = {area for permission in OFFICE for area in user.scope.areas_for(permission)}
    return tuple(sorted(area for area in found if len(area) <= Level.COUNTY.digits))


def _anywhere(codes: Sequence[str], field: str) -> Q:
    condition = Q(pk=None)
    for code in codes:
        condition |= within(code, field)
    return condition


def _units_of(user: User) -> list[int]:
    """Organisations for which the user acts."""
    return [pk for pk in user.assignments.values_list("organisation", flat=True) if pk]


def own(user: User) -> Q:
    """Scores of the user's own areas; of departments only those for which the user acts; all for the office."""
    areas = _anywhere(user.scope.areas_for(VIEW_ASSESSMENT), "area_id")
    return _anywhere(office_areas(user), "area_id") | (areas & (Q(unit=None) | Q(unit__in=_units_of(user))))


def scores(user: User) -> QuerySet[Score]:
    """Scores that the user may read."""
    counties = {code[: Level.COUNTY.digits] for code in user.scope.areas_for(VIEW_ASSESSMENT)}
    opened = own(user) & Q(scoring__state=State.REVIEWED)
    published = _anywhere(sorted(counties), "area_id") & Q(scoring__state=State.PUBLISHED)
    drafts = _anywhere(office_areas(user), "area_id")
    rows = Score.objects.filter(opened | published | drafts)
    return rows.select_related("scoring__card", "scoring__county", "area", "unit")


def ranking(user: User, scoring: Scoring) -> QuerySet[Score]:
    """The scores of a year, the best first."""
    rows = scores(user).filter(scoring=scoring)
    return rows.order_by("rank", Coalesce("unit__name", Value("")), "area_id")


def scorings(user: User) -> QuerySet[Scoring]:
    """Years' scores of which the user may read some."""
    seen = scores(user).order_by().values("scoring")
    return Scoring.objects.filter(pk__in=seen).select_related("card", "county", "computed_by", "published_by")


def own_points(user: User) -> QuerySet[Point]:
    """Points that the user may open down to the evidence: of the own scores."""
    found = scores(user).filter(own(user)).order_by().values("pk")
    rows = Point.objects.filter(score__in=found)
    return rows.select_related("score__scoring__card", "score__area", "score__unit", "indicator", "entered_by")


@dataclass(frozen=True)
class Group:
    """Lines of a card under one heading, with the points that they came to."""

    label: str
    points: list[Point]

    @property
    def scored(self) -> list[Point]:
        return [point for point in self.points if point.indicator.kind == Indicator.Kind.SCORE]

    @property
    def weight(self) -> Decimal:
        return sum((point.indicator.weight for point in self.points), Decimal(0))

    @property
    def total(self) -> Decimal:
        return sum((point.points if point.appealed is None else point.appealed for point in self.points), Decimal(0))


def points_of(score: Score) -> list[Point]:
    """All lines of a score, by the card; one query."""
    return list(score.points.select_related("indicator", "entered_by").order_by("indicator__position"))


def grouped(points: Sequence[Point]) -> list[Group]:
    """Lines under their headings."""
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.indicator.group_label, []).append(point)
    return [Group(label, lines) for label, lines in found.items()]


def trend(user: User, score: Score) -> list[Score]:
    """The same subject's scores of all years that the user may read, the first year first."""
    rows = scores(user).filter(scoring__subject=score.scoring.subject, area=score.area_id, unit=score.unit_id)
    return list(rows.order_by("scoring__year"))


def before(user: User, scoring: Scoring) -> dict[str, Score]:
    """Scores of the year before, by subject."""
    rows = scores(user).filter(
        scoring__county=scoring.county_id, scoring__subject=scoring.subject, scoring__year=scoring.year - 1
    )
    return {score.key: score for score in rows}


def behind(point: Point) -> list[tuple[str, QuerySet[Any]]]:
    """For each figure of a point its name and the rows that it counts, those that fall short first.

    Raises NoParameter.
    """
    scoring = point.score.scoring
    asked = period(scoring.county_id, scoring.year, scoring.until, scoring.subject)
    return [(name, FIGURES[name].behind(asked, scoring.subject, point.score.key)) for name in point.indicator.figures]


def appeals(user: User, scoring: Scoring | None = None) -> QuerySet[Appeal]:
    """Appeals about the user's own scores, those that wait first."""
    rows = Appeal.objects.filter(point__in=own_points(user).order_by().values("pk"))
    rows = rows.filter(point__score__scoring=scoring) if scoring else rows
    rows = rows.select_related("point__score__scoring", "point__score__area", "point__score__unit", "point__indicator")
    return rows.order_by(F("decided_at").desc(nulls_first=True), "-at")


def cards(user: User) -> QuerySet[Card]:
    """Cards of the user's county; drafts for the office only."""
    counties = sorted({code[: Level.COUNTY.digits] for code in user.scope.areas_for(VIEW_ASSESSMENT)})
    seen = _anywhere(counties, "county_id") & Q(state=Card.State.IN_FORCE)
    return Card.objects.filter(seen | _anywhere(office_areas(user), "county_id")).select_related("county", "made_by")


def may_appeal(user: User, score: Score) -> bool:
    return score.scoring.state == State.REVIEWED and user.can(ANSWER_ASSESSMENT, score.area_id)
