"""Bring the application's database to where this version needs it: made, migrated, with its cache table."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

OLDEST_SERVER = 150000  # as server_version_num
MIGRATING = 0x6A696E67  # "jing": number of the advisory lock that one migrating process holds


class NoDatabase(Exception):
    """The database of this installation cannot be reached or used; the message says why."""


def prepare() -> bool:
    """Make and migrate the database if need be; True if anything was done. Quick when nothing is. Raises NoDatabase."""
    create()
    if _up_to_date():
        return False
    with _alone():
        if _up_to_date():  # somebody else was quicker
            return False
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        call_command("createcachetable", verbosity=0)
    return True


def create() -> None:
    """Make the database if it is missing and this user may, and see that we can use it. Raises NoDatabase."""
    name = str(settings.DATABASES["default"]["NAME"])
    try:
        connection.ensure_connection()
    except OperationalError as error:
        if "does not exist" not in str(error) or name not in str(error):
            told = {"name": name, "problem": _first_line(error)}
            text = _("No connection to the database %(name)s: %(problem)s. Start its server, or see to DATABASE_URL.")
            raise NoDatabase(text % told) from error
        _create(name)
    if connection.pg_version < OLDEST_SERVER:  # type: ignore[attr-defined]
        told = {"version": connection.pg_version // 10000}  # type: ignore[attr-defined]
        raise NoDatabase(_("The server has PostgreSQL %(version)s; 15 or later is needed.") % told)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        if (encoding := cursor.fetchone()[0]) != "UTF8":
            text = _("The database %(name)s is encoded in %(encoding)s; make it anew with ENCODING 'UTF8'.")
            raise NoDatabase(text % {"name": name, "encoding": encoding})


def unknown_migrations(names: list[str]) -> list[str]:
    """Which of these ("app.name") this version does not know: a database that has them is of a newer version."""
    loader = MigrationLoader(None)
    known = set(loader.disk_migrations)
    known.update(old for migration in loader.disk_migrations.values() for old in migration.replaces)
    return [name for name in names if tuple(name.split(".", 1)) not in known]


def _create(name: str) -> None:
    try:
        # Django's own connection to the server, outside any database of ours.
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)} ENCODING 'UTF8' TEMPLATE template0")
    except DatabaseError as error:
        if not isinstance(error.__cause__, psycopg.errors.DuplicateDatabase | psycopg.errors.UniqueViolation):
            told = {"name": name, "problem": _first_line(error)}
            raise NoDatabase(_("The database %(name)s is missing and cannot be made: %(problem)s") % told) from error
    connection.ensure_connection()


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATING])


def _up_to_date() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    return settings.CACHES["default"]["LOCATION"] in connection.introspection.table_names()


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
