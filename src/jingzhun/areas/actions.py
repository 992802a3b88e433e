"""Writes on areas: loading a list of codes."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.dispatch import Signal

from jingzhun.methods import pinyin

from .rules import BadAreaCode, level_of, parent_of

areas_loaded = Signal()  # `loaded`, `file`: a list changed something; sent in its transaction

COLUMNS = ("code", "name", "level", "parent")
NAME_LENGTH, PINYIN_LENGTH = 60, 200  # as in the model; initials are as long as the name
FOUNDED = date(1949, 10, 1)  # codes without a known founding day count as always having been there


class BadAreaFile(Exception):
    """The list cannot be loaded; the message names file, line, value and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    read: int
    added: int
    renamed: int


def load_areas(path: Path) -> Loaded:
    """Load a UTF-8 CSV of code, name, level, parent, all or nothing, by COPY; known codes take the new name.

    Raises BadAreaFile when a row is wrong or names a parent that neither the file nor the database has.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file, transaction.atomic():
            loaded = _merge(_rows(path.name, file))
            if loaded.added or loaded.renamed:
                areas_loaded.send(load_areas, loaded=loaded, file=path.name)
            return loaded
    except UnicodeDecodeError as error:
        raise BadAreaFile(f"{path.name}: not UTF-8 text ({error}); save it as CSV UTF-8") from error
    except csv.Error as error:
        raise BadAreaFile(f"{path.name}: not a CSV file ({error})") from error
    except OSError as error:
        raise BadAreaFile(f"{path}: {error.strerror}") from error


def _rows(name: str, file: Iterable[str]) -> Iterator[tuple[str, str, str, str | None]]:
    reader = csv.DictReader(file)
    if missing := [column for column in COLUMNS if column not in (reader.fieldnames or [])]:
        raise BadAreaFile(f"{name}: the first line must name the columns code,name,level,parent; missing: {missing}")
    for read in reader:
        row = {column: read[column] or "" for column in COLUMNS}  # a short line lacks its last ones
        where = f"{name}, line {reader.line_num}"
        if nul := next((column for column, text in row.items() if "\0" in text), ""):
            raise BadAreaFile(f"{where}, column {nul}: {row[nul]!r} contains the character NUL; remove it")
        try:
            level, parent = level_of(row["code"]), parent_of(row["code"])
        except BadAreaCode as error:
            raise BadAreaFile(f"{where}: {error}") from error
        if row["level"] != level:
            raise BadAreaFile(f"{where}: code {row['code']} is a {level} by its length, the file says {row['level']!r}")
        if (row["parent"] or None) != parent:
            raise BadAreaFile(f"{where}: parent of {row['code']} must be {parent}, the file says {row['parent']!r}")
        if not row["name"].strip():
            raise BadAreaFile(f"{where}: area {row['code']} has no name")
        if len(row["name"].strip()) > NAME_LENGTH:
            raise BadAreaFile(
                f"{where}, column name: {row['name'].strip()!r} has {len(row['name'].strip())} characters;"
                f" a name has at most {NAME_LENGTH}"
            )
        yield row["code"], row["name"].strip(), level.value, parent


def _spellings(name: str) -> tuple[str, str]:
    """Pinyin and initials as far as their columns hold them: searches ask for the beginning only."""
    return pinyin.pinyin(name)[:PINYIN_LENGTH], pinyin.initials(name)[:NAME_LENGTH]


def _merge(rows: Iterator[tuple[str, str, str, str | None]]) -> Loaded:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE loading (code text, name text, level text, parent text, pinyin text, initials text)"
        )
        read = 0
        with cursor.copy("COPY loading FROM STDIN") as copy:
            for code, name, level, parent in rows:
                copy.write_row((code, name, level, parent, *_spellings(name)))
                read += 1
        cursor.execute("SELECT code FROM loading GROUP BY code HAVING count(*) > 1 LIMIT 1")
        if twice := cursor.fetchone():
            raise BadAreaFile(f"code {twice[0]} stands twice in the file")
        cursor.execute(
            "SELECT l.code, l.parent FROM loading l WHERE l.parent IS NOT NULL"
            " AND NOT EXISTS (SELECT FROM loading p WHERE p.code = l.parent)"
            " AND NOT EXISTS (SELECT FROM areas_area a WHERE a.code = l.parent) ORDER BY 1 LIMIT 1"
        )
        if orphan := cursor.fetchone():
            raise BadAreaFile(f"area {orphan[0]} belongs to {orphan[1]}, which is neither in the file nor loaded")
        cursor.execute(
            "UPDATE areas_area a SET name = l.name, pinyin = l.pinyin, initials = l.initials"
            " FROM loading l WHERE l.code = a.code AND l.name <> a.name"
        )
        renamed = cursor.rowcount
        cursor.execute(
            "INSERT INTO areas_area (code, name, level, parent_id, pinyin, initials, valid_from)"
            " SELECT code, name, level, parent, pinyin, initials, %s FROM loading ORDER BY code"
            " ON CONFLICT (code) DO NOTHING",
            [FOUNDED],
        )
        added = cursor.rowcount
        cursor.execute("DROP TABLE loading")
    return Loaded(read, added, renamed)
