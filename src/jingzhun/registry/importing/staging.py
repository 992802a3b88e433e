"""Staging tables of an import: made from the live tables' own columns, filled by COPY, dropped at the end."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db import models as django_models

from jingzhun.registry.dictionary import Field
from jingzhun.registry.models import Household, Member, RegisterSpell, Survey

from .columns import NULL

SCHEMA = "staging"
LIVE: dict[str, type[django_models.Model]] = {
    "household": Household,
    "member": Member,
    "survey": Survey,
    "spell": RegisterSpell,
}
# Columns of the staging tables that no live table has.
KEYS = {
    "household": "sid int, sheet smallint, row_no int, own boolean, key text, number text, area_code text,"
    " said boolean, status text, registered_on date, exit_year int",
    "member": "mid int, sid int, sheet smallint, row_no int, number text",
    "survey": "vid int, sid int, sheet smallint, row_no int, year smallint",
    "problem": "sheet smallint, row_no int, col smallint, field text, sid int, code text, params jsonb, phase smallint",
}
DERIVED = {
    "name": ("pinyin", "initials"),
    "id_number": ("id_index", "id_problem", "id_birth_date", "id_sex", "disability_type", "disability_degree"),
    "phone": ("phone_index",),
    "account": ("account_index",),
}
# Fields without a live column of their own kind: kept as the file says it.
PLAIN = frozenset({"id_number", "phone", "account"})
LONGEST_PLAIN = 100  # characters of a text that no live column bounds
_BRACES = re.compile(r"\{([a-z_]+)\}")


def filled(sql: str, names: dict[str, str]) -> str:
    """SQL with each {name} replaced; names come from this code, never from a file."""
    return _BRACES.sub(lambda match: names[match[1]], sql)


@cache
def live_columns(kind: str) -> dict[str, Any]:
    """Columns of a live table that are stored as given: name to the model's field."""
    return {
        field.column: field
        for field in LIVE[kind]._meta.concrete_fields
        if not getattr(field, "generated", False) and field.column not in ("id", "created_at")
    }


def stored(kind: str, names: Iterable[str]) -> list[str]:
    """Columns of a staging table for fields of the dictionary, with those derived from them."""
    columns = live_columns(kind)
    found: list[str] = []
    for name in names:
        found += [each for each in (name, *DERIVED.get(name, ())) if each in columns]
    return found


def nothing(kind: str, name: str) -> str:
    """What an empty cell of a field is in COPY's text format: NULL where the column knows it, else empty."""
    column = live_columns(kind).get(name)
    if name in PLAIN or (column is None and name not in ("registered_on", "exit_year")):
        return ""
    if isinstance(column, ArrayField):
        return "{}"
    return NULL if column is None or column.null else ""


def longest(field: Field) -> int | None:
    """Characters that a cell of a text field may have."""
    column = live_columns(field.sheet).get(field.name)
    found = column.max_length if isinstance(column, django_models.CharField) else None
    return found if found is not None or field.kind != "text" else LONGEST_PLAIN


class Staging:
    """The staging tables of one import."""

    def __init__(self, number: int) -> None:
        self.number = number

    def table(self, name: str) -> str:
        return f"{SCHEMA}.i{self.number}_{name}"

    @property
    def names(self) -> dict[str, str]:
        """For `filled`: {household} as read, {e_household} as it would be, {live_household} as it is."""
        parts = (
            "household",
            "member",
            "survey",
            "problem",
            "m_household",
            "m_member",
            "change",
            "refused",
            "outside",
            "e_area",
        )
        effective = [f"e_{kind}" for kind in LIVE]
        live = {f"live_{kind}": model._meta.db_table for kind, model in LIVE.items()}
        return {name: self.table(name) for name in (*parts, *effective)} | live

    def sql(self, text: str, **names: str) -> str:
        return filled(text, self.names | names)

    def create(self, fields: dict[str, list[str]]) -> None:
        """Make the tables for rows as read. `fields`: columns of the live table by kind, as `stored` gives them."""
        self.drop()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            for kind, keys in KEYS.items():
                columns = [f"{name} {live_columns(kind)[name].db_type(connection)}" for name in fields.get(kind, ())]
                cursor.execute(f"CREATE UNLOGGED TABLE {self.table(kind)} ({', '.join([keys, *columns])})")

    def create_effective(self) -> None:
        """Make the tables for rows as they would be, with the live tables' columns, all nullable."""
        with connection.cursor() as cursor:
            for kind, model in LIVE.items():
                table = self.table(f"e_{kind}")
                cursor.execute(f"DROP TABLE IF EXISTS {table}")
                cursor.execute(f"CREATE UNLOGGED TABLE {table} (LIKE {model._meta.db_table} INCLUDING GENERATED)")
                loosened = [
                    f"ALTER COLUMN {field.column} DROP NOT NULL"
                    for field in model._meta.concrete_fields
                    if not field.null
                ]
                extra = ["ADD COLUMN sid int", "ADD COLUMN rid int", "ADD COLUMN act text"]
                cursor.execute(f"ALTER TABLE {table} {', '.join(loosened + extra)}")

    def copy(self, kind: str, columns: Sequence[str], lines: Iterable[str]) -> None:
        """Fill a table with lines in COPY's text format."""
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {self.table(kind)} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            copy.write("".join(lines))

    def drop(self) -> None:
        """Remove all tables of the import."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename LIKE %s",
                [SCHEMA, f"i{self.number}\\_%"],
            )
            names = [f"{SCHEMA}.{row[0]}" for row in cursor.fetchall()]
            if names:
                cursor.execute(f"DROP TABLE {', '.join(names)}")

    def exists(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [self.table("household")])
            return bool(cursor.fetchone()[0])


def numbers_in_use() -> set[int]:
    """Numbers of imports that have staging tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA])
        names = (re.match(r"i(\d+)_", row[0]) for row in cursor.fetchall())
        return {int(match[1]) for match in names if match}
