"""What every test shares: the real PostgreSQL, quick password hashing, and a journal that lets itself be flushed."""

import itertools
import os

import hypothesis
import pgtrigger
import pytest
from django.core.management.commands import flush
from django.db import connection
from django.utils import translation

# A busy machine is no fault of the code: examples may take their time.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """A test database of one's own (JINGZHUN_TEST_DB), so that two runs at once do not meet."""
    from django.conf import settings

    # What a power cut would lose of a test database is no loss.
    options = settings.DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = f"{options.get('options', '')} -c synchronous_commit=off".strip()
    if name := os.environ.get("JINGZHUN_TEST_DB"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"{name}_{worker}" if worker else name


NEVER_CHANGE = {"django_migrations", "django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


def empty(self, **options) -> None:
    """Empty what a test that committed has filled, and load the values that are shipped.

    Django's own flush empties every table and makes thousands of permissions anew, of which nobody asks here.
    """
    from jingzhun.journal.models import KEPT_FOR_EVER
    from jingzhun.parameters.actions import load_reference

    tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - NEVER_CHANGE)
    filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    with (
        pgtrigger.ignore(*(f"journal.{model}:never_emptied" for model in KEPT_FOR_EVER)),
        connection.cursor() as cursor,
    ):
        cursor.execute(filled)
        if names := ", ".join(f'"{name}"' for (name,) in cursor.fetchall()):
            cursor.execute(f"TRUNCATE {names} CASCADE")
    load_reference()


@pytest.fixture(scope="session", autouse=True)
def flush_past_the_journal():
    """Between tests that commit every table is emptied; only here may the journal be emptied with them."""
    from jingzhun.journal.receivers import tell_reference
    from jingzhun.parameters.actions import reference_loaded

    handle = flush.Command.handle
    flush.Command.handle = empty
    reference_loaded.disconnect(tell_reference)  # each of these databases begins with an empty journal
    yield
    reference_loaded.connect(tell_reference)
    flush.Command.handle = handle


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory):
    """Folders for checkpoints, one after another."""
    base = tmp_path_factory.mktemp("checkpoints")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_checkpoints(settings, checkpoints):
    """Each test has a journal of its own, hence also its own folder for what is kept of it outside the database."""
    settings.CHECKPOINTS = next(checkpoints)


@pytest.fixture(autouse=True)
def usual_language():
    """Each test begins in the house's language: a page that was asked for in English leaves its own behind."""
    translation.deactivate()


@pytest.fixture
def installation():
    """An installation of one's own, with its own embedded server, for tests that break things."""
    from tests.installation import Installation

    made = Installation()
    yield made
    made.close()


READY = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from jingzhun.cli.serve import collect_static
from jingzhun.database.prepare import prepare
assert prepare() and collect_static()
"""


@pytest.fixture(scope="session")
def ready_once():
    """An installation with its tables, keys and static files made, stopped, to be copied."""
    from tests.installation import Installation

    made = Installation()
    made.run_python(READY)
    made.run("db", "stop")
    yield made
    made.close()


@pytest.fixture
def ready_installation(ready_once):
    """An installation of one's own that has been started before: quicker than a fresh one."""
    made = ready_once.copy()
    yield made
    made.close()
