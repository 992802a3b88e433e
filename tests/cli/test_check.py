"""`jingzhun register check` from the command line."""

import json

import pytest
from tests.registry.factories import VILLAGE, make_household
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused

pytestmark = pytest.mark.django_db


def check(*arguments: str):
    return CliRunner().invoke(app, ["register", "check", *arguments], catch_exceptions=False)


def test_a_check_tells_programs_what_was_found():
    make_household(VILLAGE, members=["王建国", {"name": "李秀英", "sex": "male", "relation": "spouse"}])
    told = json.loads(check("--area", "610426", "--year", "2014", "--json").output)
    assert (told["area_code"], told["year"], told["skipped"]) == ("610426", 2014, [])
    rule = next(rule for rule in told["rules"] if rule["code"] == "REL-05")
    assert (rule["severity"], rule["open"]) == ("error", 1)
    assert told["errors"] == sum(rule["open"] for rule in told["rules"] if rule["severity"] == "error")


def test_a_check_tells_people_what_was_found():
    make_household(VILLAGE, members=["王建国", {"name": "李秀英", "sex": "male", "relation": "spouse"}])
    assert "REL-05" in check("--area", VILLAGE, "--year", "2014").output


def test_an_area_that_is_not_loaded_is_refused():
    with pytest.raises(Refused, match="999999"):
        check("--area", "999999")
