"""Facts: the same of one household and of a county; what is not recorded is unknown."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.policy.stage import COUNTY, DAY, poor
from tests.registry.factories import VILLAGE, make_household, make_member, make_survey, make_village

from jingzhun.methods.conditions import Kind, read
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER, facts, kinds_of, names
from jingzhun.policy.queries.batch import county_facts
from jingzhun.policy.queries.facts import Asked, facts_of, facts_of_many
from jingzhun.registry.models import Household, VillageYear

pytestmark = pytest.mark.django_db
NOTHING = {"health": [], "birth_date": None, "ethnicity": "", "id_number": "1"}


def people():
    """Households of every kind: with everything recorded, with nothing, gone, relapsed, without members."""
    make_village(groups=1)
    VillageYear.objects.create(area_id=VILLAGE, year=2013, poor_village=True)
    rich = poor(
        cause_main="illness", causes_other=["no_land"], recognised_by="national", martyr_family=False,
        members=[
            {"name": "张三", "health": ["chronic", "disabled"], "labour": "weak", "education": "primary"},
            {"name": "李四", "relation": "spouse", "labour": "ordinary", "work_place": "elsewhere", "work_months": 9,
             "medical_insurance": True, "pension_insurance": True, "allowance": False, "education": "junior"},
            {"name": "张小", "birth_date": date(2008, 1, 2), "student": "primary", "labour": "none"},
            {"name": "张大", "birth_date": date(2000, 1, 2), "student": "junior_8"},
        ],
        survey={"arable": Decimal("3.5"), "house_grade": "D", "safe_water": True, "spending_medical": Decimal("1200")},
    )  # fmt: skip
    make_survey(rich, 2014, income_wage=Decimal(9000))
    make_survey(rich, 2015, income_wage=Decimal(99000))
    poor(f"{VILLAGE}001", survey=None, attribute="", members=[{"name": "王五", **NOTHING}])
    poor(members=())
    poor(registered_on=date(2014, 1, 1), exited_on=date(2014, 12, 1))
    make_household(VILLAGE, members=("赵六",))
    return rich


def test_a_county_has_the_facts_that_each_household_has(tmp_path):
    people()
    with county_facts(Asked(COUNTY, DAY, everybody=True)) as database:
        table = {row[0]: row[2:] for row in database.execute("SELECT * FROM household").fetchall()}
        persons = {row[0]: row[2:] for row in database.execute("SELECT * FROM member").fetchall()}
    households = list(Household.objects.all())
    assert len(table) == len(households) == 5
    for household in households:
        known = facts_of(household, DAY)
        assert dict(zip(names(HOUSEHOLD), table[household.pk], strict=True)) == known.household
        for member in known.members:
            assert dict(zip(names(MEMBER), persons[member.id], strict=True)) == member.facts
    with county_facts(Asked(COUNTY, DAY)) as database:
        assert database.execute("SELECT count(*) FROM household").fetchall() == [(3,)]  # those on the register


def test_the_facts_of_a_household():
    known = facts_of(people(), DAY)
    own = known.household
    assert own["registered"] and own["standing"] == "registered" and own["registered_days"] == 184
    assert own["poor_village"] and own["cause_illness"] and own["cause_no_land"] and own["cause_schooling"] is False
    assert own["survey_year"] == 2014 and own["per_capita"] == 2250 and own["poverty_line"] == 2800
    assert own["arable"] is None  # of the newest survey, which did not ask
    assert own["members"] == 4 and own["members_ill"] == 1 and own["members_away"] == 1
    assert own["students_primary"] == 1 and own["students_junior"] == 1
    assert own["members_uninsured"] is None  # of some it is not recorded
    assert known.members[3].facts["student_stage"] == "junior"
    assert facts_of(Household.objects.order_by("pk")[0], date(2013, 12, 31)).household["standing"] == "never"


def test_what_is_not_recorded_is_unknown_but_what_follows_is_known():
    make_village()

    household = poor(members=[{"name": "张三", **NOTHING}])
    own = facts_of(household, DAY).household
    assert own["members"] == 1
    unknown = "members_ill students members_able members_away members_over_60 members_uninsured anyone_ill".split()
    assert [own[name] for name in unknown] == [None] * len(unknown)
    # Somebody who is ill settles that somebody is; how many are is open still.
    make_member(household, "李四", health=["serious"], education="junior", labour="ordinary")
    own = facts_of(household, DAY).household
    assert own["anyone_ill"] is True and own["members_ill"] is None
    assert own["anyone_at_school"] is None
    # A child of two is at no school and works nowhere, whatever was not asked.
    make_member(household, "张小", birth_date=date(2012, 6, 1), health=["healthy"])
    child = facts_of(household, DAY).members[2].facts
    assert (child["student_stage"], child["can_work"], child["works_away"]) == ("none", False, False)
    empty = facts_of(poor(members=(), survey=None), DAY).household
    assert (empty["members"], empty["members_ill"], empty["anyone_ill"], empty["per_capita"]) == (0, 0, False, None)


def test_many_households_take_three_queries():
    people()
    households = list(Household.objects.all())
    with CaptureQueriesContext(connection) as one:
        facts_of(households[0], DAY)
    with CaptureQueriesContext(connection) as many:
        known = facts_of_many(households, DAY)
    assert len(one) == len(many) == 3 and len(known) == 5


def test_the_dictionary_is_whole():
    for fact in facts().values():
        assert fact.zh and fact.en and fact.meaning_zh and fact.meaning_en and fact.source and fact.since >= 2000
        assert (fact.kind == Kind.TEXT) == bool(fact.code_list) and bool(fact.choices) == bool(fact.code_list), (
            fact.name
        )
        assert not (fact.over and fact.level == MEMBER)
    assert not set(names(HOUSEHOLD)) & set(names(MEMBER))
    assert read("age >= 60 AND registered", kinds_of(MEMBER))
