"""Who and what most tests of policy begin with."""

import pytest
from tests.policy.stage import make_county

from jingzhun.areas.models import Area


@pytest.fixture
def county(db, settings, tmp_path) -> Area:
    """A county with the reference policies; files of the installation lie apart, nobody needs a second factor."""
    settings.VAR, settings.DEMO = tmp_path / "var", True
    return make_county()
