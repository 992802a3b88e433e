"""Shares are rounded once, half up."""

from decimal import Decimal

import pytest

from jingzhun.methods.shares import percent, rounded, share


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(510, 1399, "36.5 %"), (0, 5, "0.0 %"), (1, 800, "0.1 %"), (5, 10_000, "0.1 %"), (1, 0, "–")],
)
def test_a_share_is_rounded_once(part, whole, text):
    assert percent(share(part, whole)) == text


def test_half_is_rounded_up():
    assert rounded(Decimal("36.45"), 1) == Decimal("36.5")
    assert rounded(Decimal("0.25"), 1) == Decimal("0.3")
