"""Who and what most tests of the register begin with."""

from pathlib import Path

import pytest
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_user, make_village

from jingzhun.areas.models import Area


@pytest.fixture
def clerk(client):
    """The clerk of a village, logged in."""
    make_village()
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def county(settings, tmp_path):
    """Two villages of two towns, as the workbooks of the tests name them; files of the installation lie apart."""
    settings.VAR = tmp_path / "var"
    make_village(VILLAGE, "永安村委会")
    Area.objects.filter(pk=VILLAGE[:9]).update(name="店头镇")
    make_village(OTHER_VILLAGE, "平安村委会")


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "名册.xlsx"
