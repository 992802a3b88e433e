"""One score as a paper: each indicator with its figure, its points and its evidence."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.assessment.models import Point, Score
from jingzhun.assessment.queries.scores import Group
from jingzhun.assessment.words import band_label
from jingzhun.identification.printing.paper import set_paper
from jingzhun.policy.dictionary import speaks_english

TEMPLATE = str(Path(__file__).parent / "scores.typ")


def score_pdf(score: Score, groups: Sequence[Group]) -> bytes:
    """The paper, in the language of the screen."""
    return set_paper(TEMPLATE, score_data(score, groups))


def score_data(score: Score, groups: Sequence[Group]) -> dict[str, Any]:
    """What the template sets: texts only."""
    scoring = score.scoring
    return {
        "lang": "en" if speaks_english() else "zh",
        "title": f"{scoring.year} · {scoring.card.label}",
        "name": score.name,
        "total": f"{score.total} · {band_label(score.band)}",
        "told": [
            _("Facts until %(day)s") % {"day": scoring.until},
            str(scoring.get_state_display()),
            scoring.card.document,
        ],
        "heads": [_("Indicator"), _("Points at most"), _("Figure"), _("Value"), _("Points"), _("Evidence")],
        "groups": [
            {"title": f"{group.label} {plain(group.total)}", "rows": [_row(point) for point in group.points]}
            for group in groups
        ],
        "signatures": [_("Computed by"), _("Reviewed by"), _("Published by")],
    }


def _row(point: Point) -> list[str]:
    line, given = point.indicator, point.points if point.appealed is None else point.appealed
    figure = f"{plain(point.numerator)} / {plain(point.denominator)}" if point.denominator else plain(point.numerator)
    return [line.label, plain(line.weight), figure, plain(point.value), plain(given), point.note]


def plain(number: Decimal | None) -> str:
    """A number without empty places; a dash for none."""
    return "–" if number is None else f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"
