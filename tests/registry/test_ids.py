"""R9: ID numbers and certificates of disability."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.registry.rules.derive import member_columns
from jingzhun.registry.rules.ids import Problem, check_digit, mask, mask_account, mask_phone, read_id

MAN, WOMAN = "610426198001010012", "610426198001010020"

births = st.dates(date(1900, 1, 1), date(2018, 12, 31))
serials = st.integers(0, 999).map("{:03}".format)


def number(born: date, serial: str, region: str = "610499") -> str:
    first17 = f"{region}{born:%Y%m%d}{serial}"
    return first17 + check_digit(first17)


@given(born=births, serial=serials)
def test_a_sound_number_tells_birth_date_and_sex(born, serial):
    facts = read_id(number(born, serial))
    assert (facts.problem, facts.birth_date) == (Problem.NONE, born)
    assert facts.sex == ("male" if int(serial) % 2 else "female")


@given(born=births, serial=serials, position=st.integers(0, 17), other=st.sampled_from("0123456789"))
def test_one_wrong_digit_never_passes(born, serial, position, other):
    right = number(born, serial)
    wrong = right[:position] + other + right[position + 1 :]
    if wrong != right:
        assert read_id(wrong).problem.blocks


@given(text=st.text(max_size=30))
def test_whatever_is_typed_gives_a_reading_and_no_crash(text):
    facts = read_id(text)
    assert facts.problem in set(Problem)


def test_a_person_born_in_1965_in_the_region_610426_is_accepted():
    """Numbers were first issued in 1984 to people of all ages."""
    facts = read_id(number(date(1965, 1, 1), "101", "610426"))
    assert facts.problem == Problem.NONE
    assert facts.birth_date == date(1965, 1, 1)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (MAN, Problem.NONE),
        (WOMAN, Problem.NONE),
        ("", Problem.MISSING),
        ("   ", Problem.MISSING),
        (MAN[:17], Problem.LENGTH),
        (MAN + "1", Problem.LENGTH),
        ("610426800101001", Problem.LENGTH),
        (MAN[:17] + "3", Problem.CHECK_DIGIT),
        ("610426201002290014", Problem.DATE),  # the check digit fits, the day does not exist
        ("61042A198001010012", Problem.CHARACTERS),
        (MAN[:17] + "Y", Problem.CHARACTERS),
        ("999999198001010012", Problem.PLACEHOLDER),
        (MAN + "32", Problem.NONE),
        (MAN + "71", Problem.NONE),
        (MAN + "14", Problem.NONE),
        (MAN + "02", Problem.CERTIFICATE),
        (MAN + "81", Problem.CERTIFICATE),
        (MAN + "30", Problem.CERTIFICATE),
        (MAN + "35", Problem.CERTIFICATE),
        (MAN + "32B1", Problem.NONE),
        (MAN + "9xB1", Problem.CERTIFICATE),
    ],
)
def test_what_is_wrong_with_a_number_is_named(text, problem):
    assert read_id(text).problem == problem


def test_an_unknown_region_only_warns():
    facts = read_id(number(date(1980, 1, 1), "001", "990101"))
    assert facts.problem == Problem.REGION
    assert not facts.problem.blocks


def test_a_certificate_tells_kind_and_degree_of_the_disability():
    facts = read_id(MAN + "42")
    assert (facts.citizen, facts.disability_type, facts.disability_degree) == (MAN, 4, 2)


def test_full_width_digits_spaces_and_a_small_x_are_understood():
    first17 = next(f"6104261980010100{n}" for n in range(10) if check_digit(f"6104261980010100{n}") == "X")
    assert read_id(f"　{first17[:6]} {first17[6:]}ｘ ").number == first17 + "X"
    assert read_id("６１０４２６１９８００１０１００１２").number == MAN


def test_two_persons_share_no_key_but_a_certificate_and_its_number_do():
    assert member_columns("王", MAN)["id_key"] == member_columns("王", MAN + "32")["id_key"] == MAN
    assert member_columns("王", WOMAN)["id_key"] == WOMAN


@pytest.mark.parametrize("text", ["", MAN[:17], "999999198001010012", MAN[:17] + "3"])
def test_a_missing_or_damaged_number_gives_no_key(text):
    assert member_columns("王小明", text)["id_key"] == ""


def test_numbers_are_masked():
    assert mask(MAN) == "610426********0012"
    assert mask(MAN + "32") == "610426********0012"
    assert mask("12345") == "*****"
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("1234567") == "*******"
    assert mask_account("6222600000000001234") == "***************1234"
    assert mask_account("123") == "***"
