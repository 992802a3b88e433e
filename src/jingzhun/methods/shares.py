"""Shares and how they are written: a share is exact, and rounded once, half up, where somebody reads it."""

from decimal import ROUND_HALF_UP, Decimal


def share(part: int, whole: int) -> Decimal | None:
    """A fraction, exact; None of nothing."""
    return Decimal(part) / whole if whole else None


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as people round: 36.45 is 36.5."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(fraction: Decimal | None, places: int = 1) -> str:
    """`36.5 %`; a dash for what is not known."""
    return "–" if fraction is None else f"{rounded(fraction * 100, places)} %"
