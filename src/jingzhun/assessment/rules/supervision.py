"""How many an inspection draws, how late an order is, where a tip may go."""

from datetime import date
from decimal import ROUND_CEILING, Decimal

SHARE, DAYS, ESCALATION = "inspection_share", "rectification_days", "rectification_escalation_days"
TIP_DAYS = {"advice": "tip_advice_days", "investigation": "tip_investigation_days"}
TOWN, COUNTY, LEADER = 1, 2, 3


def sample_size(population: int, share: Decimal) -> int:
    """So many of a population, at least one of any."""
    return int((population * share).to_integral_value(ROUND_CEILING))


def escalation(due_on: date, finished_on: date | None, today: date, every: int) -> int:
    """To whom a late order is shown: 0 nobody, 1 the town, after `every` days 2 the county, then 3 the leader."""
    if finished_on is not None or today <= due_on:
        return 0
    return min(LEADER, TOWN + ((today - due_on).days - 1) // every)


def may_handle(about: str, handler: str) -> bool:
    """Whether a place may answer a tip: one above the place complained of, never that place or one below it."""
    return about != handler and about.startswith(handler)
