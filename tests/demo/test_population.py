"""The demo county is what the county's report of 2014 says, and its people are plausible and nobody's."""

from collections import Counter
from datetime import date

import numpy as np
import pytest

from jingzhun.demo.reports import write_villages
from jingzhun.demo.targets import (
    INCOME_YEAR,
    LINE,
    PROVINCE_INCIDENCE,
    PROVINCE_INCOME,
    Targets,
    rural_villages,
)
from jingzhun.demo.workbooks import COLUMNS, HEADERS, draw_county, person_rows
from jingzhun.registry.rules.ids import Problem, read_id


@pytest.fixture(scope="module")
def county():
    return draw_county(2014, rural_villages(), Targets())


def of_villages(county, amounts):
    return np.bincount(county.families.village, amounts, len(county.villages))


def test_the_county_has_exactly_the_figures_of_its_report(county):
    poor = county.families.poor
    assert len(county.villages) == 157
    assert county.families.size.sum() == len(county.kin) == 175_359
    assert poor.sum() == 13_634
    assert county.families.size[poor].sum() == 50_854
    assert round(50_854 / county.families.size.sum(), 2) == 0.29


def test_a_household_is_poor_exactly_when_its_income_is_below_the_line(county):
    per_head = county.surveys.net / county.families.size / 100
    assert ((per_head < LINE) == county.families.poor).all()


def test_exactly_102_villages_are_poor_by_incidence_income_and_collective_income(county, tmp_path):
    persons = of_villages(county, county.families.size)
    incidence = of_villages(county, np.where(county.families.poor, county.families.size, 0)) / persons
    income = of_villages(county, county.surveys.net / 100) / persons
    by_numbers = (incidence >= 2 * PROVINCE_INCIDENCE) & (income < 0.6 * PROVINCE_INCOME)
    assert by_numbers.sum() == 102
    assert (by_numbers == county.villages.poor).all()
    assert write_villages(county, 2014, tmp_path / "villages.xlsx") == 157


def test_the_parts_of_income_add_up_to_the_cent(county):
    money = county.surveys.money
    income = sum(money[name] for name in money if name.startswith(("income_", "transfer_")))
    assert (income - money["expense_production"] == county.surveys.net).all()
    assert all((amounts >= 0).all() for amounts in money.values())


def test_every_number_is_sound_unique_and_nobodys(county):
    numbers = county.persons.id_number.tolist()
    assert len({number[:18] for number in numbers}) == len(numbers)
    assert {number[:6] for number in numbers} == {"610499"}
    facts = [read_id(number) for number in numbers[::37]]
    assert {each.problem for each in facts} == {Problem.NONE}
    assert [each.birth_date for each in facts] == county.persons.born[::37].tolist()
    assert [each.sex == "male" for each in facts] == county.kin.male[::37].tolist()


def test_kinship_and_ages_fit_together(county):
    kin, persons = county.kin, county.persons
    heads = np.flatnonzero(kin.place == 0)
    assert (kin.household[heads] == np.arange(len(county.families))).all()
    head_age = kin.days[heads][kin.household] / 365.25
    age = kin.days / 365.25
    children = np.isin(persons.relation, ("son", "daughter"))
    parents = np.isin(persons.relation, ("father", "mother"))
    spouses = persons.relation == "spouse"
    assert (head_age[children] - age[children]).min() > 18
    assert (age[parents] - head_age[parents]).min() > 14
    assert (kin.male[spouses] != kin.male[heads][kin.household][spouses]).all()
    assert age[spouses].min() > 20
    assert persons.born.max() <= date(INCOME_YEAR, 12, 31)


def test_schooling_work_and_pension_go_with_age(county):
    persons = county.persons
    at_school = persons.student != ""
    assert not (at_school & (persons.education != "")).any()
    assert ((persons.education != "") | at_school).all()
    assert (persons.age[np.char.startswith(persons.student, "junior")] - 13).max() <= 4
    assert persons.age[persons.work_place != ""].min() >= 16
    assert (persons.labour[persons.age < 16] == "none").all()


def test_causes_are_borne_out_by_facts(county):
    ill = np.char.find(county.persons.health, "chronic") >= 0
    ill |= np.char.find(county.persons.health, "serious") >= 0
    sick_households = np.bincount(county.kin.household, ill, len(county.families)) > 0
    assert sick_households[county.surveys.main_cause == "illness"].all()
    assert (county.surveys.main_cause[~county.families.poor] == "").all()
    assert (county.surveys.main_cause[county.families.poor] != "").all()
    shares = Counter(county.surveys.main_cause[county.families.poor].tolist())
    assert 0.2 < shares["illness"] / 13_634 < 0.5


def small(seed):
    places = rural_villages()[:12]
    return draw_county(seed, places, Targets().scaled(12, 157))


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    def rows(county):
        return list(person_rows(county, np.arange(len(county.families))))

    first, again, other = rows(small(1)), rows(small(1)), rows(small(2))
    assert first == again
    assert first != other
    assert len(first[0]) == len(COLUMNS) == len(HEADERS)


def test_targets_that_cannot_be_met_are_refused():
    with pytest.raises(ValueError, match="cannot be met"):
        draw_county(1, rural_villages(), Targets(poor_households=44_000, poor_persons=170_000))
