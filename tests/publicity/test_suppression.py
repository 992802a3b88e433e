"""Public statistics: no number that is left out can be computed back."""

from datetime import date

import pytest
from django.core.cache import caches
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.registry.factories import VILLAGE, make_household

from jingzhun.parameters.models import Parameter
from jingzhun.publicity.queries.statistics import statistics
from jingzhun.publicity.suppression import suppress

NUMBERS = st.lists(st.integers(0, 40), min_size=1, max_size=12)


@given(NUMBERS, st.integers(2, 10))
def test_no_small_number_is_published(numbers, small):
    flags = suppress(numbers, small)
    assert all(hidden for number, hidden in zip(numbers, flags.hidden, strict=True) if 0 < number < small)
    assert not flags.total_hidden or any(flags.hidden)


@given(NUMBERS, st.integers(2, 10))
def test_whoever_knows_the_sum_cannot_narrow_down_a_number_that_is_left_out(numbers, small):
    flags = suppress(numbers, small)
    if flags.total_hidden:
        return
    left_out = [number for number, hidden in zip(numbers, flags.hidden, strict=True) if hidden]
    rest = sum(numbers) - sum(number for number, hidden in zip(numbers, flags.hidden, strict=True) if not hidden)
    for number in left_out:
        # The attacker subtracts what is published from the sum; every other number left out is one at least.
        greatest = rest - (len(left_out) - 1)
        assert 1 <= number <= greatest and greatest - 1 >= small


@given(NUMBERS, st.integers(2, 10))
def test_nothing_is_left_out_without_need(numbers, small):
    flags = suppress(numbers, small)
    if not any(0 < number < small for number in numbers) and not 0 < sum(numbers) < small:
        assert not any(flags.hidden)
    assert not any(hidden for number, hidden in zip(numbers, flags.hidden, strict=True) if number == 0)


@pytest.mark.parametrize(
    ("numbers", "hidden"),
    [
        ([100, 50, 30], [False, False, False]),
        ([100, 50, 3], [False, True, True]),
        ([100, 4, 3], [False, True, True]),
        ([100, 2, 3], [True, True, True]),
        ([100, 0, 3], [True, False, True]),
    ],
)
def test_the_smallest_neighbour_is_left_out_with_a_number_that_stands_alone(numbers, hidden):
    assert list(suppress(numbers, 5).hidden) == hidden


@pytest.mark.django_db
def test_a_county_with_few_poor_households_publishes_none_of_their_numbers(client):
    caches["pages"].clear()
    for n in range(9):
        make_household(VILLAGE, members=[f"张{n}"], survey={"year": 2013}, registered_on=date(2014, 10, 1))
    for n in range(3):
        make_household("610426103202", members=[f"李{n}"], survey={"year": 2013}, registered_on=date(2014, 10, 1))
    found = statistics("610426", 2014)
    assert [row.households for row in found.by_town] == [None, None] and found.total.households == 12
    assert found.by_village == {}
    page = client.get(reverse("public:statistics"), {"year": "2014"}).text
    assert "张" not in page and "李" not in page and ">*<" in page


@pytest.mark.django_db
def test_where_no_threshold_is_set_for_the_year_no_number_is_published(client):
    caches["pages"].clear()
    for n in range(20):
        make_household(VILLAGE, members=[f"张{n}"], survey={"year": 2013}, registered_on=date(2014, 10, 1))
    address = reverse("public:statistics")
    assert ">20<" in client.get(address, {"year": "2014"}).text
    Parameter.objects.filter(name="small_cell").update(valid_from=date(2015, 1, 1))
    caches["pages"].clear()
    page = client.get(address, {"year": "2014"}).text
    assert "该年不公布户数" in page and ">*<" in page and ">20<" not in page and VILLAGE not in page
    caches["pages"].clear()
