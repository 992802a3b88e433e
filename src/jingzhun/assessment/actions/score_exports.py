"""A year's scores leave the house as a workbook; who took them out is told in the journal."""

from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.assessment.models import Point, Scoring
from jingzhun.assessment.queries.scores import own_points, ranking
from jingzhun.assessment.words import band_label
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_ASSESSMENT
from jingzhun.registry.workbook.lists import Head, write_list

CHUNK = 1_000


@transaction.atomic
def export_scores(scoring: Scoring, target: BinaryIO, *, by: User) -> int:
    """Write the scores that the user may read, a row for each point of the own ones, one for others; number of rows."""
    heads = [Head(_("Rank"), 8), Head(_("Who is judged"), 22), Head(_("Total"), 10), Head(_("Band"), 10),
             Head(_("Group"), 22), Head(_("Indicator"), 34), Head(_("Points at most"), 10), Head(_("Counted"), 16),
             Head(_("Of"), 16), Head(_("Value"), 12), Head(_("Points"), 10), Head(_("Points on appeal"), 10),
             Head(_("Evidence"), 30)]  # fmt: skip
    own: dict[int, list[Point]] = {}
    for point in own_points(by).filter(score__scoring=scoring).iterator(chunk_size=CHUNK):
        own.setdefault(point.score_id, []).append(point)
    rows = []
    for score in ranking(by, scoring):
        told = [score.rank, score.name, score.total, band_label(score.band)]
        lines = sorted(own.get(score.pk, []), key=lambda point: point.indicator.position)
        rows += [told + _line(point) for point in lines] or [told + [None] * (len(heads) - len(told))]
    number = write_list(target, f"{scoring.year}", heads, rows, fixed=2)
    values = {"rows": number, "year": scoring.year, "for": scoring.subject}
    record(Decision("assessment.scores_exported", "scores", str(scoring.pk), scoring.county_id, values=values,
                    permission=VIEW_ASSESSMENT), by=by)  # fmt: skip
    return number


def _line(point: Point) -> list[object]:
    line = point.indicator
    return [line.group_label, line.label, line.weight, point.numerator, point.denominator, point.value, point.points,
            point.appealed, point.note]  # fmt: skip
