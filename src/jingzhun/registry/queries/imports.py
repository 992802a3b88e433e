"""Reads on imports: the list, and the preview with what is added, changed and refused, page by page."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.people.fields import unseal
from jingzhun.people.models import User
from jingzhun.people.rules import IMPORT_REGISTER
from jingzhun.registry import checks, dictionary
from jingzhun.registry.importing.comparing import SEALED
from jingzhun.registry.importing.staging import LIVE, Staging
from jingzhun.registry.models import Import
from jingzhun.registry.readable import field_label, field_text
from jingzhun.registry.workbook.problems import cell_name, words
from jingzhun.registry.workbook.refused import Refused, RefusedRow

PAGE = 50
# What these problems name is empty where it lies outside the user's area; another wording tells so.
NAMED_HERE = {
    "id_elsewhere": "household",
    "id_other_person": "other",
    "person_elsewhere": "household",
    "area_outside": "value",
}
PROBLEMS = """
SELECT p.sheet, p.row_no, p.col, p.field, p.code, p.params FROM {problem} p
ORDER BY p.sheet, p.row_no, p.col NULLS LAST, p.field, p.code
"""
REFUSED_ROWS = """
SELECT sheet, row_no FROM {member} WHERE sid IN (SELECT sid FROM {refused})
UNION SELECT sheet, row_no FROM {household} WHERE sid IN (SELECT sid FROM {refused})
UNION SELECT sheet, row_no FROM {survey} WHERE sid IN (SELECT sid FROM {refused})
UNION SELECT sheet, row_no FROM {problem}
"""
ADDED = """
SELECT e.number, e.area_id, g.head, g.members, n.registered_on, n.exited_on FROM {e_household} e
LEFT JOIN (
    SELECT household_id, count(*) AS members, min(name) FILTER (WHERE relation = 'head') AS head
    FROM {e_member} WHERE left_on IS NULL GROUP BY 1
) g ON g.household_id = e.id
LEFT JOIN LATERAL (SELECT * FROM {e_spell} n WHERE n.sid = e.sid ORDER BY n.registered_on DESC LIMIT 1) n ON TRUE
WHERE e.act = 'add' AND e.sid NOT IN (SELECT sid FROM {refused}) ORDER BY e.number
"""
CHANGES = """
SELECT h.number, c.kind, c.id, c.field, c.old, c.new, coalesce(m.name, y.year::text, '') FROM {change} c
JOIN {e_household} h ON h.sid = c.sid
LEFT JOIN {e_member} m ON c.kind = 'member' AND m.id = c.id
LEFT JOIN {e_survey} y ON c.kind = 'survey' AND y.id = c.id
WHERE %(field)s = '' OR c.field = %(field)s ORDER BY h.number, c.kind, c.id, c.field
"""
NEW_MEMBERS = """
SELECT h.number, e.number, e.name, e.relation, e.join_reason
FROM {e_member} e JOIN {e_household} h ON h.id = e.household_id
WHERE e.act = 'add' AND h.act <> 'add' AND e.sid NOT IN (SELECT sid FROM {refused}) ORDER BY e.number
"""


@dataclass(frozen=True)
class Told:
    """One problem in words: where (sheet, row, cell), in which column, and what."""

    sheet: str
    row: int
    column: int | None
    cell: str
    label: str
    text: str


def visible(user: User) -> QuerySet[Import]:
    """Imports into the user's areas, the latest first."""
    return Import.objects.visible_to(user, IMPORT_REGISTER).select_related("by", "confirmed_by")


def problems(job: Import, start: int = 0, count: int | None = None) -> Iterator[Told]:
    """What is wrong with the rows, in the order of the file."""
    for row in _rows(job, PROBLEMS, start, count):
        yield _told(job, *row)


def problem_count(job: Import) -> int:
    return _count(job, PROBLEMS)


def added(job: Import, start: int, count: int) -> tuple[list[dict[str, Any]], int]:
    """New households: number, area, head, members, and since when they are on the register; and how many there are."""
    keys = ("number", "area_id", "head", "members", "registered_on", "exited_on")
    rows = [dict(zip(keys, row, strict=True)) for row in _rows(job, ADDED, start, count)]
    names = _area_names(job, {row["area_id"] for row in rows})
    return [row | {"area": names.get(row["area_id"], "")} for row in rows], _count(job, ADDED)


def new_members(job: Import, start: int, count: int) -> tuple[list[dict[str, Any]], int]:
    """New members of households that the register knows."""
    rows = [
        {
            "household": household,
            "number": number,
            "name": name,
            "relation": dictionary.label("relation", relation),
            "joined": dictionary.label("join_reason", reason),
        }
        for household, number, name, relation, reason in _rows(job, NEW_MEMBERS, start, count)
    ]
    return rows, _count(job, NEW_MEMBERS)


def changes(job: Import, start: int, count: int, field: str = "") -> tuple[list[dict[str, Any]], int]:
    """Fields that would change, with the old and the new value as a screen shows them; personal numbers masked."""
    rows = list(_rows(job, CHANGES, start, count, {"field": field}))
    areas = _area_names(job, {code for row in rows if row[3] == "area_id" for code in row[4:6] if code})
    found = []
    for household, kind, number, name, old, new, who in rows:
        if name in SEALED:
            old, new = (field_text(kind, name, value) for value in _opened(job, kind, name, number))
        elif name == "area_id":
            old, new = areas.get(old, old or ""), areas.get(new, new or "")
        else:
            old, new = (field_text(kind, name, _typed(kind, name, value)) for value in (old, new))
        label = field_label(kind, name)
        found.append({"household": household, "who": who, "label": label, "old": old, "new": new, "kind": kind})
    return found, _count(job, CHANGES, {"field": field})


