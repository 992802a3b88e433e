"""What refuses rows once they are seen together and beside the register. Each rule is one set operation.

A problem names the row of the file and the field; where it is a household's, its first row.
"""

from datetime import date
from typing import Any

from django.db import connection

from jingzhun.registry import checks
from jingzhun.registry.checks import Relations

from .staging import Staging
from .stopping import Heed

INSERT = "INSERT INTO {problem} (sheet, row_no, field, sid, code, params, phase) "
OF_MEMBER = (
    INSERT
    + """
SELECT s.sheet, s.row_no, '{field}', s.sid, '{code}', {params}, 1
FROM {e_member} e JOIN {member} s ON s.mid = e.rid {joins} WHERE e.act <> 'kept' AND {when}
"""
)
OF_HOUSEHOLD = (
    INSERT
    + """
SELECT s.sheet, s.row_no, '{field}', s.sid, '{code}', {params}, 1
FROM {household} s JOIN {e_household} e USING (sid) {joins} WHERE {when}
"""
)
NOTHING = "'{}'::jsonb"
SCOPE = "left(h.village_code, length(%(scope)s)) = %(scope)s"
# Households of other areas, by their number or by their head. Of these the user learns nothing but that.
OUTSIDE = """
DROP TABLE IF EXISTS {outside};
CREATE UNLOGGED TABLE {outside} AS
SELECT s.sid FROM {household} s JOIN {e_household} e USING (sid)
WHERE CASE WHEN e.act = 'add' THEN s.number <> '' AND left(s.number, length(left(%(scope)s, 12))) <> left(%(scope)s, 12)
    ELSE left(e.area_id, length(%(scope)s)) <> %(scope)s END
"""
SAY_NO_MORE = """
DELETE FROM {problem} p USING {outside} o WHERE o.sid = p.sid AND p.phase = 1 AND p.code <> 'area_outside'
"""
HEADS = """LEFT JOIN (SELECT household_id, count(*) AS members, count(*) FILTER (WHERE relation = 'head') AS heads
    FROM {e_member} WHERE left_on IS NULL GROUP BY household_id) g ON g.household_id = e.id"""
# What stands more than once; few rows, so that the others need not be searched for each row.
NUMBERS_TWICE = "JOIN (SELECT number FROM {e_member} GROUP BY 1 HAVING count(*) > 1) d ON d.number = e.number"
IDS_TWICE = """JOIN (SELECT id_index FROM {e_member} WHERE left_on IS NULL AND id_index IS NOT NULL
    GROUP BY 1 HAVING count(*) > 1) d ON d.id_index = e.id_index"""
HEADS_TWICE = """JOIN (SELECT household_id FROM {e_member} WHERE relation = 'head' AND left_on IS NULL
    GROUP BY 1 HAVING count(*) > 1) d ON d.household_id = e.household_id"""
HOUSEHOLDS_TWICE = "JOIN (SELECT id FROM {e_household} GROUP BY 1 HAVING count(*) > 1) d ON d.id = e.id"
LATEST = """JOIN LATERAL (SELECT r.*, CASE WHEN r.exited_on <= %(today)s THEN 'exited' WHEN r.relapse THEN 'relapsed'
    ELSE 'registered' END AS status FROM {live_spell} r WHERE r.household_id = e.id
    ORDER BY r.registered_on DESC LIMIT 1) r ON TRUE"""

