"""The register as it would be: rows of the file laid over those of the register, in tables with the same columns."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from .staging import LIVE, Staging, live_columns
from .stopping import Heed

ENTITY_KEYS = {
    "household": ("number", "area_id"),
    "member": ("household_id", "number", "joined_on", "join_reason", "left_on", "leave_reason"),
    "survey": ("household_id", "year"),
}
SAME_ID = "s.id_index = r.id_index AND s.disability_type IS NULL AND r.disability_type IS NULL"
INDEX_OF = {"phone": "phone_index", "account": "account_index"}  # of the household

# New households without a number get the village's next ones; provisional until the confirmation holds the village.
HOUSEHOLDS = """
WITH new AS (
    SELECT s.sid, s.number, left(s.area_code, 12) AS village,
        row_number() OVER (PARTITION BY left(s.area_code, 12), s.number = '' ORDER BY s.sid) AS turn
    FROM {household} s JOIN {m_household} k USING (sid) WHERE k.hid IS NULL AND s.area_code <> ''
), last AS (
    SELECT left(number, 12) AS village, max(right(number, 5)::int) AS serial FROM (
        SELECT number FROM {live_household} UNION ALL SELECT number FROM registry_householdalias
        UNION ALL SELECT number FROM new WHERE number <> ''
    ) n WHERE left(number, 12) IN (SELECT village FROM new) GROUP BY 1
), numbered AS (
    SELECT new.sid, CASE WHEN new.number <> '' THEN new.number
        ELSE new.village || lpad((coalesce(last.serial, 0) + new.turn)::text, 5, '0') END AS number
    FROM new LEFT JOIN last USING (village)
)
INSERT INTO {e_household} (id, sid, rid, act, number, area_id, closed_on, {columns})
SELECT coalesce(k.hid, -s.sid), s.sid, s.sid, CASE WHEN k.hid IS NULL THEN 'add' ELSE 'same' END,
    coalesce(r.number, n.number),
    CASE WHEN r.id IS NULL THEN nullif(s.area_code, '')
        WHEN length(s.area_code) = 15 AND left(s.area_code, 12) = r.village_code THEN s.area_code
        ELSE r.area_id END,
    r.closed_on, {values}
FROM {household} s JOIN {m_household} k USING (sid)
LEFT JOIN {live_household} r ON r.id = k.hid LEFT JOIN numbered n ON n.sid = s.sid
"""
MEMBERS = """
WITH placed AS (
    SELECT s.mid, h.id AS household_id, h.number AS household, k.rid,
        CASE WHEN s.number <> '' AND left(s.number, 17) = h.number THEN s.number ELSE '' END AS number
    FROM {member} s JOIN {e_household} h ON h.sid = s.sid
    LEFT JOIN {m_member} k ON k.mid = s.mid AND k.hid = h.id
), last AS (
    SELECT household, max(serial) AS serial FROM (
        SELECT left(r.number, 17) AS household, right(r.number, 2)::int AS serial
        FROM {live_member} r JOIN {m_household} k ON k.hid = r.household_id
        UNION ALL SELECT household, right(number, 2)::int FROM placed WHERE rid IS NULL AND number <> ''
    ) n GROUP BY 1
), numbered AS (
    SELECT p.*, coalesce(l.serial, 0)
        + row_number() OVER (PARTITION BY p.household, p.rid IS NULL AND p.number = '' ORDER BY p.mid) AS serial
    FROM placed p LEFT JOIN last l ON l.household = p.household
)
INSERT INTO {e_member}
    (id, sid, rid, act, household_id, number, joined_on, join_reason, left_on, leave_reason, {columns})
SELECT coalesce(n.rid, -s.mid), s.sid, s.mid, CASE WHEN n.rid IS NULL THEN 'add' ELSE 'same' END, n.household_id,
    coalesce(r.number, nullif(n.number, ''),
        n.household || lpad(n.serial::text, greatest(2, length(n.serial::text)), '0')),
    coalesce(r.joined_on, greatest(%(joined)s::date, {born})),
    coalesce(r.join_reason, CASE WHEN n.household_id < 0 THEN 'initial'
        WHEN {born} >= %(joined)s::date THEN 'birth' ELSE 'other' END),
    r.left_on, coalesce(r.leave_reason, ''), {values}
