"""Rules of the register that need no database: what a search means, what relatives become, what is guaranteed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from jingzhun.registry.rules.guarantees import SCHOOL_FROM, SCHOOL_UNTIL, age_on, guarantees
from jingzhun.registry.rules.kinship import of_former_head, to_new_head
from jingzhun.registry.rules.search import Kind, read_search

from .factories import make_id

ID = make_id(date(1965, 5, 20), serial=7)
AGES = {SCHOOL_FROM: Decimal(6), SCHOOL_UNTIL: Decimal(14)}
DAY = date(2016, 9, 1)


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("  ", Kind.NOTHING, ""),
        ("张三", Kind.NAME, "张三"),
        (" 张 三 ", Kind.NAME, "张三"),
        ("Zhang San", Kind.PINYIN, "zhangsan"),
        (ID, Kind.ID, ID),
        (ID + "43", Kind.ID, ID),
        (ID.lower(), Kind.ID, ID),
        (ID[:10], Kind.NUMBER, ID[:10]),
        (ID[:17] + ("1" if ID[17] != "1" else "2"), Kind.NOTHING, None),
        ("61042610220100001", Kind.NUMBER, "61042610220100001"),
        ("6104261022010000102", Kind.NUMBER, "61042610220100001"),
        ("６１０４２６１０２２０１", Kind.NUMBER, "610426102201"),
        ("13812345678", Kind.PHONE, "13812345678"),
        ("61042", Kind.NOTHING, None),
    ],
)
def test_what_somebody_types_into_the_search_box(text, kind, key):
    wanted = read_search(text)
    assert wanted.kind == kind
    assert key is None or wanted.key == key


@pytest.mark.parametrize(
    ("new_head_was", "new_head_sex", "relation", "sex", "becomes"),
    [
        ("spouse", "female", "son", "male", "son"),
        ("spouse", "female", "father", "male", "husbands_father"),
        ("spouse", "male", "mother", "female", "wifes_mother"),
        ("son", "male", "spouse", "female", "mother"),
        ("son", "male", "daughter", "female", "sibling"),
        ("son", "male", "daughter_in_law", "female", "spouse"),
        ("son", "male", "granddaughter", "female", "daughter"),
        ("son", "male", "father", "male", "grandfather"),
        ("daughter", "female", "son_in_law", "male", "spouse"),
        ("father", "male", "son", "male", "grandson"),
        ("sibling", "male", "son", "male", "other"),
    ],
)
def test_what_relatives_are_to_a_new_head(new_head_was, new_head_sex, relation, sex, becomes):
    assert to_new_head(new_head_was, new_head_sex, relation, sex) == becomes


def test_what_the_former_head_is_to_the_new_one():
    assert of_former_head("spouse", "male") == "spouse"
    assert of_former_head("son", "female") == "mother"
    assert of_former_head("grandson", "male") == "other"


@dataclass
class Person:
    birth_date: date | None = date(1970, 1, 1)
    student: str = "none"
    education: str = ""
    dropout_reason: str = ""
    medical_insurance: bool | None = True


@dataclass
class Conditions:
    per_capita: Decimal | None = Decimal(3000)
    safe_water: bool | None = True
    dangerous_house: bool | None = False


def met(people, survey, line=Decimal(2952)) -> list[bool | None]:
    return [guarantee.met for guarantee in guarantees(people, survey, line, DAY, AGES)]


def test_a_household_that_has_everything():
    assert met([Person(), Person(date(2008, 1, 1), "primary")], Conditions()) == [True] * 5


def test_a_household_that_lacks_everything():
    dropout = Person(date(2004, 1, 1), "none", dropout_reason="poverty", medical_insurance=False)
    assert met([dropout], Conditions(Decimal("2951.99"), False, True)) == [False] * 5


def test_what_nobody_asked_is_not_known():
    assert met([Person(date(2008, 1, 1), "", medical_insurance=None)], None) == [None] * 5


def test_income_on_the_line_is_enough_and_a_child_of_five_need_not_go_to_school():
    assert met([Person(date(2011, 1, 1), "preschool")], Conditions(Decimal(2952)))[:2] == [True, True]


def test_age_is_counted_in_full_years():
    assert age_on(date(2010, 9, 1), DAY) == 6
    assert age_on(date(2010, 9, 2), DAY) == 5
    assert age_on(date(2012, 2, 29), date(2016, 2, 28)) == 3
