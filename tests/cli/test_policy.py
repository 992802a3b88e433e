"""`jingzhun policy`: load, work out, explain."""

import json

import pytest
from tests.policy.stage import poor
from tests.registry.factories import make_village
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    return CliRunner().invoke(app, ["policy", *words], catch_exceptions=False).stdout


def test_a_county_loads_works_out_and_explains():
    make_village()
    assert len(json.loads(run("load", "--json"))["published"]) == 31
    assert json.loads(run("load", "--area", "610426", "--json"))["published"] == []
    pupil = {"name": "张小", "student": "primary", "relation": "son"}
    household = poor(members=[{"name": "张三", "education": "primary"}, pupil])
    poor()
    told = json.loads(run("entitlements", "--area", "610426", "--year", "2014", "--json"))
    assert told["households"] == 2 and len(told["policies"]) == 30
    boarding = next(each for each in told["policies"] if each["code"] == "boarding-primary")
    assert (boarding["yes"], boarding["no"], boarding["unknown"], boarding["yuan"]) == (1, 0, 1, 1000.0)
    assert (boarding["missed"], boarding["undue"]) == (1, 0)
    explained = json.loads(run("explain", household.number, "--year", "2014", "--json"))["policies"]
    (one,) = [each for each in explained if each["code"] == "boarding-primary"]
    assert one["entitled"] is True and one["yuan"] == 1000 and one["people"][1]["entitled"] is True
    assert household.number not in run("explain", household.number, "--year", "2014")


def test_what_is_not_there_is_refused():
    make_village()
    for words in (("load", "--area", "61"), ("entitlements", "--area", "61"), ("explain", "1")):
        with pytest.raises(Refused):
            run(*words)
