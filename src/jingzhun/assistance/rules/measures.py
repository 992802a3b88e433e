"""What a measure may be: the order of its states, the terms of credit and relocation, what counts as received."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

NAMES = ("credit_most", "credit_months", "relocation_area", "relocation_self_person", "relocation_self_household")
PLANNED, APPROVED, DELIVERED, CONFIRMED, DROPPED = "planned", "approved", "delivered", "confirmed", "dropped"
NEXT: Mapping[str, tuple[str, ...]] = {
    PLANNED: (APPROVED, DROPPED),
    APPROVED: (DELIVERED, DROPPED),
    DELIVERED: (CONFIRMED, DROPPED),
    CONFIRMED: (),
    DROPPED: (),
}
RECEIVED = (CONFIRMED,)  # without the household's signature a measure does not count as delivered (domain 5.3, R18)


CREDIT_KIND, RELOCATION = "credit", "relocation"
WITH_TERMS = (CREDIT_KIND, RELOCATION)


class Doubt(StrEnum):
    """What is beyond the rules (R19)."""

    CREDIT_AMOUNT = "credit_amount"
    CREDIT_TERM = "credit_term"
    RELOCATION_AREA = "relocation_area"
    SELF_PER_PERSON = "self_per_person"
    SELF_PER_HOUSEHOLD = "self_per_household"


CREDIT = frozenset({Doubt.CREDIT_AMOUNT, Doubt.CREDIT_TERM})


@dataclass(frozen=True)
class Terms:
    """What holds on the day: yuan, months, square metres."""

    credit_most: Decimal
    credit_months: Decimal
    relocation_area: Decimal
    relocation_self_person: Decimal
    relocation_self_household: Decimal

    @classmethod
    def of(cls, values: Mapping[str, Decimal]) -> "Terms":
        """From the parameters' values by name. Raises KeyError."""
        return cls(**{name: values[name] for name in NAMES})


def doubts(
    kind: str,
    terms: Terms,
    *,
    persons: int,
    amount: Decimal | None = None,
    months: int | None = None,
    area: Decimal | None = None,
    self_payment: Decimal | None = None,
) -> frozenset[Doubt]:
    """What goes beyond the rules of credit and relocation; what is not known goes beyond nothing (R19)."""
    found = set()
    if kind == CREDIT_KIND:
        if amount is not None and amount > terms.credit_most:
            found.add(Doubt.CREDIT_AMOUNT)
        if months is not None and months > terms.credit_months:
            found.add(Doubt.CREDIT_TERM)
    if kind == RELOCATION and persons:
        if area is not None and area > terms.relocation_area * persons:
            found.add(Doubt.RELOCATION_AREA)
        if self_payment is not None and self_payment > terms.relocation_self_person * persons:
            found.add(Doubt.SELF_PER_PERSON)
        if self_payment is not None and self_payment > terms.relocation_self_household:
            found.add(Doubt.SELF_PER_HOUSEHOLD)
    return frozenset(found)


def may_become(state: str, wanted: str) -> bool:
    """Whether a measure goes from one state to another."""
    return wanted in NEXT[state]


class Timing(StrEnum):
    """A measure against the day on which it is due."""

    ON_TIME = "on_time"
    SOON = "soon"  # late unless somebody acts
    LATE = "late"
    CAME_LATE = "came_late"
    NONE = "none"  # dropped


def timing(state: str, due_on: date, delivered_on: date | None, today: date, soon_by: date) -> Timing:
    """Whether a measure is on time, will be late unless somebody acts, is late, or came late."""
    match state:
        case "planned" | "approved":
            return Timing.LATE if due_on < today else Timing.SOON if due_on <= soon_by else Timing.ON_TIME
        case "delivered" | "confirmed":
            return Timing.CAME_LATE if delivered_on and delivered_on > due_on else Timing.ON_TIME
        case _:
            return Timing.NONE


def is_late(state: str, due_on: date, today: date) -> bool:
    """Whether something that should be with the household by now is not."""
    return state in (PLANNED, APPROVED) and due_on < today
