"""A small county in which everything happens that the situation must count rightly, and the same numbers by hand."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import floor
from typing import Any

from tests.registry.factories import make_area, make_household, make_survey

from jingzhun.areas.rules import is_rural
from jingzhun.registry.models import Household, Member, RegisterSpell, VillageYear
from jingzhun.registry.queries.past import is_present, status_of
from jingzhun.registry.rules.guarantees import age_on, guarantees

COUNTY, TOWN = "610426", "610426102"
A, B, C = "610426102201", "610426102202", "610426103203"
COMMUNITY = "610426102001"
DAY = date(2014, 12, 31)
LINES = {2012: Decimal(2625), 2013: Decimal(2736), 2014: Decimal(2800)}  # yuan, by the year of the income
AGES = {"school_age_from": Decimal(6), "school_age_until": Decimal(14)}
ON = date(2014, 10, 1)


def person(name: str, born: date, sex: str = "male", **values: Any) -> dict[str, Any]:
    return {"name": name, "birth_date": born, "sex": sex, "medical_insurance": True, "student": "none"} | values


def make_county() -> None:
    """Three villages in two towns, one of them poor, one that was; and a residents' community."""
    for code, name in ((A, "安村"), (B, "北村"), (C, "常村")):
        make_area(code, name)
    make_area(f"{A}001", "一组")
    VillageYear.objects.create(area_id=A, year=2014, poor_village=True, poor_since=ON)
    VillageYear.objects.create(area_id=C, year=2013, poor_village=True)
    VillageYear.objects.create(area_id=C, year=2014, poor_village=False)
    _village_a()
    _village_b()
    _village_c()


def _village_a() -> None:
    make_household(
        f"{A}001",
        members=[
            person("安一", date(1970, 5, 1)),
            person("安二", date(1972, 5, 1), "female", medical_insurance=False),
            person("安三", date(2004, 5, 1), "female", dropout_reason="poverty"),
        ],
        survey={"income_wage": Decimal(3000), "members_counted": 3, "dangerous_house": True, "safe_water": False},
        registered_on=ON,
        attribute="allowance",
        cause_main="illness",
        causes_other=["schooling"],
    )
    old = make_household(  # on the register, and above the line
        A,
        members=[person("安四", date(1934, 12, 31)), person("安五", date(1935, 1, 1), "female", student="")],
        survey={"income_wage": Decimal(9000), "members_counted": 2, "dangerous_house": False, "safe_water": True},
        registered_on=ON,
        attribute="general",
        cause_main="no_skills",
    )
    make_survey(old, 2014, income_wage=Decimal(5001), members_counted=2, safe_water=True)
    make_household(A, members=[person("安六", date(1980, 1, 1))], registered_on=date(2015, 3, 1), attribute="general")
    make_household(A, members=[], registered_on=ON)  # nobody lives there


def _village_b() -> None:
    risen = make_household(  # below the line, not on the register; a year later above it
        B,
        members=[person("北一", date(1990, 2, 28)), person("北二", date(2008, 12, 31), student="primary")],
        survey={"income_wage": Decimal(100), "members_counted": 2, "expense_production": Decimal(900)},
    )
    make_survey(risen, 2014, income_wage=Decimal(20000), members_counted=2, dangerous_house=False, safe_water=True)
    gone = make_household(B, members=[person("北三", date(1960, 1, 1))], registered_on=ON, exited_on=date(2014, 12, 31))
    make_survey(gone, 2014, income_wage=Decimal(2000), members_counted=1, dangerous_house=True)
    RegisterSpell.objects.create(household=gone, registered_on=date(2015, 6, 1), relapse=True)
    make_household(
        B,
        members=[
            person("北四", date(1985, 1, 1), medical_insurance=None),
            person("北五", date(1986, 1, 1), "female", left_on=date(2014, 12, 31), leave_reason="marriage"),
            person("北六", date(2013, 1, 1), "", student="preschool", joined_on=date(2015, 2, 1), join_reason="birth"),
        ],
        survey={"income_wage": Decimal(8000), "members_counted": 1},
        registered_on=ON,
        cause_main="",
    )
    make_household(COMMUNITY, members=[person("城一", date(1970, 1, 1))], registered_on=ON)
    make_household(B, members=[person("旧一", date(1950, 1, 1))], closed_on=date(2014, 6, 30))


def _village_c() -> None:
    for serial in range(9):
        household = make_household(
            C,
            members=[
                person(f"常{serial}{n}", date(1950 + 7 * n, 1 + serial, 3), "male" if n % 2 else "female")
                for n in range(serial)
            ],
            attribute=("general", "five_guarantees")[serial % 2],
            cause_main=("no_capital", "disability", "other")[serial % 3],
            registered_on=ON if serial > 4 else None,
        )
        wage = Decimal(1000 + 1950 * serial)
        make_survey(household, members_counted=serial or 1, income_wage=wage * (serial or 1), safe_water=serial != 3)


class ByHand:
    """An area's numbers at the end of a year, row by row in plain Python."""

    def __init__(self, code: str = COUNTY, year: int = 2014) -> None:
        self.code, self.day, self.income_year = code, date(year, 12, 31), year - 1
        self.homes = list(self._homes())

    def _homes(self) -> Iterator[dict[str, Any]]:
        for household in Household.objects.prefetch_related("members", "spells", "surveys"):
            members = [member for member in household.members.all() if is_present(member, self.day)]
            closed = household.closed_on is not None and household.closed_on <= self.day
            inside = household.area_id.startswith(self.code) and is_rural(household.village_code)
            if not inside or closed or not members:
                continue
            survey = next((each for each in household.surveys.all() if each.year == self.income_year), None)
            yield {
                "household": household,
                "members": members,
                "poor": status_of(household.spells.all(), self.day) in ("registered", "relapsed"),
                "income": survey.per_capita if survey else None,
                "met": [each.met for each in guarantees(members, survey, LINES.get(self.income_year), self.day, AGES)],
            }

    @property
    def poor(self) -> list[dict[str, Any]]:
        return [home for home in self.homes if home["poor"]]

    @property
    def incomes(self) -> Counter[str]:
        """Households by columns of 500 yuan; the last is open upwards, -1 lies below zero, empty is not known."""
        steps = (home["income"] if home["income"] is None else floor(home["income"] / 500) for home in self.homes)
        return Counter("" if step is None else str(max(-1, min(step, 20))) for step in steps)

    @property
    def sizes(self) -> Counter[str]:
        return Counter(str(min(len(home["members"]), 7)) for home in self.homes)

    def met(self, position: int, homes: list[dict[str, Any]]) -> Counter[str]:
        """Households by whether a guarantee is met."""
        words = {True: "true", False: "false", None: ""}
        return Counter(words[home["met"][position]] for home in homes)

    @staticmethod
    def persons(homes: list[dict[str, Any]]) -> int:
        return sum(len(home["members"]) for home in homes)

    def people(self, homes: list[dict[str, Any]]) -> list[Member]:
        return [member for home in homes for member in home["members"]]

    def by(self, field: str) -> Counter[str]:
        """Poor households by a column."""
        return Counter(getattr(home["household"], field) for home in self.poor)

    def ages(self, homes: list[dict[str, Any]]) -> Counter[tuple[int, str]]:
        return Counter(
            (min(age_on(member.birth_date, self.day) // 5 * 5, 80), member.sex)
            for member in self.people(homes)
            if member.birth_date
        )
