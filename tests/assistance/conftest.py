"""Who works with a household: its clerk, its town, its helper."""

from datetime import date

import pytest
from tests.assistance.factories import make_cadre, make_pairing
from tests.registry.factories import VILLAGE, make_household, make_user

from jingzhun.people.rules import Role


@pytest.fixture
def household():
    return make_household(
        VILLAGE, members=["贫困户主", "孩子"], registered_on=date(2014, 10, 1), cause_main="schooling"
    )


@pytest.fixture
def clerk():
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def town():
    return make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9])


@pytest.fixture
def helper(household):
    """A cadre with a login who is paired with the household."""
    user = make_user(Role.HELPER, "610426", full_name="高帮扶")
    make_pairing(household, make_cadre("高帮扶", user=user))
    return user
