"""`jingzhun parameters`: what holds here, and a county's own values."""

import json

import pytest
from django.utils import timezone
from tests.registry.factories import make_area
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused
from jingzhun.journal.models import Entry
from jingzhun.parameters.models import Parameter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county():
    make_area("610426102")


def run(*words: str, typed: str = "") -> str:
    return CliRunner().invoke(app, ["parameters", *words], input=typed, catch_exceptions=False).stdout


def order(*more: str, value: str = "5", typed: str = "") -> str:
    return run("set", "first_notice_days", value, "--source", "永扶办发〔2015〕3号", *more, typed=typed)


def test_what_holds_is_shown_with_its_source():
    (told,) = json.loads(run("show", "first_notice_days", "--json"))
    assert (told["value"], told["area_code"]) == (7.0, "") and "seven days" in told["source"]
    assert "first_notice_days" in run("show", "first_notice")
    assert json.loads(run("show", "province_income", "--on", "2015-01-01", "--json"))[0]["value"] is None


def test_a_value_is_set_after_it_was_agreed_to():
    said = order(typed="n\n")
    assert "7 → 5" in said and not Parameter.objects.filter(shipped=False).exists()
    assert json.loads(order("--json")) == {"set": False}
    order(typed="y\n")
    row = Parameter.objects.get(shipped=False)
    assert (row.area_code, row.value, row.valid_from) == ("610426", 5, timezone.localdate())
    assert Entry.objects.get(action="parameters.value_set").actor == "system"
    told = json.loads(order("--area", "610426102", "--yes", "--json", value="6"))
    assert told["set"] and told["area_code"] == "610426102"


@pytest.mark.parametrize(
    ("more", "value", "said"),
    [
        ([], "five", "not a number"),
        ([], "300", "between"),
        (["--from", "2014-01-01"], "5", "past"),
        (["--area", "99"], "5", "No area '99'"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(more, value, said):
    with pytest.raises(Refused, match=said):
        order("--yes", *more, value=value)
    assert not Parameter.objects.filter(shipped=False).exists()


def test_an_unknown_parameter_is_named():
    with pytest.raises(Refused, match="'first_notice_dayz'"):
        run("set", "first_notice_dayz", "5", "--source", "x", "--yes")
