"""The moment that an address asks for, and what cannot be taken from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils import timezone
from django.utils.translation import gettext as _

from .queries.asked import Asked, asked_for
from .queries.beginnings import register_begins

_YEARS = frozenset(map(str, range(1991, 2102)))


@dataclass(frozen=True)
class Moment:
    """What an address says of the moment it asks for; `ignored` tells in words what could not be followed."""

    year: int | None
    on: date | None
    ignored: tuple[str, ...] = ()

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        year, not_a_year = _year(query.get("year", ""))
        on, not_a_day = _day(query.get("on", ""))
        return cls(year, on, tuple(filter(None, (not_a_year, not_a_day))))

    def asked(self) -> Asked:
        """The moment, the newest where nothing is asked for."""
        return asked_for(self.year, self.on)

    def too_early(self, asked: Asked) -> date | None:
        """The register's first day if the moment lies before it; one query, none where the address names no moment."""
        if self.year is None and self.on is None:
            return None
        first = register_begins()
        return first if first and asked.day < first else None


def _year(text: str) -> tuple[int | None, str]:
    if not text:
        return None, ""
    if text not in _YEARS:
        return None, _("“%(value)s” is no year that a register could have; it was ignored.") % {"value": text[:40]}
    if int(text) > timezone.localdate().year:
        return None, _("The year %(value)s has not begun yet; it was ignored.") % {"value": text}
    return int(text), ""


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, _("“%(value)s” is not a day; it was ignored.") % {"value": text[:40]}
    if day > timezone.localdate():
        return None, _("The day %(value)s lies in the future; it was ignored.") % {"value": day.isoformat()}
    return day, ""
