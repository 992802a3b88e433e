"""What holds for the assessment of a county on a day."""

from datetime import date, timedelta
from decimal import Decimal

from jingzhun.areas.rules import Level
from jingzhun.parameters.queries import NoParameter, values


def term(name: str, area: str, on: date) -> Decimal:
    """The value of an area's county on a day. Raises NoParameter."""
    county = area[: Level.COUNTY.digits]
    found = values([name], county, on)
    if name not in found:
        raise NoParameter(name, county, on)
    return found[name]


def appeal_days(county: str, on: date) -> int:
    """Natural days for which the judged may appeal. Raises NoParameter."""
    return int(term("score_appeal_days", county, on))


def closing_day(county: str, subject: str, year: int, today: date) -> date:
    """The last day whose facts count for a year: its last, for funds some days later, never after today."""
    days = 0
    if subject == "county":
        days = int(term("fund_closing_days", county, min(date(year, 12, 31), today)))
    return min(date(year, 12, 31) + timedelta(days=days), today)