FROM {member} s JOIN numbered n USING (mid) LEFT JOIN {live_member} r ON r.id = n.rid
"""
# Members of the register that the file does not name stay as they are, and count with the others.
OTHER_MEMBERS = """
INSERT INTO {e_member} (id, sid, act, {columns})
SELECT r.id, k.sid, 'kept', {values} FROM {live_member} r JOIN {m_household} k ON k.hid = r.household_id
WHERE NOT EXISTS (SELECT FROM {e_member} e WHERE e.id = r.id)
"""
SURVEYS = """
INSERT INTO {e_survey} (id, sid, rid, act, household_id, year, {columns})
SELECT coalesce(r.id, -s.vid), s.sid, s.vid, CASE WHEN r.id IS NULL THEN 'add' ELSE 'same' END, h.id, s.year, {values}
FROM {survey} s JOIN {e_household} h ON h.sid = s.sid
LEFT JOIN {live_survey} r ON r.household_id = h.id AND r.year = s.year
"""
OTHER_SURVEYS = """
INSERT INTO {e_survey} (id, sid, act, {columns})
SELECT r.id, k.sid, 'kept', {values} FROM {live_survey} r JOIN {m_household} k ON k.hid = r.household_id
WHERE NOT EXISTS (SELECT FROM {e_survey} e WHERE e.id = r.id)
"""
SPELLS = """
INSERT INTO {e_spell} (id, sid, act, household_id, registered_on, exited_on, relapse, round)
SELECT r.id, k.sid, 'kept', r.household_id, r.registered_on, r.exited_on, r.relapse, r.round
FROM {live_spell} r JOIN {m_household} k ON k.hid = r.household_id
"""
# A household that was never on the register comes onto it as the file says: the import takes over a register. Whose
# file may do so is judged with the rows.
NEW_SPELLS = """
WITH told AS (
    SELECT s.sid, h.id AS household_id, s.status, coalesce(s.registered_on, %(registered)s::date) AS registered_on,
        make_date(s.exit_year, 12, 31) AS exited_on, %(registered)s::date AS default_on
    FROM {household} s JOIN {e_household} h ON h.sid = s.sid
    WHERE s.status <> '' AND NOT EXISTS (SELECT FROM {live_spell} r WHERE r.household_id = h.id)
)
INSERT INTO {e_spell} (id, sid, act, household_id, registered_on, exited_on, relapse, round)
SELECT -2 * sid, sid, 'add', household_id, registered_on,
    CASE WHEN status = 'registered' THEN NULL ELSE exited_on END, FALSE, '' FROM told
UNION ALL
SELECT -2 * sid - 1, sid, 'add', household_id,
    greatest(default_on, make_date(extract(year FROM exited_on)::int + 1, 12, 31)), NULL, TRUE, ''
