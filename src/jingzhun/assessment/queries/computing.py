"""Who is judged in a year, and what the figures say of each: one query a figure, whatever the number of the judged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from jingzhun.areas.models import Area, within
from jingzhun.assessment.models import Card, Indicator, Point, Scoring
from jingzhun.assessment.rules.scores import value_of
from jingzhun.assistance.models import Pairing, Team
from jingzhun.assistance.queries.coverage import poor_villages
from jingzhun.assistance.queries.instance import registered
from jingzhun.management.models import Project
from jingzhun.people.models import Organisation

from .figures import computed, period
from .quarterly_points import quarterly_points

QUARTERLY = "quarterly"
Sums = dict[str, dict[str, tuple[Decimal, Decimal]]]


@dataclass(frozen=True)
class Subject:
    """Who is judged: an area, or an organisation of a county (`area`)."""

    area: str
    unit: int | None = None

    @property
    def key(self) -> str:
        """As figures name it."""
        return str(self.unit) if self.unit else self.area


def subjects_of(county: Area, kind: str, year: int, until: date) -> list[Subject]:
    """Who is judged in a year: towns; villages with registered households or poor ones; units that help or build."""
    last = min(until, date(year, 12, 31))
    if kind == Card.Subject.COUNTY:
        return [Subject(county.pk)]
    if kind == Card.Subject.DEPARTMENT:
        return [Subject(county.pk, pk) for pk in _units(county.pk, year, last)]
    there = Q(valid_until=None) | Q(valid_until__gt=last)
    areas = Area.objects.filter(there, within(county.pk, "code"), level=kind, valid_from__lte=last).order_by("code")
    codes = list(areas.values_list("code", flat=True))
    if kind == Card.Subject.VILLAGE:
        judged = poor_villages(county.pk, last)
        judged |= set(registered(county.pk, last).order_by().values_list("village_code", flat=True))
        codes = [code for code in codes if code in judged]
    return [Subject(code) for code in codes]


def _units(county: str, year: int, last: date) -> Sequence[int]:
    """Units of the county that are responsible for projects of the year, or have a team or a helper there."""
    projects = Project.objects.filter(within(county, "area_id"), responsible=OuterRef("pk"), year=year)
    teams = Team.objects.filter(within(county, "area_id"), organisation=OuterRef("pk"), since__lte=last)
    pairs = Pairing.objects.filter(cadre__organisation=OuterRef("pk"), cadre__county=county, since__lte=last)
    rows = Organisation.objects.filter(Exists(projects) | Exists(teams) | Exists(pairs), level="county")
    return list(rows.filter(Q(area=None) | within(county, "area_id")).order_by("name").values_list("pk", flat=True))


def computed_points(
    scoring: Scoring, subjects: Sequence[Subject], indicators: Sequence[Indicator]
) -> list[list[Point]]:
    """For each subject its points, in the order of the indicators, not saved. Raises NoParameter."""
    asked = period(scoring.county_id, scoring.year, scoring.until, scoring.subject)
    names = sorted({name for indicator in indicators for name in indicator.figures})
    sums = computed(names, asked, scoring.subject)
    return [[_point(scoring, each, indicator, sums) for indicator in indicators] for each in subjects]


def _point(scoring: Scoring, subject: Subject, indicator: Indicator, sums: Sums) -> Point:
    if not indicator.figures:
        return _entered(scoring, subject, indicator)
    found = [sums[name].get(subject.key, (Decimal(0), Decimal(0))) for name in indicator.figures]
    numerator, denominator = (sum((pair[at] for pair in found), Decimal(0)) for at in (0, 1))
    value = value_of(numerator, denominator, counted=indicator.counted)
    return Point(
        indicator=indicator, numerator=numerator, denominator=denominator, value=value,
        points=indicator.rule.points(value),
    )  # fmt: skip


def _entered(scoring: Scoring, subject: Subject, indicator: Indicator) -> Point:
    """What is entered by hand begins without a value; what the quarters gave is known."""
    value = None
    if indicator.code == QUARTERLY:
        value = quarterly_points(scoring.county_id, subject.key, scoring.year)
    return Point(indicator=indicator, numerator=value, value=value, points=indicator.rule.points(value))
