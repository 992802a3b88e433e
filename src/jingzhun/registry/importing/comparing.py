"""What would change: field by field against the register, and the numbers of the preview."""

import hashlib
import json
from typing import Any

from django.db import connection

from .effective import compared
from .staging import DERIVED, LIVE, Staging
from .stopping import Heed

KINDS = ("household", "member", "survey")
ACTS = ("add", "change", "same")
REFUSED = """
CREATE UNLOGGED TABLE {refused} AS SELECT DISTINCT sid FROM {problem} WHERE sid IS NOT NULL
"""
DIFFERING = """
UPDATE {e} e SET act = 'change' FROM {live} r WHERE e.act = 'same' AND r.id = e.id AND ({differs})
"""
CHANGES = """
INSERT INTO {change} (kind, id, sid, field, old, new)
SELECT '{kind}', e.id, e.sid, v.field, v.old, v.new FROM {e} e JOIN {live} r ON r.id = e.id
CROSS JOIN LATERAL (VALUES {pairs}) v (field, old, new, differs)
WHERE e.act = 'change' AND v.differs AND e.sid NOT IN (SELECT sid FROM {refused})
"""
COUNTS = """
SELECT CASE WHEN q.sid IS NOT NULL THEN 'refused' ELSE e.act END, count(*) FROM {e} e
LEFT JOIN {refused} q ON q.sid = e.sid WHERE e.act <> 'kept' GROUP BY 1
"""
TOWNS = """
SELECT CASE WHEN o.sid IS NULL THEN left(e.area_id, 9) END, CASE WHEN q.sid IS NOT NULL THEN 'refused' ELSE e.act END,
    count(*)
FROM {e_household} e LEFT JOIN {refused} q ON q.sid = e.sid LEFT JOIN {outside} o ON o.sid = e.sid
GROUP BY 1, 2 ORDER BY 1 NULLS LAST
"""
NEW_MEMBERS = """
SELECT count(*) FROM {e_member} e JOIN {e_household} h ON h.id = e.household_id
WHERE e.act = 'add' AND h.act <> 'add' AND e.sid NOT IN (SELECT sid FROM {refused})
"""
ROWS = "SELECT count(DISTINCT (sheet, row_no)) FROM {problem}"
SPELLS = (
    "SELECT count(*) FROM {e_spell} e WHERE act = 'add' AND NOT EXISTS (SELECT FROM {refused} q WHERE q.sid = e.sid)"
)
DIGEST = """
SELECT md5(string_agg(md5(concat_ws('|', kind, id, field, old, new)), '' ORDER BY kind, id, field)) FROM {change}
"""
SEALED = frozenset({"id_number", "phone", "account"})


def compare(staging: Staging, columns: dict[str, list[str]], heed: Heed) -> dict[str, Any]:
    """Fill {refused} and {change}, settle `act`, and give the counts of the preview."""
    with connection.cursor() as cursor:
        cursor.execute(staging.sql("DROP TABLE IF EXISTS {refused}, {change}"))
        cursor.execute(staging.sql(REFUSED))
        cursor.execute(
            staging.sql(
                "CREATE UNLOGGED TABLE {change} (kind text, id bigint, sid int, field text, old text, new text)"
            )
        )
        for kind in KINDS:
            names = {"e": staging.table(f"e_{kind}"), "live": LIVE[kind]._meta.db_table, "kind": kind}
            fields = _compared(kind, columns)
            heed()
            if fields:
                differs = " OR ".join(f"e.{name} IS DISTINCT FROM r.{name}" for name in fields)
                cursor.execute(staging.sql(DIFFERING, differs=differs, **names))
                cursor.execute(staging.sql(CHANGES, pairs=_pairs(fields), **names))
        cursor.execute(staging.sql("CREATE INDEX ON {change} (kind, field); ANALYZE {refused}"))
    heed()
    return _counts(staging)


def _compared(kind: str, columns: dict[str, list[str]]) -> list[str]:
    """Columns compared, without those that only follow from others; the birth date may follow from the ID number."""
    derived = {name for names in DERIVED.values() for name in names}
    fields = [name for name in compared(kind, columns) if name not in derived]
    if kind == "member" and "id_number" in fields and "birth_date" not in fields:
        fields.append("birth_date")
    return fields


def _pairs(fields: list[str]) -> str:
    """One row of VALUES for each field; sealed values stay sealed, they are opened where they are shown."""
    return ", ".join(
        f"('{name}', NULL, NULL, e.{name} IS DISTINCT FROM r.{name})"
        if name in SEALED
        else f"('{name}', r.{name}::text, e.{name}::text, e.{name} IS DISTINCT FROM r.{name})"
        for name in fields
    )


def _counts(staging: Staging) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for kind in KINDS:
            cursor.execute(staging.sql(COUNTS, e=staging.table(f"e_{kind}")))
            found = dict(cursor.fetchall())
            counts[f"{kind}s"] = {act: found.get(act, 0) for act in (*ACTS, "refused")}
        cursor.execute(staging.sql(TOWNS))
        towns: dict[str, dict[str, int]] = {}
        for code, act, number in cursor.fetchall():
            towns.setdefault(code or "", dict.fromkeys((*ACTS, "refused"), 0))[act] += number
        counts["towns"] = towns
        cursor.execute(staging.sql(ROWS))
        counts["problem_rows"] = cursor.fetchone()[0]
        cursor.execute(staging.sql(NEW_MEMBERS))
        counts["new_members"] = cursor.fetchone()[0]
        cursor.execute(staging.sql(SPELLS))
        counts["spells"] = cursor.fetchone()[0]
        cursor.execute(staging.sql("SELECT field, count(*) FROM {change} GROUP BY 1 ORDER BY 2 DESC"))
        counts["fields"] = dict(cursor.fetchall())
        cursor.execute(staging.sql(DIGEST))
        changes = cursor.fetchone()[0] or ""
    told = json.dumps(counts, sort_keys=True, default=str) + changes
    return counts | {"digest": hashlib.sha256(told.encode()).hexdigest()[:32]}
