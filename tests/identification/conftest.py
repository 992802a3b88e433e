"""The stage on which identification's stories are told."""

import pytest
from django.core.cache import cache
from tests.identification.stage import Stage, set_stage


@pytest.fixture
def stage(db, settings, tmp_path) -> Stage:
    """The county's first round, with a quota that is enough for everybody. Nobody needs a second factor."""
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    cache.clear()  # of codes that were tried
    return set_stage(quota=500)
