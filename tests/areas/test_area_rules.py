"""The code of an area is its path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.areas.rules import LEVEL_OF, BadAreaCode, Level, ancestors_of, code_range, contains, level_of, parent_of

codes = st.sampled_from(sorted(LEVEL_OF)).flatmap(
    lambda digits: st.integers(10 ** (digits - 1), 10**digits - 2).map(str)
)


def test_a_village_lies_in_its_town_county_city_and_province():
    assert ancestors_of("610426102201") == ["61", "6104", "610426", "610426102", "610426102201"]
    assert parent_of("610426102201") == "610426102"
    assert parent_of("61") is None
    assert level_of("610426") is Level.COUNTY


@pytest.mark.parametrize("code", ["", "6", "610", "61042", "6104261", "61042610220", "61a4", "61 ", "６１"])
def test_what_is_not_a_code_is_refused(code):
    with pytest.raises(BadAreaCode):
        level_of(code)


@given(outer=codes, inner=codes)
def test_the_range_of_an_area_holds_exactly_what_lies_in_it(outer, inner):
    first, after = code_range(outer)
    assert (first <= inner < after) == contains(outer, inner)


def test_the_last_code_of_a_level_has_a_range_of_its_own():
    assert code_range("610426999") == ("610426999", "610427000")
