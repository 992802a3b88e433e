"""The clock carries on what waits only for its notice, and decides nothing else, whoever works at the same time."""

from threading import Thread
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from tests.identification.stage import set_stage

from jingzhun.identification.actions import carrying, decide
from jingzhun.procedure.rules import State
from jingzhun.registry.models import RegisterSpell

pytestmark = pytest.mark.django_db(transaction=True)


def while_somebody(act, at) -> list[BaseException]:
    """The clock of identification begins while somebody acts; what it fell over."""
    fell: list[BaseException] = []

    def tick() -> None:
        try:
            carrying.carry_on(at=at)
        except BaseException as error:
            fell.append(error)
        finally:
            connection.close()

    clock = Thread(target=tick)
    with transaction.atomic():
        act()
        clock.start()
        until = monotonic() + 30
        while not _somebody_waits() and clock.is_alive() and monotonic() < until:
            sleep(0.02)
    clock.join()
    return fell


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
            " AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


@pytest.fixture
def announced():
    """A household whose announcement ran its time, not carried on yet: the photo came late."""
    stage = set_stage(quota=500)
    found = stage.apply()
    stage.bring_to("announcement", *found)
    stage.run_notice("announcement", stage.county, carry=False)
    assert stage.step_of(found[0]) == "announcement"
    return stage, found[0]


def test_two_clocks_at_once_bring_a_household_to_registration_and_the_county_registers_it(announced):
    stage, found = announced
    assert while_somebody(lambda: carrying.carry_on(at=stage.tick()), stage.now) == []
    assert stage.step_of(found) == "registration" and not RegisterSpell.objects.exists()


def test_a_household_that_withdraws_in_that_moment_does_not_stop_the_clock(announced):
    stage, found = announced
    case = stage.fresh(found).case
    assert while_somebody(lambda: decide.withdraw(case, "自愿放弃", by=stage.clerk, at=stage.tick()), stage.now) == []
    assert stage.state_of(found) == State.WITHDRAWN
