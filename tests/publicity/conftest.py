"""What most tests of the public website begin with."""

import pytest
from django.core.cache import caches
from django.utils import timezone
from tests.publicity.factories import make_item, make_notice


@pytest.fixture(autouse=True)
def fresh_pages():
    """No page is kept from the test before."""
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def notice():
    """A notice of two households that runs today."""
    return make_notice(
        items=[make_item("case:1", head="陈福旺"), make_item("case:2", head="赵小玲")], opens_on=timezone.localdate()
    )
