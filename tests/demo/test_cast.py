"""The people who act in the demo's round."""

from datetime import UTC, datetime

import pytest
import time_machine
from tests.registry.factories import VILLAGE, make_area

from jingzhun.demo.story.cast import assemble

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("day", [datetime(2028, 2, 29, 4, tzinfo=UTC), datetime(2025, 6, 1, 4, tzinfo=UTC)])
def test_the_cast_assembles_on_any_day_also_of_a_leap_year(day):
    make_area(VILLAGE)
    with time_machine.travel(day, tick=False):
        cast = assemble(VILLAGE[:6], [VILLAGE])
        assert cast.clerks[VILLAGE].scope.areas == (VILLAGE,) and cast.towns[VILLAGE[:9]].scope.areas == (VILLAGE[:9],)
