"""Who handles the county's money in the stories of management."""

import pytest
from tests.registry.factories import VILLAGE, make_area, make_user

from jingzhun.people.rules import Role

COUNTY = VILLAGE[:6]


@pytest.fixture
def officer(settings, db):
    settings.DEMO = True  # no second factor is asked for
    make_area(VILLAGE)
    return make_user(Role.COUNTY_OFFICER, COUNTY)


@pytest.fixture
def leader(officer):
    return make_user(Role.LEADER, COUNTY)
