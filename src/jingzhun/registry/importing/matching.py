"""Which household and which person of the register a row of the file means; everything else is new."""

from django.db import connection

from jingzhun.people.fields import unseal

from .staging import Staging
from .stopping import Heed

BATCH = 5_000

# By number, by former number, else (a household without a number) by its head's ID number.
HOUSEHOLDS = """
CREATE UNLOGGED TABLE {m_household} AS
SELECT s.sid, coalesce(h.id, a.household_id, b.household_id) AS hid
FROM {household} s
LEFT JOIN {live_household} h ON h.number = s.number
LEFT JOIN registry_householdalias a ON a.number = s.number
LEFT JOIN LATERAL (
    SELECT r.household_id FROM {member} m
    JOIN {live_member} r ON r.id_index = m.id_index AND r.left_on IS NULL AND r.relation = 'head'
    WHERE m.sid = s.sid AND m.relation = 'head' AND s.number = '' LIMIT 1
) b ON TRUE
"""
HOUSEHOLDS_WITHOUT_HEADS = """
CREATE UNLOGGED TABLE {m_household} AS
SELECT s.sid, coalesce(h.id, a.household_id) AS hid
FROM {household} s
LEFT JOIN {live_household} h ON h.number = s.number
LEFT JOIN registry_householdalias a ON a.number = s.number
"""
# By person number, else by ID number in the household, else by name and birth date where there is no ID to compare.
MEMBERS = """
CREATE UNLOGGED TABLE {m_member} AS
SELECT s.mid, r.id AS rid, r.household_id AS hid
FROM {member} s JOIN {live_member} r ON r.number = s.number WHERE s.number <> ''
"""
MEMBERS_BY_ID = """
INSERT INTO {m_member}
SELECT DISTINCT ON (s.mid) s.mid, r.id, r.household_id
FROM {member} s JOIN {m_household} k ON k.sid = s.sid
JOIN {live_member} r ON r.household_id = k.hid AND r.id_index = s.id_index
WHERE NOT EXISTS (SELECT FROM {m_member} t WHERE t.mid = s.mid)
ORDER BY s.mid, r.left_on DESC NULLS FIRST
"""
MEMBERS_BY_NAME = """
INSERT INTO {m_member}
SELECT DISTINCT ON (s.mid) s.mid, r.id, r.household_id
FROM {member} s JOIN {m_household} k ON k.sid = s.sid
JOIN {live_member} r ON r.household_id = k.hid AND r.name = s.name AND r.left_on IS NULL
WHERE NOT EXISTS (SELECT FROM {m_member} t WHERE t.mid = s.mid)
    AND NOT EXISTS (SELECT FROM {m_member} t WHERE t.rid = r.id)
    AND ({id} IS NULL OR r.id_index IS NULL)
    AND ({born} IS NULL OR r.birth_date IS NULL OR r.birth_date = {born})
ORDER BY s.mid, r.id
"""
# Sealed values never look equal; those without an index that tells are opened and compared.
TO_OPEN = {
    "phone": """
SELECT s.mid, s.phone, r.phone FROM {member} s JOIN {m_member} k USING (mid) JOIN {live_member} r ON r.id = k.rid
WHERE length(s.phone) > 0 AND length(r.phone) > 0 AND s.phone <> r.phone
""",
    "id_number": """
SELECT s.mid, s.id_number, r.id_number FROM {member} s JOIN {m_member} k USING (mid)
JOIN {live_member} r ON r.id = k.rid
WHERE length(s.id_number) > 0 AND length(r.id_number) > 0 AND s.id_number <> r.id_number
    AND s.id_index IS NOT DISTINCT FROM r.id_index
    AND (s.id_index IS NULL OR s.disability_type IS NOT NULL OR r.disability_type IS NOT NULL)
""",
}
TAKE_SEALED = """
UPDATE {member} s SET {column} = r.{column} FROM {m_member} k, {live_member} r
WHERE k.mid = s.mid AND r.id = k.rid AND s.mid = ANY(%s)
"""


def match(staging: Staging, columns: dict[str, list[str]], heed: Heed) -> None:
    """Fill `m_household` (sid, hid) and `m_member` (mid, rid, hid); equal sealed values become equal bytes."""
    member = set(columns["member"])
    by_head = {"id_index", "relation"} <= member
    born = {"birth_date": "s.birth_date", "id_birth_date": "s.id_birth_date"}
    known = [sql for name, sql in born.items() if name in member]
    with connection.cursor() as cursor:
        cursor.execute(staging.sql("DROP TABLE IF EXISTS {m_household}, {m_member}"))
        cursor.execute(staging.sql(HOUSEHOLDS if by_head else HOUSEHOLDS_WITHOUT_HEADS))
        cursor.execute(staging.sql("ANALYZE {m_household}"))
        heed()
        cursor.execute(staging.sql(MEMBERS))
        if "id_index" in member:
            heed()
            cursor.execute(staging.sql(MEMBERS_BY_ID))
        if "name" in member:
            names = {
                "id": "s.id_index" if "id_index" in member else "NULL",
                "born": f"coalesce({', '.join(known)})" if known else "NULL::date",
            }
            heed()
            cursor.execute(staging.sql(MEMBERS_BY_NAME, **names))
        cursor.execute(staging.sql("ANALYZE {m_member}"))
    for column, query in TO_OPEN.items():
        if column in member:
            _take_equal(staging, column, query, heed)


def _take_equal(staging: Staging, column: str, query: str, heed: Heed) -> None:
    purpose = f"member.{column}"
    with connection.cursor() as cursor:
        cursor.execute(staging.sql(query))
        rows, equal = cursor.fetchall(), []
        for start in range(0, len(rows), BATCH):
            heed()
            batch = rows[start : start + BATCH]
            equal += [mid for mid, new, old in batch if unseal(new, purpose) == unseal(old, purpose)]
        for start in range(0, len(equal), BATCH):
            cursor.execute(staging.sql(TAKE_SEALED, column=column), [equal[start : start + BATCH]])
