"""Bringing lists, points and boundaries into the table of areas, all of it or nothing."""

import csv
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.dispatch import Signal
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from jingzhun.methods import pinyin

from .boundaries import read_boundaries
from .lists import NAME_LENGTH, AreaList, BadAreaFile, read_list

areas_loaded = Signal()  # `loaded`, `file`: what came in changed something; sent in its transaction

PINYIN_LENGTH = 200  # as in the model; initials are as long as the name
FOUNDED = date(1949, 10, 1)  # codes without a known founding day count as always having been there


@dataclass(frozen=True)
class Loaded:
    """What a load did: areas `read`, `added` and `renamed`; `points` and `boundaries` that are new or other now.

    `left_out` has the codes of boundaries whose areas are not loaded.
    """

    read: int = 0
    added: int = 0
    renamed: int = 0
    points: int = 0
    boundaries: int = 0
    left_out: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        return {name: value for name, value in vars(self).items() if name != "left_out"}


def load_areas(path: Path | None, boundaries: Path | None = None, code_property: str = "") -> Loaded:
    """Load a UTF-8 CSV of code, name, level, parent (longitude, latitude), and boundaries; all or nothing, by COPY.

    Known codes take the new name, point, boundary. Raises BadAreaFile when anything in a file is wrong, a row names a
    parent that neither the file nor the database has, or no boundary is of a loaded area. Raises OSError.
    """
    files = [file for file in (path, boundaries) if file]
    try:
        # Read before anything is locked.
        shapes = read_boundaries(boundaries, code_property) if boundaries else {}
        with ExitStack() as opened, transaction.atomic():
            done: dict[str, Any] = {}
            if path:
                file = opened.enter_context(path.open(encoding="utf-8-sig", newline=""))
                done |= _load_list(path.name, read_list(path.name, file))
            if boundaries:
                done |= _load_boundaries(boundaries.name, shapes)
            loaded = Loaded(**done)
            if any(count for name, count in loaded.counts.items() if name != "read"):
                areas_loaded.send(load_areas, loaded=loaded, file=" + ".join(file.name for file in files))
            return loaded
    except UnicodeDecodeError as error:
        told = {"file": files[0].name, "problem": error}
        raise BadAreaFile(_("%(file)s: not UTF-8 text (%(problem)s); save it as CSV UTF-8") % told) from error
    except csv.Error as error:
        told = {"file": files[0].name, "problem": error}
        raise BadAreaFile(_("%(file)s: not a CSV file (%(problem)s)") % told) from error


def _spellings(name: str) -> tuple[str, str]:
    """Pinyin and initials as far as their columns hold them: searches ask for the beginning only."""
    return pinyin.pinyin(name)[:PINYIN_LENGTH], pinyin.initials(name)[:NAME_LENGTH]


def _load_list(name: str, areas: AreaList) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE loading (code text, name text, level text, parent text, pinyin text, initials text,"
            " longitude numeric, latitude numeric)"
        )
        read = 0
        with cursor.copy("COPY loading FROM STDIN") as copy:
            for code, name, level, parent, longitude, latitude in areas.rows:
                copy.write_row((code, name, level, parent, *_spellings(name), longitude, latitude))
                read += 1
        _refuse_twice_and_orphans(cursor, name)
        added, renamed = _merge(cursor)
        points = _set_points(cursor) if areas.has_points else 0
        cursor.execute("DROP TABLE loading")
    return {"read": read, "added": added, "renamed": renamed, "points": points}


def _refuse_twice_and_orphans(cursor: CursorWrapper, file: str) -> None:
    cursor.execute("SELECT code FROM loading GROUP BY code HAVING count(*) > 1 LIMIT 1")
    if twice := cursor.fetchone():
        raise BadAreaFile(_("%(file)s: code %(code)s stands twice in the file") % {"file": file, "code": twice[0]})
    cursor.execute(
        "SELECT l.code, l.parent FROM loading l WHERE l.parent IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM loading p WHERE p.code = l.parent)"
        " AND NOT EXISTS (SELECT FROM areas_area a WHERE a.code = l.parent) ORDER BY 1 LIMIT 1"
    )
    if orphan := cursor.fetchone():
        text = _("%(file)s: area %(code)s belongs to %(parent)s, which is neither in the file nor loaded")
        raise BadAreaFile(text % {"file": file, "code": orphan[0], "parent": orphan[1]})


def _merge(cursor: CursorWrapper) -> tuple[int, int]:
    """Areas added and renamed."""
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
    return cursor.rowcount, renamed


def _set_points(cursor: CursorWrapper) -> int:
    """Points that are new, other or gone; an empty cell takes a point away, as in the register's imports."""
    cursor.execute(
        "UPDATE areas_area a SET longitude = l.longitude, latitude = l.latitude FROM loading l WHERE l.code = a.code"
        " AND (l.longitude, l.latitude) IS DISTINCT FROM (a.longitude, a.latitude)"
    )
    return cursor.rowcount


def _load_boundaries(name: str, shapes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bounding (code text, boundary jsonb)")
        with cursor.copy("COPY bounding FROM STDIN") as copy:
            for code, shape in shapes.items():
                copy.write_row((code, Jsonb(shape)))
        cursor.execute("SELECT code FROM bounding WHERE code NOT IN (SELECT code FROM areas_area) ORDER BY 1")
        left_out = tuple(code for (code,) in cursor.fetchall())
        if len(left_out) == len(shapes):
            told = {"file": name, "count": len(shapes), "code": left_out[0]}
            text = _("%(file)s: none of its %(count)s features is of a loaded area; the first code is %(code)s")
            raise BadAreaFile(text % told)
        cursor.execute(
            "UPDATE areas_area a SET boundary = b.boundary FROM bounding b"
            " WHERE b.code = a.code AND b.boundary IS DISTINCT FROM a.boundary"
        )
        bounded = cursor.rowcount
        cursor.execute("DROP TABLE bounding")
    return {"boundaries": bounded, "left_out": left_out}
