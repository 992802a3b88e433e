"""What holds for the projects of a county on a day."""

from datetime import date

from jingzhun.areas.rules import Level
from jingzhun.management.rules.projects import NAMES
from jingzhun.parameters.queries import NoParameter, values


def report_every(area: str, on: date) -> int:
    """How many days lie between two progress reports. Raises NoParameter."""
    return _value(NAMES[0], area, on)


def warning_days(area: str, on: date) -> int:
    """How many days before its day a stage is looked at. Raises NoParameter."""
    return _value(NAMES[1], area, on)


def _value(name: str, area: str, on: date) -> int:
    county = area[: Level.COUNTY.digits]
    found = values([name], county, on)
    if name not in found:
        raise NoParameter(name, county, on)
    return int(found[name])
