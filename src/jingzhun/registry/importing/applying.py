"""The accepted rows go into the register: set operations inside the confirmation's one transaction."""

from typing import Any

from django.db import connection
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.methods.pinyin import initials, pinyin

from .analysis import TUNING, Columns
from .effective import compared
from .staging import DERIVED, Staging, live_columns
from .stopping import Heed

ACCEPTED = "e.act = '{act}' AND e.sid NOT IN (SELECT sid FROM {refused})"
NEW_HOUSEHOLDS = (
    "INSERT INTO {live_household} ({columns}) SELECT {values} FROM {e_household} e WHERE {accepted} ORDER BY e.sid"
)
NEW_MEMBERS = """
INSERT INTO {live_member} (household_id, {columns})
SELECT h.id, {values} FROM {e_member} e JOIN {e_household} eh ON eh.id = e.household_id AND eh.sid = e.sid
JOIN {live_household} h ON h.number = eh.number WHERE {accepted} ORDER BY e.rid
"""
NEW_SURVEYS = """
INSERT INTO {live_survey} (household_id, {columns})
SELECT h.id, {values} FROM {e_survey} e JOIN {e_household} eh ON eh.id = e.household_id AND eh.sid = e.sid
JOIN {live_household} h ON h.number = eh.number WHERE {accepted} ORDER BY e.rid
"""
NEW_SPELLS = """
INSERT INTO {live_spell} (household_id, {columns})
SELECT h.id, {values} FROM {e_spell} e JOIN {e_household} eh ON eh.sid = e.sid
JOIN {live_household} h ON h.number = eh.number WHERE {accepted} ORDER BY e.sid, e.registered_on
"""
# Unique indexes are checked row by row: a household that changes its head, or two persons who exchange ID numbers,
# let go first.
LET_GO = """
UPDATE {live_member} r SET
    relation = CASE WHEN r.relation = 'head' AND e.relation <> 'head' THEN '' ELSE r.relation END,
    id_index = CASE WHEN r.id_index IS DISTINCT FROM e.id_index THEN NULL ELSE r.id_index END
FROM {e_member} e WHERE r.id = e.id AND {accepted}
    AND (r.relation = 'head' AND e.relation <> 'head'
        OR r.id_index IS NOT NULL AND r.id_index IS DISTINCT FROM e.id_index)
"""
CHANGED = "UPDATE {live} r SET {sets} FROM {e} e WHERE r.id = e.id AND {accepted}"
INSERTS = {"household": NEW_HOUSEHOLDS, "member": NEW_MEMBERS, "survey": NEW_SURVEYS, "spell": NEW_SPELLS}


class GroupsChanged(Exception):
    """Groups were added to a village since the file was read; it must be read again."""


def apply(staging: Staging, tables: list[dict[str, Any]], groups: list[dict[str, str]], heed: Heed) -> dict[str, int]:
    """Write the accepted rows; number of rows written by kind and act. Raises GroupsChanged; Cancelled."""
    columns = Columns.of(tables).stored
    written = {"group_add": _add_groups(staging, groups)}
    with connection.cursor() as cursor:
        cursor.execute(TUNING)
        cursor.execute(staging.sql(LET_GO, accepted=staging.sql(ACCEPTED, act="change")))
        for kind in ("household", "member", "survey"):
            heed()
            written[f"{kind}_change"] = _change(cursor, staging, kind, columns)
        for kind, sql in INSERTS.items():
            heed()
            names = [name for name in live_columns(kind) if name != "household_id"]
            values = ", ".join(f"e.{name}" for name in names)
            accepted = staging.sql(ACCEPTED, act="add")
            cursor.execute(staging.sql(sql, columns=", ".join(names), values=values, accepted=accepted))
            written[f"{kind}_add"] = cursor.rowcount
            if kind == "household":
                cursor.execute("ANALYZE registry_household")
    return written


def _change(cursor: Any, staging: Staging, kind: str, columns: dict[str, list[str]]) -> int:
    names = set(compared(kind, columns)) | ({"birth_date"} if kind == "member" else set())
    for name in tuple(names):
        names |= set(DERIVED.get(name, ())) & live_columns(kind).keys()
    if kind == "survey":
        names -= {"year"}
    if not names:
        return 0
    sets = ", ".join(f"{name} = e.{name}" for name in sorted(names))
    table = {"e": staging.table(f"e_{kind}"), "live": staging.names[f"live_{kind}"]}
    cursor.execute(staging.sql(CHANGED, sets=sets, accepted=staging.sql(ACCEPTED, act="change"), **table))
    return cursor.rowcount


def _add_groups(staging: Staging, groups: list[dict[str, str]]) -> int:
    """New village groups of accepted households. Raises GroupsChanged where the code was given meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(
            staging.sql("SELECT DISTINCT e.area_id FROM {e_household} e WHERE e.sid NOT IN (SELECT sid FROM {refused})")
        )
        used = {row[0] for row in cursor.fetchall()}
    wanted = [group for group in groups if group["code"] in used]
    if Area.objects.filter(code__in=[group["code"] for group in wanted]).exists():
        raise GroupsChanged
    Area.objects.bulk_create(
        Area(
            code=group["code"],
            name=group["name"],
            level=Level.GROUP,
            parent_id=group["code"][: Level.VILLAGE.digits],
            pinyin=pinyin(group["name"])[:200],
            initials=initials(group["name"])[:60],
            valid_from=timezone.localdate(),
        )
        for group in wanted
    )
    return len(wanted)
