"""Addresses of the lists behind the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_HOUSEHOLDS
from jingzhun.registry.queries.situation import Situation

Query = dict[str, Any]
RURAL, INHABITED = ("rural", "yes"), ("size_min", "1")


@dataclass(frozen=True)
class Links:
    """Lists of an area at the end of a year; the empty text for users who may not see its households.

    `only` narrows every list of households to those that the situation counts, where the register holds others too.
    """

    area: str
    year: int
    may_list: bool
    only: tuple[tuple[str, str], ...] = ()

    @classmethod
    def behind(cls, found: Situation, user: User) -> "Links":
        only = [RURAL] if found.counted.urban else []
        only += [INHABITED] if found.counted.nobody else []
        return cls(found.area, found.year, user.can(VIEW_HOUSEHOLDS, found.area), tuple(only))

    def narrowed(self) -> "Links":
        """For years of which it is not known whether the register holds others too."""
        return replace(self, only=(RURAL, INHABITED))

    def households(self, area: str = "", *, year: int = 0, **query: str | Sequence[str]) -> str:
        """Households of the area, or of one in it."""
        if not self.may_list:
            return ""
        wanted: Query = {"area": area or self.area, "year": year or self.year} | dict(self.only) | query
        return f"{reverse('registry:households')}?{urlencode(wanted, doseq=True)}"

    def poor(self, area: str = "", **query: Any) -> str:
        """Households on the register."""
        return self.households(area, status="registered", **query)

    def villages(self, area: str = "", **query: str) -> str:
        if not self.may_list:
            return ""
        wanted: Query = {"area": area or self.area, "year": self.year, "rural": "yes"} | query
        return f"{reverse('registry:villages')}?{urlencode(wanted)}"

    def village(self, code: str) -> str:
        """The page of a village; its situation for those who may not open that."""
        if not self.may_list:
            return self.situation(code)
        return f"{reverse('registry:village', args=[code])}?{urlencode({'year': self.year})}"

    def situation(self, area: str = "", **query: Any) -> str:
        """The situation of another area or year."""
        wanted: Query = {"area": area or self.area, "year": self.year} | query
        return f"{reverse('web:situation')}?{urlencode(wanted)}"
