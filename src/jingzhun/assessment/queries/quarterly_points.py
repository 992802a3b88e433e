"""What the quarterly assessments of a year gave: they enter the year's score with their weight (domain.md §7.2)."""

from decimal import Decimal


def quarterly_points(county: str, subject: str, year: int) -> Decimal | None:
    """The mean of a year's quarterly results of a town, village (code) or department (key), out of 100.

    None where nothing was assessed: then the value is entered by hand with its evidence.
    """
    return None
