"""How a payment is drawn from the money of several sources that lie at a project."""

from collections.abc import Sequence
from decimal import Decimal


class NotEnough(ValueError):
    """There is less money than is to be paid; `missing` yuan."""

    def __init__(self, missing: Decimal) -> None:
        super().__init__(f"{missing} yuan are missing")
        self.missing = missing


def draw(balances: Sequence[tuple[int, Decimal]], amounts: Sequence[Decimal]) -> list[tuple[int, int, Decimal]]:
    """Parts that pay the amounts in order, out of the balances in order: amount's place, account, yuan.

    An amount that reaches over the end of one balance comes in two parts. Raises NotEnough.
    """
    if (missing := sum(amounts, Decimal(0)) - sum((left for _account, left in balances), Decimal(0))) > 0:
        raise NotEnough(missing)
    found: list[tuple[int, int, Decimal]] = []
    accounts = [account for account, _left in balances]
    left = [left for _account, left in balances]
    at = 0
    for place, amount in enumerate(amounts):
        unpaid = amount
        while unpaid > 0:
            if part := min(unpaid, left[at]):
                found.append((place, accounts[at], part))
            unpaid, left[at] = unpaid - part, left[at] - part
            at += left[at] == 0
    return found
