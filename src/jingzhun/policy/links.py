"""Addresses of the lists behind policy's numbers."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode


def households(area: str, **query: Any) -> str:
    """Households of an area in the register's list."""
    return f"{reverse('registry:households')}?{urlencode({'area': area} | query, doseq=True)}"


def left_in(area: str, year: int) -> str:
    """Households of an area that left the register in a year."""
    return households(area, year=year, exit_year=year)


def answers(area: str, policy: str, show: str, year: int) -> str:
    """The list of the last batch behind a number: households entitled to a policy, or unknown."""
    asked: dict[str, Any] = {"area": area, "policy": policy, "show": show, "year": year}
    return f"{reverse('policy:entitlement-list')}?{urlencode(asked)}"
