"""The quality checks of a whole county, against the same rules as a loop over the rows as objects.

The county is made by SQL (`_county`): 45,000 households, 175,000 members, two surveys each. Both sides judge the same
25 rules by the same thresholds and must find the same; the product also runs all its rules and keeps the findings.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks._county import COUNTY, INCOME_YEAR, make_county
from benchmarks.harness import Result, best_of, scratch_database, seconds

DAY = date(INCOME_YEAR + 1, 12, 31)
MEN = "son son_in_law grandson grandson_by_daughter father wifes_father husbands_father grandfather".split()
WOMEN = "daughter daughter_in_law granddaughter granddaughter_by_daughter mother wifes_mother grandmother".split()
AT_WORK = ("ordinary", "skilled", "weak")
NO_SCHOOL = ("", "none", "preschool")


def run() -> Iterator[Result]:
    with scratch_database():
        households, members = make_county()
        yield from _measure(f"{households} households, {members} members")


def _measure(size: str) -> Iterator[Result]:
    from django.db import connection, transaction

    from jingzhun.areas.models import Area
    from jingzhun.registry.actions.checks import run_checks
    from jingzhun.registry.checks import LIVE, RULES, run_on
    from jingzhun.registry.checks.run import settle

    year, county = INCOME_YEAR + 1, Area.objects.get(pk=COUNTY)
    found: dict[str, Counter[str]] = {}

    def by_sql(codes: Iterable[str]) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            settle()
            query = run_on(LIVE, COUNTY, DAY, codes, income_year=INCOME_YEAR)
            cursor.execute(f"SELECT code, count(*) FROM ({query.sql}) AS found GROUP BY code", query.params)
            found["sql"] = Counter(dict(cursor.fetchall()))

    def by_loop() -> None:
        found["loop"] = _loop()

    taken = best_of(3, lambda: by_sql(LOOPED))
    looped = seconds(by_loop)
    assert found["sql"] == found["loop"], (found["sql"] - found["loop"], found["loop"] - found["sql"])
    detail = f"{len(LOOPED)} rules, {found['sql'].total()} findings on both sides: {taken:.2f} s against {looped:.1f} s"
    yield Result("quality checks against a loop over objects", looped / taken, goal=20, detail=detail)
    detail = f"{size}, {len(RULES)} rules"
    yield Result("every rule over the county", best_of(2, lambda: by_sql(RULES)), "s", detail=detail)
    first, again = (seconds(lambda: run_checks(county, year)) for _ in range(2))
    yield Result("the same with findings kept", again, "s", detail=f"{first:.1f} s the first time")


def _loop() -> Counter[str]:
    """Codes of what a loop finds, household by household, with everything fetched ahead as a careful author would."""
    from django.db.models import Prefetch

    from jingzhun.parameters.queries import poverty_line, values
    from jingzhun.registry.models import Household, Member, Survey

    wanted = ("parent_age_gap", "working_age_from", "working_age_until", "pension_age", "pension_joining_age",
              "check_income_growth", "check_house_area", "check_house_area_least", "check_land",
              "check_income_near_line", "junior_age_from", "junior_age_until", "check_labour_share")  # fmt: skip
    bounds = values(wanted, COUNTY, DAY) | {"line": poverty_line(COUNTY, INCOME_YEAR)}
    found: Counter[str] = Counter()
    households = Household.objects.filter(village_code__startswith=COUNTY, closed_on=None).prefetch_related(
        Prefetch("members", Member.objects.filter(joined_on__lte=DAY, left_on=None)),
        Prefetch("surveys", Survey.objects.filter(year__in=(INCOME_YEAR - 1, INCOME_YEAR))),
    )
    for household in households.iterator(chunk_size=2000):
        members = list(household.members.all())
        surveys = {survey.year: survey for survey in household.surveys.all()}
        case = Case(household, members, surveys.get(INCOME_YEAR), surveys.get(INCOME_YEAR - 1), bounds)
        found.update(code for code, rule in OF_HOUSEHOLDS.items() if rule(case))
        for member in members:
            found.update(code for code, rule in OF_MEMBERS.items() if rule(case, member))
    return found


class Case:
    """A household as the loop judges it."""

    def __init__(
        self, household: Any, members: list[Any], survey: Any, before: Any, bounds: dict[str, Decimal]
    ) -> None:
        self.household, self.members, self.survey, self.before, self.bounds = household, members, survey, before, bounds
        self.head = next((member for member in members if member.relation == "head"), None)
        self.spouse = next((member for member in members if member.relation == "spouse"), None)
        self.causes = [household.cause_main, *household.causes_other]


def years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age(member: Any) -> int:
    return years(member.birth_date, DAY)


def ill(member: Any) -> bool:
    return "chronic" in member.health or "serious" in member.health


def at_school(member: Any) -> bool:
    return member.student not in NO_SCHOOL


def works(member: Any) -> bool:
    return bool(member.work_place) or (member.work_months or 0) > 0


OF_MEMBERS: dict[str, Callable[[Case, Any], bool]] = {
    "ID-03": lambda case, m: m.id_problem == "check_digit",
    "ID-09": lambda case, m: m.id_problem in ("", "region") and m.birth_date != m.id_birth_date,
    "ID-10": lambda case, m: m.id_problem in ("", "region") and m.sex != m.id_sex,
    "DIS-02": lambda case, m: "disabled" in m.health and m.disability_type is None,
    "REL-06": lambda case, m: (m.relation in MEN and m.sex == "female") or (m.relation in WOMEN and m.sex == "male"),
    "REL-10": lambda case, m: (
        m.relation in ("son", "daughter")
        and m.birth_date > case.head.birth_date
        and years(case.head.birth_date, m.birth_date) < case.bounds["parent_age_gap"]
    ),
    "REL-11": lambda case, m: (
        m.relation in ("father", "mother")
        and m.birth_date < case.head.birth_date
        and years(m.birth_date, case.head.birth_date) < case.bounds["parent_age_gap"]
    ),
    "SCH-05": lambda case, m: (
        m.student in ("junior_7", "junior_8", "junior_9")
        and not case.bounds["junior_age_from"] <= age(m) <= case.bounds["junior_age_until"]
    ),
    "LAB-01": lambda case, m: age(m) < case.bounds["working_age_from"] and m.labour not in ("", "none"),
    "LAB-06": lambda case, m: works(m) and m.labour in ("none", "lost"),
    "LAB-07": lambda case, m: age(m) < case.bounds["working_age_from"] and works(m),
    "LAB-08": lambda case, m: bool(m.work_place) != ((m.work_months or 0) > 0),
    "INS-02": lambda case, m: bool(m.pension_insurance) and age(m) < case.bounds["pension_joining_age"],
}
OF_HOUSEHOLDS: dict[str, Callable[[Case], bool]] = {
    "REL-01": lambda case: bool(case.members) and case.head is None,
    "REL-05": lambda case: bool(case.spouse) and case.spouse.sex == case.head.sex,
    "INC-06": lambda case: (
        (case.survey.transfer_pension or 0) > 0 and max(map(age, case.members)) < case.bounds["pension_age"]
    ),
    "INC-10": lambda case: (
        case.survey.net_income != 0 and round(case.survey.net_income) == round(case.before.net_income)
    ),
    "INC-11": lambda case: abs(case.survey.per_capita - case.bounds["line"]) <= case.bounds["check_income_near_line"],
    "INC-12": lambda case: (
        case.before.per_capita > 0
        and case.survey.per_capita > case.before.per_capita * case.bounds["check_income_growth"]
    ),
    "SUR-03": lambda case: not case.survey.members_counted,
    "CON-01": lambda case: bool(case.survey.dangerous_house) and case.survey.house_grade in ("A", "B"),
    "CON-03": lambda case: (
        case.survey.house_area > case.bounds["check_house_area"]
        or 0 < case.survey.house_area < case.bounds["check_house_area_least"]
    ),
    "CON-04": lambda case: bool(case.survey.safe_water and case.survey.water_difficulty),
    "CON-06": lambda case: case.survey.irrigated > (case.survey.arable or 0),
    "CAU-01": lambda case: "illness" in case.causes and not any(map(ill, case.members)),
    "CAU-02": lambda case: "schooling" in case.causes and not any(map(at_school, case.members)),
    "CAU-04": lambda case: (
        "no_labour" in case.causes
        and sum(m.labour in AT_WORK[:2] for m in case.members) >= case.bounds["check_labour_share"] * len(case.members)
    ),
}
LOOPED = (*OF_MEMBERS, *OF_HOUSEHOLDS)