FROM told WHERE status = 'relapsed'
"""
GROUPS = """
INSERT INTO {e_area} (code, name, level, parent_id, valid_from)
SELECT code, name, 'group', left(code, 12), DATE '1949-10-01' FROM unnest(%s::text[], %s::text[]) g (code, name)
"""

# A number of members is set to itself: an update that touches nothing the generated columns are made of has PostgreSQL
# read their expressions anew for each row, which takes twenty times as long.
STATED_ANEW = """
UPDATE {e_survey} SET stated_per_capita = NULL, members_counted = members_counted WHERE stated_per_capita = per_capita
"""


def lay_over(staging: Staging, columns: dict[str, list[str]], year: int, registered_on: date, heed: Heed) -> None:
    """Fill {e_household}, {e_member}, {e_survey} and {e_spell}. `act`: add, same (so far), kept (not in the file).

    New members count as belonging to their household since the income year began (or since their birth).
    """
    staging.create_effective()
    params = {"joined": date(year, 1, 1), "registered": registered_on}
    with connection.cursor() as cursor:
        for kind, sql in (("household", HOUSEHOLDS), ("member", MEMBERS), ("survey", SURVEYS)):
            heed()
            names, values = _laid(kind, columns[kind])
            cursor.execute(staging.sql(sql, columns=names, values=values, born=_born(columns)), params)
            cursor.execute(staging.sql(f"CREATE INDEX ON {{e_{kind}}} (id); ANALYZE {{e_{kind}}}"))
        for kind, sql in (("member", OTHER_MEMBERS), ("survey", OTHER_SURVEYS)):
            heed()
            names_all = [*live_columns(kind)]
            cursor.execute(
                staging.sql(sql, columns=", ".join(names_all), values=", ".join(f"r.{name}" for name in names_all))
            )
        cursor.execute(
            staging.sql("CREATE INDEX ON {e_member} (household_id); CREATE INDEX ON {e_survey} (household_id)")
        )
        cursor.execute(staging.sql(SPELLS))
        if {"status"} & set(columns["told"]):
            cursor.execute(staging.sql(NEW_SPELLS), params)
        heed()
        cursor.execute(staging.sql(STATED_ANEW))
        cursor.execute(staging.sql("ANALYZE {e_member}; ANALYZE {e_survey}; ANALYZE {e_spell}"))


def lay_groups(staging: Staging, groups: list[dict[str, str]]) -> None:
    """Fill {e_area} with the areas that the rows lie in, the groups to be added among them."""
    with connection.cursor() as cursor:
        cursor.execute(staging.sql("DROP TABLE IF EXISTS {e_area}"))
        cursor.execute(
            staging.sql(
                "CREATE UNLOGGED TABLE {e_area} AS SELECT * FROM areas_area WHERE code IN"
                " (SELECT area_id FROM {e_household} UNION SELECT village_code FROM {e_household})"
            )
        )
        cursor.execute(
            staging.sql(GROUPS), [list(each) for each in zip(*map(_code_and_name, groups), strict=True)] or [[], []]
        )


def _code_and_name(group: dict[str, str]) -> tuple[str, str]:
    return group["code"], group["name"]


def compared(kind: str, columns: dict[str, list[str]]) -> list[str]:
    """Columns of the file that are compared with the register's."""
    found = [name for name in columns[kind] if name in live_columns(kind) and name not in ENTITY_KEYS[kind]]
    return ["area_id", *found] if kind == "household" else found


def _laid(kind: str, given: list[str]) -> tuple[str, str]:
    """Columns and their values: the file's where it has the column, else the register's, else nothing."""
    names = [name for name in live_columns(kind) if name not in (*ENTITY_KEYS[kind], "closed_on")]
    values = [_value(kind, name, set(given)) for name in names]
    return ", ".join(names), ", ".join(values)


def _value(kind: str, name: str, given: set[str]) -> str:
    if (kind, name) == ("member", "birth_date"):
        return _birth_date(given)
    if name not in given:
        return f"coalesce(r.{name}, {_default(kind, name)})"
    if (kind, name) == ("member", "id_number"):
        return f"CASE WHEN {SAME_ID} THEN r.id_number ELSE s.id_number END"
    if kind == "household" and name in INDEX_OF:
        return f"CASE WHEN s.{INDEX_OF[name]} = r.{INDEX_OF[name]} THEN r.{name} ELSE s.{name} END"
    return f"s.{name}"


def _birth_date(given: set[str]) -> str:
    """Of a new member also from the ID number; an empty cell does not take back what came from there."""
    by_id = "s.id_birth_date" if "id_birth_date" in given else "NULL::date"
    if "birth_date" not in given:
        return f"CASE WHEN r.id IS NULL THEN {by_id} ELSE r.birth_date END"
    return (
        f"CASE WHEN s.birth_date IS NOT NULL THEN s.birth_date WHEN r.id IS NULL THEN {by_id}"
        f" WHEN r.birth_date = {by_id} THEN r.birth_date END"
    )


def _born(columns: dict[str, list[str]]) -> str:
    known = [f"s.{name}" for name in ("birth_date", "id_birth_date") if name in columns["member"]]
    return f"coalesce({', '.join(known)})" if known else "NULL::date"


def _default(kind: str, name: str) -> str:
    """What an empty column holds in the live table."""
    field = next(each for each in LIVE[kind]._meta.concrete_fields if name in (each.name, each.attname))
    if isinstance(field, ArrayField):
        return "'{}'::varchar[]"
    if name == "id_problem":
        return "'missing'"
    if field.null:
        return "NULL"
    return "''" if isinstance(field, models.CharField) else "''::bytea"
