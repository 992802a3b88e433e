"""A demo county whose building was killed is built to the end by the next attempt, and only once."""

import signal

from tests.installation import wait_until

# Two villages of each town: small enough for a test, large enough to be caught half-way.
BUILD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from itertools import groupby
from jingzhun.demo import county
from jingzhun.demo.targets import Targets, rural_villages
towns = groupby(rural_villages(), key=lambda place: place[2])
places = [place for _town, villages in towns for place in list(villages)[:2]]
if county.is_wanted():
    built = county.build(int(sys.argv[1]), places=places, targets=Targets().scaled(len(places), 157))
    print(built.households, built.persons)
else:
    print("there already")
"""
COUNTS = """
SELECT (SELECT count(*) FROM registry_household), (SELECT count(*) FROM registry_member),
    (SELECT count(*) FROM registry_survey), (SELECT count(*) FROM registry_registerspell),
    (SELECT count(*) FROM registry_villageyear)
"""


def counts(installation) -> tuple[int, ...]:
    with installation.connect() as connection:
        return connection.execute(COUNTS).fetchone()


def applied(installation) -> int:
    return installation.value("SELECT count(*) FROM registry_import WHERE state = 'applied'")


def test_a_county_killed_half_way_is_built_to_the_end(ready_once):
    whole, killed = ready_once.copy(), ready_once.copy()
    try:
        told = whole.run_python(BUILD, "7")
        assert tuple(map(int, told.split())) == counts(whole)[:2]

        building = killed.start_python(BUILD, "7")
        wait_until(lambda: applied(killed) >= 2, "two towns came in")
        building.send_signal(signal.SIGKILL)
        building.wait()
        assert counts(killed)[0] < counts(whole)[0], "it was too quick to be caught"

        assert "--seed 7" in killed.run("demo", "--if-empty", fails=True)  # another seed would be another county
        assert killed.run_python(BUILD, "7") == told
        assert counts(killed) == counts(whole)
        assert (
            killed.value("SELECT count(*) FROM registry_import WHERE state NOT IN ('applied', 'failed', 'cancelled')")
            == 0
        )

        assert killed.run_json("demo", "--if-empty") == {"built": False}
        assert killed.run_python(BUILD, "7").strip() == "there already"
        actions = "SELECT array_agg(action ORDER BY id) FROM journal_entry WHERE action LIKE 'demo.%%'"
        assert killed.value(actions + " AND %s", True) == ["demo.begun", "demo.built"]
    finally:
        whole.close()
        killed.close()


def test_a_county_killed_before_anything_came_in_is_built_too(ready_once):
    installation = ready_once.copy()
    try:
        building = installation.start_python(BUILD, "7")
        wait_until(lambda: installation.value("SELECT true FROM journal_entry WHERE action = 'demo.begun'"), "it began")
        building.send_signal(signal.SIGKILL)
        building.wait()
        households, _persons = installation.run_python(BUILD, "7").split()
        assert counts(installation)[0] == int(households) > 0
    finally:
        installation.close()
