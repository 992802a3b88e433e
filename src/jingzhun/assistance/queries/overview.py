"""The help of an area at one look: for each town of a county, or each village of a town, what is due and what came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Substr

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.rules import measures as rules
from jingzhun.people.models import User

from .lists import Asked, households, lacking, measures, needs
from .measures import late
from .needs import overdue

# What is counted: the list that a number opens, and how that list is narrowed.
COLUMNS: Sequence[tuple[str, str, str]] = (
    ("all", "households", ""),
    ("visit", "households", "lacks=visit"),
    ("helper", "households", "lacks=helper"),
    ("plan", "households", "lacks=plan"),
    ("agreement", "households", "lacks=agreement"),
    ("open", "needs", "state=open"),
    ("overdue", "needs", "state=overdue"),
    ("planned", "measures", "state=planned"),
    ("late", "measures", "state=late"),
    ("delivered", "measures", "state=delivered"),
    ("confirmed", "measures", "state=confirmed"),
)


@dataclass
class Row:
    """An area with its numbers, by the names of COLUMNS."""

    code: str
    name: str
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def cells(self) -> list[tuple[int, str, str, str]]:
        """Number, what it counts, the list that it opens, and how the list is narrowed, in the order of COLUMNS."""
        return [(self.numbers.get(name, 0), name, where, narrowed) for name, where, narrowed in COLUMNS]


def overview(user: User, area_code: str, today: date) -> list[Row]:
    """One row for each area below, by code; four queries for any number of households."""
    below = Level.TOWN if len(area_code) < Level.TOWN.digits else Level.VILLAGE
    asked, rows = Asked(area=area_code), {}
    for area in Area.objects.filter(level=below, code__startswith=area_code, valid_until=None).order_by("code"):
        rows[area.code] = Row(area.code, area.short_name)
    lacks = {name: Count("pk", filter=condition) for name, condition in lacking(user, today).items()}
    of_needs = {"open": Count("pk", filter=Q(state="open")), "overdue": Count("pk", filter=overdue(today))}
    of_measures = {state: Count("pk", filter=Q(state=state)) for state in rules.NEXT}
    _count(rows, households(user, asked, today), "village_code", below, {"all": Count("pk"), **lacks})
    _count(rows, needs(user, asked, today), "household__village_code", below, of_needs)
    counts = {**of_measures, "late": Count("pk", filter=late(today))}
    _count(rows, measures(user, asked, today), "household__village_code", below, counts)
    return [row for row in rows.values() if row.numbers]


def _count(rows: dict[str, Row], found: Any, area_field: str, below: Level, counts: dict[str, Count]) -> None:
    grouped = found.order_by().values(below=Substr(area_field, 1, below.digits)).annotate(**counts)
    for each in grouped.values("below", *counts):
        code = each.pop("below")
        rows.setdefault(code, Row(code, code)).numbers.update(each)
