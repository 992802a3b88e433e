"""A list of areas as CSV: read row by row, each row checked by itself."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from ..rules import BadAreaCode, level_of, parent_of
from ..rules.places import BadPlace, point_of

COLUMNS = ("code", "name", "level", "parent")
POINT = ("longitude", "latitude")  # may be absent; then known points stay
NAME_LENGTH = 60  # as in the model


class BadAreaFile(Exception):
    """A file cannot be loaded; the message names file, line or feature, value and what to do. Nothing was changed."""


Row = tuple[str, str, str, str | None, Decimal | None, Decimal | None]


@dataclass(frozen=True)
class AreaList:
    """`rows` can be read once: code, name, level, parent, longitude, latitude."""

    has_points: bool
    rows: Iterator[Row]


def read_list(name: str, file: Iterable[str]) -> AreaList:
    """The areas of a CSV. Raises BadAreaFile, also while the rows are read."""
    reader = csv.DictReader(file)
    columns = reader.fieldnames or []
    needed = COLUMNS + (POINT if set(POINT) & set(columns) else ())
    if missing := [column for column in needed if column not in columns]:
        text = _("%(file)s: the first line must name the columns %(columns)s; missing: %(missing)s")
        told = {"file": name, "columns": ",".join(needed), "missing": ", ".join(missing)}
        raise BadAreaFile(text % told)
    return AreaList(len(needed) > len(COLUMNS), _rows(name, reader, needed))


def _rows(name: str, reader: "csv.DictReader[str]", columns: tuple[str, ...]) -> Iterator[Row]:
    for read in reader:
        row = {column: read[column] or "" for column in columns}  # a short line lacks its last ones
        try:
            level = _checked_level(row)
            longitude, latitude = point_of(row.get("longitude", ""), row.get("latitude", "")) or (None, None)
        except (BadAreaCode, BadPlace, BadAreaFile) as error:
            told = {"file": name, "line": reader.line_num, "problem": error}
            raise BadAreaFile(_("%(file)s, line %(line)s: %(problem)s") % told) from error
        yield row["code"], row["name"].strip(), level, row["parent"] or None, longitude, latitude


def _checked_level(row: dict[str, str]) -> str:
    """The level that a row's code means, when the row agrees. Raises BadAreaCode, BadAreaFile."""
    if nul := next((column for column, text in row.items() if "\0" in text), ""):
        told = {"column": nul, "value": repr(row[nul])}
        raise BadAreaFile(_("column %(column)s: %(value)s contains the character NUL; remove it") % told)
    code, name = row["code"], row["name"].strip()
    level, parent = level_of(code), parent_of(code)
    if row["level"] != level:
        told = {"code": code, "level": level.value, "value": repr(row["level"])}
        raise BadAreaFile(_("code %(code)s is a %(level)s by its length, the file says %(value)s") % told)
    if (row["parent"] or None) != parent:
        told = {"code": code, "parent": parent or _("empty"), "value": repr(row["parent"])}
        raise BadAreaFile(_("parent of %(code)s must be %(parent)s, the file says %(value)s") % told)
    if not name:
        raise BadAreaFile(_("area %(code)s has no name") % {"code": code})
    if len(name) > NAME_LENGTH:
        length = {"value": repr(name), "length": len(name), "most": NAME_LENGTH}
        text = _("column name: %(value)s has %(length)s characters; a name has at most %(most)s")
        raise BadAreaFile(text % length)
    return level.value
