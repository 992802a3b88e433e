"""What holds for the supervision of a county on a day."""

from datetime import date
from decimal import Decimal

from jingzhun.areas.rules import Level
from jingzhun.parameters.queries import NoParameter, values


def term(name: str, area: str, on: date) -> Decimal:
    """A county's value on a day. Raises NoParameter."""
    county = area[: Level.COUNTY.digits]
    found = values([name], county, on)
    if name not in found:
        raise NoParameter(name, county, on)
    return found[name]
