"""Who prepares, supervises, reviews, decides and is judged in the stories of assessment."""

import pytest
from tests.registry.factories import VILLAGE, make_area, make_user

from jingzhun.people.rules import Role

COUNTY = VILLAGE[:6]


@pytest.fixture
def officer(settings, db, tmp_path):
    settings.DEMO = True  # no second factor is asked for
    settings.MEDIA_ROOT = tmp_path
    make_area(VILLAGE)
    return make_user(Role.COUNTY_OFFICER, COUNTY)


@pytest.fixture
def supervisor(officer):
    return make_user(Role.SUPERVISOR, COUNTY)


@pytest.fixture
def leader(officer):
    return make_user(Role.LEADER, COUNTY)


@pytest.fixture
def clerk(supervisor):
    return make_user(Role.VILLAGE_CLERK, VILLAGE)
