"""`jingzhun status`: the situation in numbers, from a command line."""

import pytest
from tests.installation import ROOT

READY = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
"""
COUNTY = f"""{READY}
from tests.web.situations import make_county
make_county()
"""


@pytest.fixture
def county(ready_installation):
    ready_installation.run_python(COUNTY)
    return ready_installation


def test_status_counts_the_database(county):
    said = county.run_json("status", "--area", "610426", "--year", "2014")
    assert (
        said
        | {
            "area": "610426",
            "year": 2014,
            "villages": 3,
            "poor_villages": 1,
            "households": 14,
            "poor_households": 7,
            "poor_persons": 32,
            "rural_persons": 46,
            "line": 2736.0,
            "income_year": 2013,
        }
        == said
    )
    assert said["incidence"] == pytest.approx(32 / 46, abs=0.0001)

    later = county.run_json("status", "--area", "610426102", "--year", "2015")
    assert (later["poor_households"], later["income_year"], later["line"]) == (5, 2014, 2800.0)


def test_status_speaks_to_people_in_the_language_of_the_terminal(county):
    said = county.run("status", "--year", "2014")
    assert "Poor households" in said and "2,736" in said and "贫困户" not in said
    county.environment["LANGUAGE"] = "zh_CN:zh"
    said = county.run("status", "--year", "2014")
    assert "贫困发生率" in said and "扶贫标准" in said and "2,736" in said and "Poor" not in said
    assert "未载入区划" in county.run("status", "--area", "610427", fails=True)


def test_where_nobody_is_counted_status_says_what_to_do_next(county):
    assert "the register has the years 2014 to 2015" in county.run("status", "--year", "2001")


def test_an_empty_register_says_how_to_fill_it(ready_installation):
    assert "jingzhun areas load" in ready_installation.run("status", fails=True)
    ready_installation.run("areas", "load", str(ROOT / "src/jingzhun/areas/data/yongshou.csv"))
    assert "jingzhun register import FILE" in ready_installation.run("status")


def test_where_nothing_is_named_the_only_county_and_the_newest_year_are_meant(county):
    said = county.run_json("status")
    assert (said["area"], said["year"]) == ("610426", 2014)
    county.run_python(READY + "from tests.registry.factories import make_area\nmake_area('610427')")
    assert "--area" in county.run("status", fails=True)


def test_an_area_that_is_not_there_or_too_small_is_refused(county):
    assert "610427" in county.run("status", "--area", "610427", fails=True)
    assert "village" in county.run("status", "--area", "610426102201001", fails=True)
