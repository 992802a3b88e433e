"""A county of so many households made by SQL alone: 175,000 persons in seconds, with faults of every common kind."""

from django.db import connection

COUNTY = "610426"
VILLAGES = 164
HOUSEHOLDS = 45_000
INCOME_YEAR = 2013

AREAS = """
INSERT INTO areas_area (code, name, level, parent_id, pinyin, initials, valid_from)
SELECT code, 'n' || code, level, parent, '', '', DATE '1949-10-01' FROM (
    VALUES ('61', 'province', NULL), ('6104', 'city', '61'), ('610426', 'county', '6104')
) AS upper(code, level, parent)
UNION ALL
SELECT '610426' || 100 + t, 'n', 'town', '610426', '', '', DATE '1949-10-01' FROM generate_series(0, 6) t
UNION ALL
SELECT '610426' || 100 + v %% 7 || 200 + v / 7, 'n', 'village', '610426' || 100 + v %% 7, '', '', '1949-10-01'
FROM generate_series(0, %(villages)s - 1) v
"""

PEOPLE = """
INSERT INTO registry_household (number, area_id, address, phone, phone_index, bank, account, account_index,
    recognised_by, attribute, family_planning, cause_main, causes_other)
SELECT village || lpad((i / %(villages)s + 1)::text, 5, '0'), village, '', ''::bytea,
    CASE WHEN i %% 3 < 2 THEN decode(lpad(to_hex(CASE WHEN i %% 97 = 0 THEN 1 ELSE i END), 32, '0'), 'hex') END,
    CASE WHEN i %% 4 = 0 THEN '' ELSE '信用社' END, ''::bytea,
    CASE WHEN i %% 4 <> 0 THEN decode(lpad(to_hex(i), 32, '0'), 'hex') END,
    'national', (ARRAY['general', 'allowance', 'five_guarantees'])[i %% 3 + 1], 'no',
    (ARRAY['illness', 'schooling', 'no_skills', 'no_labour'])[i %% 4 + 1], '{}'
FROM generate_series(0, %(households)s - 1) i,
    LATERAL (SELECT '610426' || 100 + i %% %(villages)s %% 7 || 200 + i %% %(villages)s / 7 AS village) v;

INSERT INTO registry_member (household_id, number, name, pinyin, initials, sex, id_number, id_index, id_problem,
    id_birth_date, id_sex, birth_date, relation, ethnicity, politics, education, student, dropout_reason, health,
    labour, work_place, work_months, medical_insurance, pension_insurance, allowance, phone, joined_on, join_reason,
    leave_reason)
SELECT h.id, h.number || lpad(n::text, 2, '0'),
    CASE n WHEN 2 THEN '李' ELSE '王' END
        || chr(19968 + (h.id * 31 + n)::int %% 9000) || chr(20000 + h.id::int %% 7000),
    '', '', sex, ''::bytea,
    decode(md5(h.number || n), 'hex'), CASE WHEN h.id %% 211 = n THEN 'check_digit' ELSE '' END,
    born, sex, CASE WHEN h.id %% 173 = n THEN born + 1 ELSE born END, relation, '01', 'masses',
    CASE n WHEN 4 THEN '' ELSE 'junior' END, CASE n WHEN 4 THEN 'junior_7' ELSE 'none' END, '',
    CASE WHEN (h.id + n) %% 9 = 0 THEN ARRAY['chronic'] WHEN (h.id + n) %% 31 = 0 THEN ARRAY['disabled']
        ELSE ARRAY['healthy'] END,
    CASE WHEN n = 4 THEN 'none' WHEN n = 5 THEN 'weak' ELSE 'ordinary' END,
    CASE WHEN n = 3 THEN 'elsewhere' ELSE '' END, CASE WHEN n = 3 THEN 10 END, h.id %% 40 > 0, n < 4,
    h.id %% 3 = 1 AND n = 1, ''::bytea, DATE '2014-01-01', 'initial', ''
FROM registry_household h, generate_series(1, 5) n, LATERAL (
    SELECT (ARRAY['head', 'spouse', 'son', 'daughter', 'mother'])[n] AS relation,
        (ARRAY['male', 'female', 'male', 'female', 'female'])[n] AS sex,
        (ARRAY['1970-03-01', '1972-05-01', '1993-07-01', '2001-02-01', '1946-09-01'])[n]::date
            + (h.id %% 700)::int AS born) p
WHERE n <= 3 + h.id %% 3 AND (n < 5 OR h.id %% 9 < 8);
"""

SURVEYS = """
INSERT INTO registry_survey (household_id, year, visited_on, surveyor_1, surveyor_2, members_counted, income_wage,
    income_production, transfer_allowance, expense_production, stated_per_capita, arable, irrigated, safe_water,
    water_difficulty, tap_water, road_type, road_km, fuel, house_area, house_structure, house_grade, dangerous_house,
    relocation_mode, relocation_place, relocation_difficulty)
SELECT h.id, y, make_date(y + 1, 4, 1), '张三' || h.id %% 500, '李四', 3 + h.id %% 3, h.id * 7919 %% 30000,
    h.id * 104729 %% 15000, CASE WHEN h.id %% 3 = 1 THEN 1200 END, h.id * 1299709 %% 5000 + y %% 10, NULL,
    h.id %% 12, h.id %% 5, h.id %% 10 > 0, h.id %% 20 = 0, h.id %% 4 > 0, 'cement', 1, 'coal', 60 + h.id %% 90,
    'brick_mixed', (ARRAY['A', 'B', 'C', 'D'])[h.id %% 4 + 1], h.id %% 4 > 1, '', '', ''
FROM registry_household h, generate_series(%(year)s - 1, %(year)s) y;

INSERT INTO registry_registerspell (household_id, registered_on, relapse, round)
SELECT id, DATE '2014-06-30', FALSE, '2014' FROM registry_household WHERE id %% 10 < 3;
"""


def make_county(households: int = HOUSEHOLDS) -> tuple[int, int]:
    """Fill an empty database; gives the numbers of households and of members."""
    asked = {"households": households, "villages": VILLAGES, "year": INCOME_YEAR}
    with connection.cursor() as cursor:
        for statements in (AREAS, PEOPLE, SURVEYS):
            cursor.execute(statements, asked)
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself within a minute
        cursor.execute("SELECT (SELECT count(*) FROM registry_household), (SELECT count(*) FROM registry_member)")
        return cursor.fetchone()
