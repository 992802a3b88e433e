"""R8 to R14: rules of the field that every register must pass, told one by one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.registry.checks import stage as staging
from tests.registry.checks.situations import DAY, INCOME_YEAR, born
from tests.registry.checks.stage import STAGING, Stage
from tests.registry.factories import make_household, make_survey

from jingzhun.registry import dictionary
from jingzhun.registry.checks import find, run_on
from jingzhun.registry.rules.ids import read_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes():
    """Codes of what is found in a situation."""
    staging.build()

    def found(situation: dict[str, Any]) -> set[str]:
        for table in staging.TABLES:
            staging.clear(table)
        stage = Stage()
        village = stage.play(situation)
        staging.fill(stage)
        query = run_on(STAGING, "610426", DAY, income_year=INCOME_YEAR)
        return {each.code for each in find(query) if each.village_code == village}

    return found


@pytest.mark.parametrize(
    ("main", "others", "fault"),
    [
        ("illness", [], None),
        ("illness", ["no_capital", "transport"], None),
        ("", [], "CAU-08"),
        ("", ["no_capital"], "CAU-07"),
        ("illness", ["illness"], "CAU-05"),
        ("illness", ["transport", "transport"], "CAU-05"),
        ("illness", ["no_capital", "transport", "no_drive"], "CAU-06"),
        ("laziness", [], "CAU-09"),
    ],
)
def test_r8_main_cause_is_one_of_twelve_and_at_most_two_others_differ_from_it(codes, main, others, fault):
    assert len(dictionary.codes("cause")) == 12
    situation = {"household": {"cause_main": main, "causes_other": others}, "mother": {"health": ["chronic"]}}
    found = codes(situation) & {"CAU-05", "CAU-06", "CAU-07", "CAU-08", "CAU-09"}
    assert (fault in found) if fault else not found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("61049919940701123", "ID-01"),
        ("610499199402300013", "ID-04"),
        ("610499199407010010", "ID-03"),
        ("6104991994070100163", "ID-01"),
        ("99999919940701001X", "ID-08"),
    ],
)
def test_r9_an_id_number_has_its_length_a_real_date_and_its_check_digit(codes, text, fault):
    facts = read_id(text)
    told = {"id_problem": str(facts.problem), "id_birth_date": facts.birth_date, "id_sex": facts.sex}
    assert codes({"son": told}) & {f"ID-0{n}" for n in range(1, 9)} == {fault}


@pytest.mark.parametrize(("sex", "found"), [("male", False), ("female", True)])
def test_r9_the_sex_of_the_id_number_is_the_persons(codes, sex, found):
    assert ("ID-10" in codes({"son": {"sex": sex, "id_sex": "male"}})) == found


def test_r9_a_certificate_of_disability_tells_a_disability(codes):
    facts = read_id("610426198001010012" + "32")
    told = {"disability_type": facts.disability_type, "disability_degree": facts.disability_degree}
    assert "DIS-01" in codes({"son": told})
    assert "DIS-01" not in codes({"son": told | {"health": ["disabled"]}})


def test_r10_one_person_belongs_to_one_live_household_of_the_county(codes):
    twice = {"son": {"id_index": "same"}, "also": [{"son": {"id_index": "same"}}]}
    assert "ID-11" in codes(twice)
    left = {"id_index": "same", "left_on": date(2014, 5, 1), "leave_reason": "marriage"}
    assert "ID-11" not in codes(twice | {"also": [{"son": left}]})


@pytest.mark.parametrize(
    ("situation", "fault"),
    [
        ({}, None),
        ({"head": {"relation": "sibling"}}, "REL-01"),
        ({"son": {"relation": "head"}}, "REL-02"),
        ({"spouse": {"sex": "male"}}, "REL-05"),
        ({"son": {"sex": "female"}}, "REL-06"),
        ({"daughter": {"sex": "male"}}, "REL-06"),
        ({"mother": {"sex": "male"}}, "REL-06"),
    ],
)
def test_r11_exactly_one_head_a_spouse_of_the_other_sex_and_relations_that_agree_with_sex(codes, situation, fault):
    found = codes(situation) & {"REL-01", "REL-02", "REL-05", "REL-06"}
    assert found == ({fault} if fault else set())


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"education": "", "student": "junior_7"}, None),
        ({"education": "primary", "student": "none", "dropout_reason": "finished"}, None),
        ({"education": "", "student": "none", "dropout_reason": "illness"}, None),
        ({"education": "primary", "student": "junior_7"}, "SCH-02"),
        ({"education": "", "student": "none", "dropout_reason": ""}, "SCH-03"),
        ({"education": "", "student": "", "dropout_reason": ""}, "SCH-03"),
    ],
)
def test_r12_of_education_and_student_status_exactly_one_is_filled_else_a_reason(codes, values, fault):
    assert codes({"daughter": values}) & {"SCH-02", "SCH-03"} == ({fault} if fault else set())


@pytest.mark.parametrize(
    ("student", "youngest", "oldest", "fault"),
    [
        ("primary", 6, 14, "SCH-04"),
        ("junior_8", 12, 17, "SCH-05"),
        ("senior_2", 15, 20, "SCH-06"),
        ("vocational_2", 15, 20, "SCH-06"),
        ("college", 18, None, "SCH-07"),
        ("higher_vocational_1", 18, None, "SCH-07"),
        ("postgraduate", 20, None, "SCH-08"),
    ],
)
def test_r13_every_stage_of_school_has_its_ages(codes, student, youngest, oldest, fault):
    def found(age: int) -> bool:
        return fault in codes({"daughter": {"student": student, **born(DAY.year - age)}})

    assert found(youngest - 1) and not found(youngest)
    assert not found(oldest or 30) and found((oldest or 99) + 1) == bool(oldest)


@pytest.mark.parametrize(
    ("stated", "found"), [("2132.00", False), ("2133.00", False), ("2134.00", True), ("10660", True)]
)
def test_r14_net_income_is_the_four_parts_less_expenses_divided_by_the_members(codes, stated, found):
    assert ("INC-01" in codes({"survey": {"stated_per_capita": Decimal(stated)}})) == found


def test_r14_the_database_computes_total_net_and_per_capita_income():
    parts = {
        "income_wage": Decimal("6000.10"),
        "income_production": Decimal(5000),
        "income_property": Decimal(100),
        "transfer_pension": Decimal(660),
        "transfer_other": Decimal(40),
        "expense_production": Decimal(1000),
        "members_counted": 3,
    }
    survey = make_survey(make_household(), **parts)
    assert survey.total_income == Decimal("11800.10")
    assert survey.net_income == Decimal("10800.10")
    assert survey.per_capita == Decimal("3600.03")


@pytest.mark.parametrize(("irrigated", "found"), [("8", False), ("8.01", True)])
def test_r14_irrigated_land_is_part_of_the_arable_land(codes, irrigated, found):
    assert ("CON-06" in codes({"survey": {"irrigated": Decimal(irrigated)}})) == found
