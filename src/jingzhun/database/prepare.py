"""Bring the application's database to where this version needs it: made, migrated, with its cache table."""

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor


class NoDatabase(Exception):
    """The database named by DATABASE_URL cannot be reached; the message says why."""


def prepare() -> bool:
    """Make and migrate the database if need be; True if anything was done. Quick when nothing is. Raises NoDatabase."""
    created = create()
    if not created and _up_to_date():
        return False
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    call_command("createcachetable", verbosity=0)
    return True


def create() -> bool:
    """Make the database on the embedded server; one named by DATABASE_URL must be there."""
    name = str(settings.DATABASES["default"]["NAME"])
    try:
        with connection.cursor():
            return False
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.OperationalError) or "does not exist" not in str(error):
            raise NoDatabase(f"no connection to the database {name}: {error}") from error
    try:
        # Django's own connection to the server, outside any database of ours.
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)} ENCODING 'UTF8' TEMPLATE template0")
    except ProgrammingError as error:
        if isinstance(error.__cause__, psycopg.errors.DuplicateDatabase):
            return False  # somebody else's first start was quicker
        raise NoDatabase(f"the database {name} could not be made: {error}") from error
    return True


def _up_to_date() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
