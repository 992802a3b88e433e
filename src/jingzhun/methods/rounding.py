"""Rounding as people do it, and officials: half a unit goes up."""

from decimal import ROUND_HALF_UP, Decimal


def half_up(value: Decimal | int, places: int) -> Decimal:
    """A number with so many decimals; what is cut off rounds the last one, half a unit away from zero."""
    return Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
