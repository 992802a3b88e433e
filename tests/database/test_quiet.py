"""What the program itself logs tells no value of a row that the database refused."""

import logging

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.module_loading import import_string

pytestmark = pytest.mark.django_db
SECRET = "610499195001010011"


@pytest.fixture
def line():
    given = dict(settings.LOGGING["formatters"]["line"])
    return import_string(given.pop("()"))(**given)


def logged(line, statement: str, *values: str) -> str:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values or None)
    except DatabaseError:
        record = logging.getLogger("x").makeRecord("x", logging.ERROR, "", 1, "failed", (), _raised())
    return line.format(record)


def _raised():
    import sys

    return sys.exc_info()


def test_a_traceback_keeps_where_and_what_and_leaves_the_values_out(line):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE people (id text PRIMARY KEY) ON COMMIT DROP")
        cursor.execute("INSERT INTO people VALUES (%s)", [SECRET])
    told = logged(line, "INSERT INTO people VALUES (%s)", SECRET)
    assert SECRET not in told
    assert "people_pkey" in told and IntegrityError.__name__ in told
    assert told.count("Traceback (most recent call last)") == 2


def test_a_statement_that_is_wrong_is_not_repeated(line):
    told = logged(line, f"SELECT '{SECRET}' FROM nowhere")
    assert SECRET not in told and "nowhere" in told


def test_an_error_told_in_a_message_tells_no_value_either(line):
    said = f'duplicate key value violates "x"\nDETAIL:  Key (id)=({SECRET}) already exists.'
    told = line.format(logging.getLogger("x").makeRecord("x", logging.ERROR, "", 1, "failed: %s", (said,), None))
    assert SECRET not in told and told.endswith('violates "x"')