def changed_fields(job: Import) -> list[tuple[str, str, int]]:
    """(field, label, number of changes), the most frequent first."""
    labels = {each.name: field_label(each.sheet, each.name) for each in dictionary.fields()}
    labels["area_id"] = field_label("household", "area_id")
    return [(name, labels.get(name, name), count) for name, count in job.counts.get("fields", {}).items()]


def towns(job: Import) -> list[dict[str, Any]]:
    """Households by town and what becomes of them."""
    counted = job.counts.get("towns", {})
    names = dict(Area.objects.filter(code__in=counted).values_list("code", "name"))
    return [{"name": names.get(code, _("unknown")), "code": code, **counts} for code, counts in counted.items()]


def refused_rows(job: Import) -> Refused:
    """Every row that does not come in, with why: its own faults, or those of its household's other rows."""
    found: Refused = {table["position"]: {} for table in job.tables}
    with connection.cursor() as cursor:
        cursor.execute(Staging(job.pk).sql(REFUSED_ROWS))
        for sheet, row in cursor.fetchall():
            found[sheet][row] = RefusedRow()
    positions = {table["sheet"]: table["position"] for table in job.tables}
    for each in problems(job):
        row = found[positions[each.sheet]][each.row]
        row.reasons.append(f"{each.label} {each.cell}: {each.text}" if each.label else each.text)
        if each.column is not None:
            row.cells[each.column].append(each.text)
    return found


def problem_text(job: Import, code: str, params: dict[str, Any], field: str) -> str:
    """A problem in the language of the reader."""
    if code == "check":
        rule = checks.rule(params["rule"])
        return f"{rule.title} ({rule.code}). {rule.todo}"
    told = dict(params)
    if "row" in told and "sheet" in told:
        told["other"] = _place(job, told["sheet"], told["row"], field)
    if "register_status" in told:
        told["register"] = dictionary.label("status", told["register_status"])
        told["file"] = dictionary.label("status", told["file_status"]) or _("never registered")
    if told.get(NAMED_HERE.get(code, "")) == "":
        code = f"{code}_outside"
    return words(code, told)


def _told(job: Import, sheet: int, row: int, column: int | None, field: str | None, code: str, params: Any) -> Told:
    values = json.loads(params) if isinstance(params, str) else params
    if not field and code == "check":
        rule = checks.rule(values["rule"])
        field = f"{rule.subject}.{rule.field}" if rule.field else ""
    table = _table(job, sheet)
    if column is None:
        column = table["columns"].get(field) if field else None
    label = table["headers"][column] if column is not None and column < len(table["headers"]) else ""
    text = problem_text(job, code, values, field or "")
    return Told(table["sheet"], row, column, cell_name(row, column), label, text)


def _table(job: Import, position: int) -> dict[str, Any]:
    return next(table for table in job.tables if table["position"] == position)


def _place(job: Import, sheet: int, row: int, field: str) -> str:
    """`C5`, or `户!C5` in a file with several sheets."""
    table = _table(job, sheet)
    cell = cell_name(row, table["columns"].get(field))
    return f"{table['sheet']}!{cell}" if len(job.tables) > 1 else cell


def _rows(
    job: Import, sql: str, start: int, count: int | None, params: dict[str, Any] | None = None
) -> Iterator[tuple[Any, ...]]:
    paged = Staging(job.pk).sql(sql) + " LIMIT %(count)s OFFSET %(start)s"
    with connection.cursor() as cursor:
        cursor.execute(paged, {"count": count, "start": start, **(params or {})})
        while rows := cursor.fetchmany(2000):
            yield from rows


def _count(job: Import, sql: str, params: dict[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            Staging(job.pk).sql("SELECT count(*) FROM ({rows}) counted", rows=Staging(job.pk).sql(sql)), params or {}
        )
        return int(cursor.fetchone()[0])


def _opened(job: Import, kind: str, name: str, number: int) -> tuple[str, str]:
    """The old and the new value of a sealed field."""
    sql = "SELECT r.{name}, e.{name} FROM {e} e JOIN {live} r ON r.id = e.id WHERE e.id = %s"
    names = {"e": Staging(job.pk).table(f"e_{kind}"), "live": LIVE[kind]._meta.db_table, "name": name}
    with connection.cursor() as cursor:
        cursor.execute(Staging(job.pk).sql(sql, **names), [number])
        old, new = cursor.fetchone()
    return unseal(old, f"{kind}.{name}"), unseal(new, f"{kind}.{name}")


def _typed(kind: str, name: str, text: str | None) -> Any:
    """A value that PostgreSQL gave as text."""
    if text is None:
        return None
    field = dictionary.field(kind, name)
    if field.kind == "bool":
        return text == "true"
    if field.kind == "codes":
        return [code for code in text.strip("{}").split(",") if code]
    if field.kind in ("money", "decimal"):
        return Decimal(text)
    return date.fromisoformat(text) if field.kind == "date" else text


def _area_names(job: Import, codes: set[str]) -> dict[str, str]:
    """Names of villages and groups, those to be added among them, with their town."""
    wanted = {code[:digits] for code in codes if code for digits in (9, 12, 15)}
    names = dict(Area.objects.filter(code__in=wanted).values_list("code", "name"))
    names |= {group["code"]: group["name"] for group in job.groups}
    return {
        code: "".join(names.get(code[:digits], "") for digits in (9, 12, 15) if digits <= len(code))
        for code in codes
        if code
    }
