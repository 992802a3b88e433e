"""Small numbers are left out of public statistics, and so many others that none can be computed back.

A number below the threshold (parameter `small_cell`) could tell who is meant. Where one alone is left out of a row of
numbers whose sum is known, subtraction gives it back; so the smallest others are left out with it, until every number
that is left out may be any of at least as many as the threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Suppressed:
    """Which of the numbers are left out, and whether their sum must be too."""

    hidden: tuple[bool, ...]
    total_hidden: bool = False


def suppress(numbers: Sequence[int], small: int) -> Suppressed:
    """What to leave out of numbers (none below zero) that are published with their sum."""
    hidden = [0 < number < small for number in numbers]
    if 0 < sum(numbers) < small:
        return Suppressed(tuple(number > 0 for number in numbers), True)
    if not any(hidden):
        return Suppressed(tuple(hidden))
    while uncertainty(numbers, hidden) < small:
        others = [index for index, number in enumerate(numbers) if number and not hidden[index]]
        if not others:
            return Suppressed(tuple(hidden), True)
        hidden[min(others, key=lambda index: numbers[index])] = True
    return Suppressed(tuple(hidden))


def uncertainty(numbers: Sequence[int], hidden: Sequence[bool]) -> int:
    """How far apart the least and the greatest value are that each number left out may have, for who knows the sum.

    All are known to be one at least (a zero is published): n of them that add up to s lie in [1, s - n + 1] each.
    """
    left_out = [number for number, each in zip(numbers, hidden, strict=True) if each]
    return sum(left_out) - len(left_out)
