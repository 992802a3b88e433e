"""What holds for a county's scores on a day."""

from datetime import date, timedelta

from jingzhun.parameters.queries import NoParameter, values

NAMES = ("score_appeal_days", "fund_closing_days")


def appeal_days(county: str, on: date) -> int:
    """Natural days for which the judged may appeal. Raises NoParameter."""
    return _value(NAMES[0], county, on)


def closing_day(county: str, subject: str, year: int, today: date) -> date:
    """The last day whose facts count for a year: its last, for funds some days later, never after today."""
    days = _value(NAMES[1], county, min(date(year, 12, 31), today)) if subject == "county" else 0
    return min(date(year, 12, 31) + timedelta(days=days), today)


def _value(name: str, county: str, on: date) -> int:
    found = values([name], county, on)
    if name not in found:
        raise NoParameter(name, county, on)
    return int(found[name])
