"""What the handbooks of some households hold (domain 5.5): a bounded number of queries for any number of households."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from jingzhun.assistance.models import HouseholdPlan, Measure, Pairing, Visit
from jingzhun.assistance.rules import measures as rules
from jingzhun.policy.models import Entitlement
from jingzhun.registry.models import Household, Member, RegisterSpell, Survey
from jingzhun.registry.queries.status import has_status

from .helpers import current_helpers

YEARS, VISITS = 3, 12  # shown at most


@dataclass
class Handbook:
    """One household: who lives there, who helps, what is planned, what came, what was earned."""

    household: Household
    registered_on: date | None = None
    members: list[Member] = field(default_factory=list)
    helpers: list[Pairing] = field(default_factory=list)
    plan: HouseholdPlan | None = None
    planned: list[Measure] = field(default_factory=list)
    received: list[Measure] = field(default_factory=list)
    entitled: list[Entitlement] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)  # the latest first
    visits: list[Visit] = field(default_factory=list)  # the latest first

    @property
    def head(self) -> str:
        """The name of the head, else the number."""
        return next((each.name for each in self.members if each.relation == "head"), self.household.number)


def of_village(code: str, on: date) -> QuerySet[Household]:
    """Households of a village that are on the register on a day, by number."""
    rows = Household.objects.filter(has_status("registered", on), village_code=code, closed_on=None)
    return rows.order_by("number")


def handbooks(households: QuerySet[Household], today: date) -> list[Handbook]:
    """Handbooks in the order of the households; ten queries."""
    books = {each.pk: Handbook(each) for each in households.select_related("area__parent")}
    _each(books, "members", Member.objects.filter(left_on=None).order_by("household", "number"))
    _each(books, "surveys", Survey.objects.order_by("household", "-year"), YEARS)
    _each(books, "visits", Visit.objects.select_related("cadre", "by").order_by("household", "-on", "-pk"), VISITS)
    entitled = Entitlement.objects.filter(year=_year(books), answer=True).select_related("version")
    _each(books, "entitled", entitled.order_by("household", "policy__code"))
    for pk, helpers in current_helpers(books, today).items():
        books[pk].helpers = helpers
    for spell in RegisterSpell.objects.filter(household__in=books).order_by("registered_on"):
        books[spell.household_id].registered_on = spell.registered_on  # the latest stays
    for plan in HouseholdPlan.objects.filter(household__in=books).order_by("year"):
        books[plan.household_id].plan = plan  # the latest stays
    for measure in Measure.objects.filter(household__in=books).order_by("due_on", "pk"):
        book = books[measure.household_id]
        if measure.state in rules.RECEIVED:
            book.received.append(measure)
        elif measure.state != rules.DROPPED:
            book.planned.append(measure)
    return list(books.values())


def _year(books: dict[int, Handbook]) -> int:
    """The latest year for which entitlements were worked out; 0 for none."""
    rows = Entitlement.objects.filter(household__in=books).order_by("-year")
    return rows.values_list("year", flat=True).first() or 0


def _each(books: dict[int, Handbook], name: str, rows: QuerySet[Any], most: int | None = None) -> None:
    """Put rows to their households, so many of each at most."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(household__in=books):
        found[row.household_id].append(row)
    for pk, of in found.items():
        setattr(books[pk], name, of[:most])
