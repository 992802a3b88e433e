"""Half a unit goes up, as an official's pocket calculator has it."""

from decimal import Decimal

import pytest

from jingzhun.methods.rounding import half_up


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("3587.97", 0, "3588"),
        ("3587.5", 0, "3588"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.125", 2, "0.13"),
        (7, 0, "7"),
    ],
)
def test_half_a_unit_rounds_up(value, places, expected):
    assert half_up(Decimal(value), places) == Decimal(expected)
