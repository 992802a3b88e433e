"""`jingzhun assessment fund`: score, grade and every item with its figures."""

import json
from decimal import Decimal

import pytest
from tests.assessment.score_stage import COUNTY, PROOF, make_year
from tests.registry.factories import make_user, make_village
from typer.testing import CliRunner

from jingzhun.areas.models import Area
from jingzhun.assessment.actions.scores import compute, enter_value
from jingzhun.assessment.models import Point
from jingzhun.cli import app
from jingzhun.cli.output import Refused
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    return CliRunner().invoke(app, ["assessment", "fund", *words], catch_exceptions=False).stdout


def test_the_evaluation_of_funds_is_printed_with_its_figures(settings, tmp_path):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    make_village()
    officer, leader = make_user(Role.COUNTY_OFFICER, COUNTY), make_user(Role.LEADER, COUNTY)
    make_year(3, officer, leader)
    scoring = compute(Area.objects.get(pk=COUNTY), "county", 2014, by=officer)
    audit = Point.objects.get(indicator__code="audit")
    enter_value(audit, Decimal(100), "永审报〔2015〕3号", PROOF, by=officer)
    told = json.loads(run("--year", "2014", "--json"))
    score = scoring.scores.get()
    assert (told["year"], told["score"], told["grade"]) == (2014, float(score.total), score.band)
    items = {item["code"]: item for item in told["items"]}
    assert len(items) == 14 and items["audit"]["evidence"] == "永审报〔2015〕3号" and items["audit"]["points"] == 6
    paid = items["paid"]
    assert paid["denominator"] == 100_000 and paid["value"] == round(paid["numerator"] / 1_000, 2)
    text = run("--year", "2014", "--area", COUNTY)
    assert f"{score.total} points, {score.band}" in text


def test_a_year_that_is_not_evaluated_is_named():
    make_village()
    with pytest.raises(Refused, match="2015 are not evaluated"):
        run("--year", "2015")
