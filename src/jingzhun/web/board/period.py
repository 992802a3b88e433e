"""A month, a quarter or a year, as an address names it: 2015-03, 2015-Q1, 2015."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

MONTH, QUARTER, YEAR = "month", "quarter", "year"
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
FORM = re.compile(r"(19\d\d|20\d\d|21\d\d)(?:-(?:(0[1-9]|1[0-2])|Q([1-4])))?")


@dataclass(frozen=True)
class Period:
    """From the first day of a month on for one, three or twelve months."""

    kind: str
    first: date

    @property
    def last(self) -> date:
        return _later(self.first, MONTHS[self.kind]) - timedelta(days=1)

    @property
    def code(self) -> str:
        if self.kind == YEAR:
            return f"{self.first.year}"
        if self.kind == QUARTER:
            return f"{self.first.year}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}"

    @property
    def label(self) -> str:
        told = {"year": self.first.year, "month": self.first.month, "quarter": (self.first.month + 2) // 3}
        if self.kind == YEAR:
            return _("year %(year)s") % told
        return (_("quarter %(quarter)s of %(year)s") if self.kind == QUARTER else _("%(year)s-%(month)s")) % told

    @property
    def before(self) -> "Period":
        return Period(self.kind, _later(self.first, -MONTHS[self.kind]))

    @property
    def after(self) -> "Period":
        return Period(self.kind, _later(self.first, MONTHS[self.kind]))

    def as_kind(self, kind: str) -> "Period":
        """The period of another length that holds this one's first day."""
        months = MONTHS[kind]
        return Period(kind, self.first.replace(month=(self.first.month - 1) // months * months + 1, day=1))

    @property
    def months(self) -> list["Period"]:
        return [Period(MONTH, _later(self.first, number)) for number in range(MONTHS[self.kind])]


def period_of(text: str, today: date) -> Period:
    """The period that a text names; today's month where it names none."""
    found = FORM.fullmatch(text)
    if found is None:
        return Period(MONTH, today.replace(day=1))
    year, month, quarter = found.groups()
    if quarter:
        return Period(QUARTER, date(int(year), int(quarter) * 3 - 2, 1))
    return Period(MONTH if month else YEAR, date(int(year), int(month or 1), 1))


def _later(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
