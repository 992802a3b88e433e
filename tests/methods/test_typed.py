"""What is typed is read for what it is, however odd."""

import pytest

from jingzhun.methods.typed import is_digits, line, whole


@pytest.mark.parametrize("text", ["0", "610426102201", "007"])
def test_digits_are_digits(text):
    assert is_digits(text)


@pytest.mark.parametrize("text", ["", "²", "６１", "٣", "1.0", "-1", "1 ", "１2", "张", "\0"])
def test_what_only_looks_like_digits_is_none(text):
    assert not is_digits(text) and whole(text, 0, 10**9) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("1991", 1991), ("02101", 2101), ("1990", None), ("2102", None), ("1" + "0" * 30, None), ("9" * 5000, None)],
)
def test_a_year_lies_within_its_range(text, number):
    assert whole(text, 1991, 2101) == number


def test_zeros_before_a_number_say_nothing():
    assert whole("0" * 5000 + "7", 0, 9) == 7


def test_a_searched_text_loses_what_no_name_contains():
    assert line("  张\0三 ") == "张三"
    assert line("字" * 100) == "字" * 60
    assert line("\0") == ""
