"""Guarantees of many households in SQL, as rules/guarantees.py has them for one: met, not met, or null for unknown."""

from datetime import date

from jingzhun.parameters.queries import DatedValues
from jingzhun.registry.rules.ages import born_by
from jingzhun.registry.rules.guarantees import SCHOOL_FROM, SCHOOL_UNTIL

# Who lives in each household on `day`, for the query `people`; `members_of` narrows it to some households.
PEOPLE = """
    SELECT household_id AS id, count(*) AS persons,
        bool_or(NOT medical_insurance) AS uninsured, bool_or(medical_insurance IS NULL) AS insurance_unknown,
        bool_or(child AND dropout_reason NOT IN ('', 'finished')) AS dropped_out,
        bool_or(child AND student = 'none' AND dropout_reason <> 'finished') AS absent,
        bool_or(child AND student = '') AS student_unknown
    FROM (
        SELECT *, coalesce(birth_date > %(born_after)s AND birth_date <= %(born_until)s, false) AS child
        FROM registry_member WHERE joined_on <= %(day)s AND (left_on IS NULL OR left_on > %(day)s) {members_of}
    ) AS present
    GROUP BY household_id
"""

# Of a household with its row of `people` and its survey `v`.
MET = {
    "schooling": """CASE WHEN %(born_after)s::date IS NULL THEN NULL WHEN dropped_out THEN false
            WHEN student_unknown THEN NULL ELSE NOT absent END""",
    "medical": "CASE WHEN uninsured THEN false WHEN insurance_unknown THEN NULL ELSE true END",
    "housing": "NOT v.dangerous_house",
    "water": "v.safe_water",
}


def school_births(values: DatedValues, day: date) -> tuple[date | None, date | None]:
    """Births of compulsory school age on a day: after the first date, until the second; None where no age is known."""
    youngest, oldest = values.on(SCHOOL_FROM, day), values.on(SCHOOL_UNTIL, day)
    if youngest is None or oldest is None:
        return None, None
    return born_by(day, int(oldest) + 1), born_by(day, int(youngest))
