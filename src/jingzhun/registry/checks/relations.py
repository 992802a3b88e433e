"""Where the rows of a check come from, and what is worked out of them for the rules to ask."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relations:
    """A table, a view or a SELECT in parentheses for each table of the register; the live ones by default."""

    household: str = "registry_household"
    member: str = "registry_member"
    survey: str = "registry_survey"
    spell: str = "registry_registerspell"
    village: str = "registry_villageyear"
    alias: str = "registry_householdalias"
    area: str = "areas_area"


LIVE = Relations()

# What `{household}`, `{member}` ... stand for in the SELECT of a set-level rule: the state on the day, all areas.
STATE = {
    "household": "(SELECT * FROM {relation} _h WHERE _h.closed_on IS NULL OR _h.closed_on > {on})",
    "member": "(SELECT * FROM {relation} _m WHERE _m.joined_on <= {on} AND (_m.left_on IS NULL OR _m.left_on > {on}))",
    "survey": "(SELECT * FROM {relation} _s WHERE _s.year = {income_year})",
    "survey_before": "(SELECT * FROM {relation} _s WHERE _s.year = {income_year} - 1)",
    "spell": "(SELECT * FROM {relation} _r WHERE _r.registered_on <= {on})",
    "village": "(SELECT * FROM {relation} _v WHERE _v.year = {year})",
    "alias": "{relation}",
    "area": "{relation}",
}

# The households that are judged: `focus` gives their ids.
JUDGED = """(SELECT * FROM {household} _f
    WHERE _f.village_code >= {first} AND _f.village_code < {after} AND {chosen} OFFSET 0)"""
FOCUS = """(SELECT _f.id FROM {household} _f
    WHERE _f.village_code >= {first} AND _f.village_code < {after} AND {chosen})"""

# Members with what follows from their columns; worked out once a row (OFFSET 0 keeps the planner from repeating it).
MEMBERS = """(SELECT *,
        coalesce(_m.birth_date, _m.id_birth_date) AS born,
        date_part('year', age({on}, coalesce(_m.birth_date, _m.id_birth_date)))::int AS age,
        _m.id_problem IN ('', 'region') AS id_sound,
        _m.student NOT IN ('', 'none', 'preschool') AS at_school,
        _m.health = ARRAY['healthy']::varchar[] AS healthy,
        _m.health && ARRAY['chronic', 'serious']::varchar[] AS ill,
        'disabled' = ANY(_m.health) AS disabled,
        _m.labour IN ('ordinary', 'skilled', 'weak') AS can_work,
        _m.work_place <> '' OR coalesce(_m.work_months, 0) > 0 AS works
    FROM {member} _m WHERE _m.household_id IN {focus} OFFSET 0)"""

# What a household's members are together.
GROUP = """(SELECT household_id, count(*) AS members,
        count(*) FILTER (WHERE relation = 'head') AS heads,
        count(*) FILTER (WHERE relation = 'spouse') AS spouses,
        count(*) FILTER (WHERE relation = 'father') AS fathers,
        count(*) FILTER (WHERE relation = 'mother') AS mothers,
        count(*) FILTER (WHERE relation = 'son') AS sons,
        count(*) FILTER (WHERE relation = 'daughter') AS daughters,
        min(born) FILTER (WHERE relation = 'head') AS head_born,
        min(sex) FILTER (WHERE relation = 'head') AS head_sex,
        min(name) FILTER (WHERE relation = 'head') AS head_name,
        min(born) FILTER (WHERE relation = 'spouse') AS spouse_born,
        min(sex) FILTER (WHERE relation = 'spouse') AS spouse_sex,
        min(name) FILTER (WHERE relation = 'spouse') AS spouse_name,
        min(age) AS youngest, max(age) AS oldest,
        count(*) FILTER (WHERE ill) AS ill,
        count(*) FILTER (WHERE disabled OR disability_type IS NOT NULL) AS disabled,
        count(*) FILTER (WHERE at_school) AS students,
        count(*) FILTER (WHERE labour <> '') AS labour_known,
        count(*) FILTER (WHERE can_work) AS workers,
        count(*) FILTER (WHERE labour IN ('ordinary', 'skilled')) AS able,
        count(*) FILTER (WHERE works) AS working,
        count(*) FILTER (WHERE allowance) AS allowance,
        count(*) FILTER (WHERE pension_insurance) AS pension_insured,
        count(*) FILTER (WHERE medical_insurance = FALSE) AS uninsured,
        count(*) FILTER (WHERE medical_insurance IS NULL) AS insurance_unknown,
        count(*) FILTER (WHERE dropout_reason NOT IN ('', 'finished')) AS dropouts
    FROM {members} _g GROUP BY household_id)"""

DEPARTED = """(SELECT household_id, count(*) AS departed, max(left_on) AS left_on FROM {members_ever} _l
    WHERE _l.left_on <= {on} AND _l.household_id IN {focus} GROUP BY household_id)"""

# The latest spell begun until the day; `poor` while it lasts.
SPELL = """(SELECT DISTINCT ON (_r.household_id) _r.*,
        _r.exited_on IS NULL OR _r.exited_on > {on} AS poor,
        count(*) OVER (PARTITION BY _r.household_id) AS spells
    FROM {spell} _r WHERE _r.household_id IN {focus} ORDER BY _r.household_id, _r.registered_on DESC)"""

# What the incomes of a village's households are: the whole village, also where one household only is judged.
MEDIAN = """(SELECT _h.village_code, count(*) AS incomes,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY _s.per_capita)::numeric(14, 2) AS median
    FROM {household} _h JOIN {survey} _s ON _s.household_id = _h.id AND _s.per_capita IS NOT NULL
    WHERE _h.village_code IN (SELECT _f.village_code FROM {judged} _f)
    GROUP BY _h.village_code)"""

# What the register counts in a village.
COUNTED = """(SELECT _h.village_code, count(*) AS households, sum(_n.persons)::int AS persons
    FROM {judged} _h
    LEFT JOIN (SELECT household_id, count(*) AS persons FROM {members} _p GROUP BY household_id) _n
        ON _n.household_id = _h.id
    GROUP BY _h.village_code)"""

# The village's latest report until the year.
REPORT = """(SELECT DISTINCT ON (_v.area_id) * FROM {reports} _v WHERE _v.year <= {year}
    ORDER BY _v.area_id, _v.year DESC)"""

VILLAGES = """(SELECT _a.code, _a.name FROM {area} _a
    WHERE _a.level = 'village' AND _a.code >= {first} AND _a.code < {after}
    AND (_a.valid_until IS NULL OR _a.valid_until > {on}))"""

WORKED_OUT = {
    "judged": JUDGED,
    "focus": FOCUS,
    "members": MEMBERS,
    "together": GROUP,
    "departed": DEPARTED,
    "latest_spell": SPELL,
    "median": MEDIAN,
    "counted": COUNTED,
    "report": REPORT,
    "villages": VILLAGES,
}
