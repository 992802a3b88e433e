"""The application's database is made and migrated by whoever comes first, once."""

import os

import psycopg
import pytest
from tests.installation import Installation

from jingzhun.database import server

PREPARE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from jingzhun.database.prepare import prepare
print(prepare())
"""


def test_first_starts_at_once_migrate_once_and_later_ones_have_nothing_to_do(installation):
    starts = [installation.start_python(PREPARE) for _ in range(3)]

    answers = [start.communicate(timeout=120) for start in starts]

    assert sorted(printed for printed, _ in answers) == ["False\n", "False\n", "True\n"], answers
    assert installation.run_python(PREPARE) == "False\n"
    assert installation.value("SELECT to_regclass('django_cache')::text") == "django_cache"


def test_a_database_that_is_there_already_is_used(installation):
    with installation.connect("postgres") as connection:
        connection.execute("CREATE DATABASE county ENCODING 'UTF8' TEMPLATE template0")
    elsewhere = Installation(database_url=_url(installation, "county"))
    try:
        assert elsewhere.run_python(PREPARE) == "True\n"
        assert not elsewhere.data.exists(), "with DATABASE_URL no server is started"
    finally:
        elsewhere.close()


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        ("CREATE ROLE clerk LOGIN", "cannot be made"),
        ("CREATE ROLE clerk LOGIN; CREATE DATABASE county ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0", "LATIN1"),
    ],
    ids=["no right to make it", "not UTF-8"],
)
def test_a_database_that_cannot_be_used_is_refused_in_one_sentence(installation, prepare, reason):
    with installation.connect("postgres") as connection:
        for statement in prepare.split("; "):
            connection.execute(statement)
    elsewhere = Installation(database_url=_url(installation, "county", user="clerk"))
    try:
        said = elsewhere.run("status", fails=True)
    finally:
        elsewhere.close()
    assert reason in said and len(said.splitlines()) == 1


def test_a_server_that_is_not_there_is_told_in_one_sentence():
    nowhere = Installation(database_url="postgresql://clerk@127.0.0.1:1/county")
    try:
        said = nowhere.run("status", fails=True)
    finally:
        nowhere.close()
    assert "county" in said and len(said.splitlines()) == 1


def _url(installation: Installation, database: str, user: str = server.SUPERUSER) -> str:
    url = server.start(installation.data).url(database)
    return url.replace(f"//{server.SUPERUSER}@", f"//{user}@")


def test_the_suite_itself_runs_where_it_was_told_to(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    if url := os.environ.get("DATABASE_URL"):
        with psycopg.connect(url, dbname="postgres") as told:
            assert told.info.server_version == version
    else:
        assert version // 10000 == server.VERSION