# (sql, field, code, params, joins, when)
MEMBER_RULES = [
    ("member.name", "missing", "jsonb_build_object('header', 'member.name')", "", "e.name = ''"),
    ("member.relation", "missing", "jsonb_build_object('header', 'member.relation')", "", "e.relation = ''"),
    (
        "member.number",
        "person_elsewhere",
        "jsonb_build_object('number', s.number, 'household', CASE WHEN " + SCOPE + " THEN h.number ELSE '' END)",
        "JOIN {m_member} k ON k.mid = s.mid AND k.hid <> e.household_id JOIN {live_household} h ON h.id = k.hid",
        "TRUE",
    ),
    (
        "member.name",
        "person_left",
        "jsonb_build_object('day', e.left_on)",
        "",
        "e.left_on IS NOT NULL",
    ),
    (
        "member.number",
        "person_twice",
        "jsonb_build_object('sheet', o.sheet, 'row', o.row_no)",
        NUMBERS_TWICE + " JOIN LATERAL (SELECT t.sheet, t.row_no FROM {e_member} o JOIN {member} t ON t.mid = o.rid"
        " WHERE o.rid <> s.mid AND o.number = e.number LIMIT 1) o ON TRUE",
        "TRUE",
    ),
    (
        "member.number",
        "person_number_mismatch",
        "jsonb_build_object('number', s.number)",
        "JOIN {e_household} h ON h.id = e.household_id JOIN {household} t ON t.sid = s.sid",
        "e.id < 0 AND s.number <> '' AND left(s.number, 17) NOT IN (h.number, t.number)",
    ),
    ("member.name", "persons_used_up", NOTHING, "", "length(e.number) > 19"),
    (
        "member.id_number",
        "id_twice",
        "jsonb_build_object('sheet', o.sheet, 'row', o.row_no)",
        IDS_TWICE + " JOIN LATERAL (SELECT t.sheet, t.row_no FROM {e_member} o JOIN {member} t ON t.mid = o.rid"
        " WHERE o.id_index = e.id_index AND o.rid <> s.mid AND o.left_on IS NULL LIMIT 1) o ON TRUE",
        "e.left_on IS NULL",
    ),
    (
        "member.id_number",
        "id_other_person",
        "jsonb_build_object('other', CASE WHEN o.sid IN (SELECT sid FROM {outside}) THEN '' ELSE o.number END)",
        "JOIN {e_member} o ON o.id_index = e.id_index AND o.act = 'kept' AND o.left_on IS NULL AND o.id <> e.id",
        "e.left_on IS NULL",
    ),
    (
        "member.id_number",
        "id_elsewhere",
        "jsonb_build_object('household', CASE WHEN " + SCOPE + " THEN h.number ELSE '' END)",
        "JOIN {live_member} o ON o.id_index = e.id_index AND o.left_on IS NULL"
        " JOIN {live_household} h ON h.id = o.household_id",
        "e.left_on IS NULL AND NOT EXISTS (SELECT FROM {m_household} k WHERE k.hid = o.household_id)",
    ),
    (
        "member.relation",
        "two_heads",
        "jsonb_build_object('sheet', o.sheet, 'row', o.row_no)",
        HEADS_TWICE + " JOIN LATERAL (SELECT t.sheet, t.row_no FROM {e_member} o LEFT JOIN {member} t ON t.mid = o.rid"
        " WHERE o.household_id = e.household_id AND o.id <> e.id AND o.relation = 'head' AND o.left_on IS NULL LIMIT 1)"
        " o ON TRUE",
        "e.relation = 'head' AND e.left_on IS NULL",
    ),
    (
        "member.sex",
        "same_sex_spouse",
        NOTHING,
        "JOIN {e_member} o ON o.household_id = e.household_id AND o.relation = 'head' AND o.left_on IS NULL",
        "e.relation = 'spouse' AND e.left_on IS NULL AND e.sex <> '' AND e.sex = o.sex",
    ),
]
HOUSEHOLD_RULES = [
    (
        "household.number",
        "no_household",
        "jsonb_build_object('value', s.key)",
        "",
        "e.act = 'add' AND NOT s.own",
    ),
    (
        "household.village",
        "area_missing",
        NOTHING,
        "",
        "e.act = 'add' AND s.own AND e.area_id IS NULL AND s.number = ''"
        " AND NOT EXISTS (SELECT FROM {problem} p WHERE p.sid = s.sid AND p.code LIKE 'area%%')",
    ),
    (
        "household.number",
        "household_number_unknown_village",
        "jsonb_build_object('village', left(s.number, 12))",
        "",
        "e.act = 'add' AND s.own AND e.area_id IS NULL AND s.number <> ''"
        " AND NOT EXISTS (SELECT FROM {problem} p WHERE p.sid = s.sid AND p.code LIKE 'area%%')",
    ),
    (
        "household.number",
        "household_other_area",
        "jsonb_build_object('number', s.number, 'village', left(s.area_code, 12))",
        "",
        "e.act = 'add' AND s.number <> '' AND s.area_code <> '' AND left(s.number, 12) <> left(s.area_code, 12)",
    ),
    (
        "household.village",
        "household_moved",
        "jsonb_build_object('village', e.village_code)",
        "",
        "e.act <> 'add' AND s.said AND s.area_code <> '' AND left(s.area_code, 12) <> e.village_code",
    ),
    (
        "household.number",
        "area_outside",
        "jsonb_build_object('value', left(s.number, 12))",
        "JOIN {outside} USING (sid)",
        "TRUE",
    ),
    ("household.number", "household_closed", "jsonb_build_object('day', e.closed_on)", "", "e.closed_on IS NOT NULL"),
    (
        "household.number",
        "household_twice",
        "jsonb_build_object('sheet', o.sheet, 'row', o.row_no)",
        HOUSEHOLDS_TWICE
        + " JOIN LATERAL (SELECT t.sheet, t.row_no FROM {e_household} o JOIN {household} t ON t.sid = o.sid"
        " WHERE o.id = e.id AND o.sid <> e.sid LIMIT 1) o ON TRUE",
        "e.id > 0",
    ),
    ("household.number", "numbers_used_up", NOTHING, "", "length(e.number) > 17"),
    ("household.number", "no_members", NOTHING, HEADS, "coalesce(g.members, 0) = 0 AND e.act = 'add'"),
    ("member.relation", "no_head", NOTHING, HEADS, "g.members > 0 AND g.heads = 0"),
    (
        "household.status",
        "status_by_town",
        NOTHING,
        "",
        "NOT %(takes_over)s AND EXISTS (SELECT FROM {e_spell} n WHERE n.sid = s.sid AND n.act = 'add')",
    ),
    (
        "household.status",
        "status_differs",
        "jsonb_build_object('register_status', r.status, 'file_status', s.status)",
        LATEST,
        "%(has_status)s AND s.status <> r.status",
    ),
    (
        "household.exit_year",
        "status_dates_differ",
        "jsonb_build_object('register', concat_ws(' – ', r.registered_on, r.exited_on))",
        LATEST,
        "%(has_status)s AND s.status = r.status AND (s.registered_on IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM {live_spell} t WHERE t.household_id = e.id AND t.registered_on = s.registered_on)"
        " OR s.exit_year IS NOT NULL AND NOT EXISTS (SELECT FROM {live_spell} t WHERE t.household_id = e.id"
        " AND extract(year FROM t.exited_on) = s.exit_year))",
    ),
    (
        "household.exit_year",
        "status_exited_without_year",
        NOTHING,
        "",
        "s.status IN ('exited', 'relapsed') AND s.exit_year IS NULL"
        " AND EXISTS (SELECT FROM {e_spell} n WHERE n.sid = s.sid AND n.act = 'add')",
    ),
    (
        "household.exit_year",
        "status_year_without_exit",
        NOTHING,
        "",
        "%(has_status)s AND s.status NOT IN ('exited', 'relapsed') AND s.exit_year IS NOT NULL",
    ),
    (
        "household.exit_year",
        "status_exit_before",
        "jsonb_build_object('year', s.exit_year, 'day', n.registered_on)",
        "JOIN {e_spell} n ON n.sid = s.sid AND n.act = 'add' AND n.exited_on <= n.registered_on",
        "TRUE",
    ),
]
SURVEY_RULES = [
    (
        "survey.members_counted",
        "members_counted",
        "jsonb_build_object('counted', e.members_counted, 'members', g.members)",
        "e.members_counted <> g.members AND g.members > 0 AND e.year = %(year)s AND {counted} AND NOT EXISTS"
        " (SELECT FROM {live_survey} r WHERE r.id = e.id AND r.members_counted = e.members_counted)",
    ),
    ("survey.year", "survey_future", NOTHING, "e.year > %(this_year)s"),
]
OF_SURVEY = (
    INSERT
    + """
SELECT s.sheet, s.row_no, '{field}', s.sid, '{code}', {params}, 1
FROM {e_survey} e JOIN {survey} s ON s.vid = e.rid
LEFT JOIN (SELECT household_id, count(*) AS members FROM {e_member} WHERE left_on IS NULL GROUP BY 1) g
    ON g.household_id = e.household_id
WHERE e.act <> 'kept' AND {when}
"""
)
# The register's own checks, on the rows as they would be.
CHECKED = (
    INSERT
    + """
SELECT coalesce(m.sheet, h.sheet), coalesce(m.row_no, h.row_no), '', coalesce(m.sid, h.sid), 'check',
    jsonb_build_object('rule', f.code, 'told', f.value), 1
FROM ({found}) f (code, village_code, household_id, member_id, value)
LEFT JOIN {e_member} em ON em.id = f.member_id LEFT JOIN {member} m ON m.mid = em.rid
JOIN {e_household} eh ON eh.id = f.household_id JOIN {household} h ON h.sid = eh.sid
WHERE NOT EXISTS (SELECT FROM {problem} p WHERE p.phase = 0 AND p.sid = h.sid AND p.code = 'contradiction')
"""
)
# Checks whose subject the rules above judge themselves, naming both cells.
JUDGED_HERE = frozenset({"ID-01", "ID-02", "ID-03", "ID-04", "ID-05", "ID-11", "REL-01", "REL-02", "STA-02"})


