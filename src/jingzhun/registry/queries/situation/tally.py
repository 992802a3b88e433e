"""Counts of households and persons, all and poor."""

from dataclasses import dataclass
from decimal import Decimal

from jingzhun.methods.shares import share


@dataclass(frozen=True)
class Tally:
    """Households and persons of a group, and how many of them are on the register as poor.

    `net_income` is the sum of the surveyed households' yearly net incomes in yuan, `earners` the persons it counts for,
    `surveyed` the households whose incomes are known.
    """

    households: int = 0
    persons: int = 0
    poor_households: int = 0
    poor_persons: int = 0
    net_income: Decimal = Decimal(0)
    earners: int = 0
    surveyed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def incidence(self) -> Decimal | None:
        """Registered poor persons / rural persons, None where nobody lives."""
        return share(self.poor_persons, self.persons)

    @property
    def per_capita(self) -> Decimal | None:
        """Net income in yuan per person; None where no income is known."""
        return (self.net_income / self.earners).quantize(Decimal("0.01")) if self.earners else None
