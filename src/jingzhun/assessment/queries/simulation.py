"""What a changed card would have given: a year's figures as they were, by other weights. Nothing is kept."""

from dataclasses import dataclass
from decimal import Decimal

from jingzhun.assessment.models import Card, Point, Score, Scoring
from jingzhun.assessment.rules.scores import Scored, band_of, ranks, total


@dataclass(frozen=True)
class Simulated:
    """A subject's score as it is, and as it would be."""

    score: Score
    total: Decimal
    band: str
    rank: int

    @property
    def climbs(self) -> int:
        """Places won, below zero: lost."""
        return self.score.rank - self.rank


def simulate(card: Card, scoring: Scoring) -> list[Simulated]:
    """A year's figures by another card; lines are matched by their code, and what the year lacks is not judged.

    Three queries.
    """
    indicators = list(card.indicators.all())
    scores = list(scoring.scores.select_related("area", "unit").order_by("area", "unit"))
    known = {
        (point.score_id, point.indicator.code): point
        for point in Point.objects.filter(score__in=scores).select_related("indicator")
    }
    found = []
    for score in scores:
        lines = []
        for indicator in indicators:
            point, rule = known.get((score.pk, indicator.code)), indicator.rule
            value = point.value if point else None
            points = rule.points(value)
            if point and point.appealed is not None and point.indicator.weight:
                points = min(point.appealed * rule.weight / point.indicator.weight, rule.weight)
                value = point.appealed if value is None else value
            lines.append(Scored(rule, value, points))
        found.append(total(lines))
    places = ranks([each.total for each in found])
    rows = [
        Simulated(score, each.total, band_of(each.total, card.bands, vetoed=each.vetoed), place)
        for score, each, place in zip(scores, found, places, strict=True)
    ]
    return sorted(rows, key=lambda row: row.rank)
