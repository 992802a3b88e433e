"""`jingzhun assessment`: how a county's funds are evaluated."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from .county import loaded_area, only_county
from .output import Json, Refused, print_json, print_table, say, setup

app = typer.Typer(no_args_is_help=True, help="Assessment: scores and the evaluation of funds.")
Year = Annotated[int, typer.Option(min=2014, max=2100, help="The year whose funds are evaluated.")]


@app.callback()
def _assessment() -> None:
    """Assessment: scores and the evaluation of funds."""


@app.command("fund")
def fund(
    year: Year,
    area: Annotated[str, typer.Option(help="A county by its code. Default: the only county.")] = "",
    as_json: Json = False,
) -> None:
    """Show the evaluation of a county's funds in a year: score, grade, and each item with its figures.

    Example: jingzhun assessment fund --year 2014 --json
    """
    setup()
    from jingzhun.assessment.models import Card, Score
    from jingzhun.assessment.queries.scores import points_of
    from jingzhun.assessment.words import band_label

    county = loaded_area(area or only_county())
    rows = Score.objects.filter(scoring__subject=Card.Subject.COUNTY, area=county, scoring__year=year)
    found = rows.select_related("scoring__card").first()
    if found is None:
        told = {"area": county, "year": year}
        raise Refused(_("The funds of %(area)s in %(year)s are not evaluated yet: compute the scores first.") % told)
    points = points_of(found)
    if as_json:
        print_json(
            {"area": county.code, "year": year, "state": found.scoring.state, "until": found.scoring.until,
             "score": found.total, "grade": found.band, "items": [_as_dict(point) for point in points]}
        )  # fmt: skip
        return
    heads = (_("Group"), _("Indicator"), _("Counted"), _("Of"), _("Value"), _("Points"), _("Points at most"))
    print_table(heads, (_line(point) for point in points))
    told = {"area": county, "year": year, "score": found.total, "grade": band_label(found.band)}
    say(_("%(area)s %(year)s: %(score)s points, %(grade)s.") % told)


def _line(point: Any) -> list[Any]:
    line = point.indicator
    return [line.group_label, line.label, point.numerator, point.denominator, point.value, point.points, line.weight]


def _as_dict(point: Any) -> dict[str, Any]:
    line = point.indicator
    return {
        "code": line.code,
        "group": line.group,
        "name": line.name,
        "kind": line.kind,
        "figures": line.figures,
        "numerator": point.numerator,
        "denominator": point.denominator,
        "value": point.value,
        "points": point.points if point.appealed is None else point.appealed,
        "weight": line.weight,
        "evidence": point.note,
    }
