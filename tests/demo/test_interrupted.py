"""A demo county whose building was killed is built to the end by the next attempt, and only once."""

import signal

from tests.installation import wait_until

# One village of each town: small enough for a test, large enough to be caught half-way.
BUILD = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from itertools import groupby
from jingzhun.demo import county
from jingzhun.demo.targets import Targets, rural_villages
towns = groupby(rural_villages(), key=lambda place: place[2])
places = [place for _town, villages in towns for place in list(villages)[:1]]
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
CASES = "SELECT count(*) FROM procedure_case"


def counts(installation) -> tuple[int, ...]:
    with installation.connect() as connection:
        return connection.execute(COUNTS).fetchone()


def applied(installation) -> int:
    return installation.value("SELECT count(*) FROM registry_import WHERE state = 'applied'")


def build(installation) -> str:
    building = installation.start_python(BUILD, "7")
    printed, said = building.communicate(timeout=600)  # a bound for what hangs, not a measure
    assert building.returncode == 0, said
    return printed.strip()


def kill_when(installation, happened, what: str) -> None:
    """Build until something happened, and kill -9 the building then."""
    building = installation.start_python(BUILD, "7")
    wait_until(happened, what)
    building.send_signal(signal.SIGKILL)
    building.wait()


def test_a_county_killed_half_way_is_built_to_the_end(ready_once):
    whole, killed = ready_once.copy(), ready_once.copy()
    try:
        told = build(whole)
        assert tuple(map(int, told.split())) == counts(whole)[:2]

        kill_when(
            killed, lambda: killed.value("SELECT true FROM journal_entry WHERE action = 'demo.begun'"), "it began"
        )
        kill_when(killed, lambda: applied(killed) >= 2, "two towns came in")
        assert counts(killed)[0] < counts(whole)[0], "it was too quick to be caught"
        kill_when(killed, lambda: counts(killed)[-1], "all came in, and the round is being played")
        assert killed.value(CASES) == 0, "half a round stands there"

        assert "--seed 7" in killed.run("demo", "--if-empty", fails=True)  # another seed would be another county
        assert build(killed) == told
        assert counts(killed) == counts(whole) and killed.value(CASES) == whole.value(CASES) > 0
        assert (
            killed.value("SELECT count(*) FROM registry_import WHERE state NOT IN ('applied', 'failed', 'cancelled')")
            == 0
        )

        assert killed.run_json("demo", "--if-empty") == {"built": False}
        assert build(killed) == "there already"
        actions = "SELECT array_agg(action ORDER BY id) FROM journal_entry WHERE action LIKE 'demo.%%'"
        assert killed.value(actions + " AND %s", True) == ["demo.begun", "demo.built"]
    finally:
        whole.close()
        killed.close()