def judge(
    staging: Staging, *, scope: str, year: int, today: date, fields: set[str], takes_over: bool, heed: Heed
) -> None:
    """Write a problem for every row that cannot come in. `fields`: `member.name` ... that the file has.

    `takes_over`: whether households may come onto the register as the file says.
    """
    params: dict[str, Any] = {
        "scope": scope,
        "year": year,
        "today": today,
        "this_year": today.year,
        "has_status": "household.status" in fields,
        "takes_over": takes_over,
    }
    with connection.cursor() as cursor:
        cursor.execute(staging.sql("DELETE FROM {problem} WHERE phase = 1"))
        cursor.execute(staging.sql(OUTSIDE), params)
        for template, rules in ((OF_MEMBER, MEMBER_RULES), (OF_HOUSEHOLD, HOUSEHOLD_RULES)):
            for field, code, told, joins, when in rules:
                heed()
                text = template.replace("{joins}", joins).replace("{when}", when).replace("{params}", told)
                cursor.execute(staging.sql(text, field=field, code=code), params)
        counted = "TRUE" if "survey.members_counted" in fields else "FALSE"
        for field, code, told, when in SURVEY_RULES:
            heed()
            text = OF_SURVEY.replace("{when}", when)
            cursor.execute(staging.sql(text, field=field, code=code, params=told, counted=counted), params)
    heed()
    _check(staging, scope, year, today)
    with connection.cursor() as cursor:
        cursor.execute(staging.sql(SAY_NO_MORE))


def _check(staging: Staging, scope: str, year: int, on: date) -> None:
    names = staging.names
    relations = Relations(**{kind: names[f"e_{kind}"] for kind in ("household", "member", "survey", "spell", "area")})
    codes = [code for code in checks.REFUSING if code not in JUDGED_HERE]
    query = checks.run_on(relations, scope, on, codes, income_year=year)
    with connection.cursor() as cursor:
        cursor.execute(staging.sql(CHECKED, found=query.sql), query.params)
