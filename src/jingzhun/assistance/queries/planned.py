"""A plan of pairing on the screen: its pairs, village by village, and what it would do if it were put in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet

from jingzhun.areas.models import Area, within
from jingzhun.assistance.models import Pairing, PairingPlan, PlannedPair
from jingzhun.people.models import Organisation

from .instance import registered
from .lists import head_name

ONLY = ("new", "hand", "none")


@dataclass(frozen=True)
class Asked:
    """What the list of pairs is narrowed to; empty values do not."""

    area: str = ""
    organisation: int | None = None
    text: str = ""
    only: str = ""


def plans_of(county: Area) -> QuerySet[PairingPlan]:
    """Plans of a county, the latest first."""
    return PairingPlan.objects.filter(county=county).select_related("county", "made_by")


def pairs(plan: PairingPlan, asked: Asked) -> QuerySet[PlannedPair]:
    """Planned pairs with the name of the household's head, village by village."""
    rows = plan.pairs.select_related("household__area__parent", "cadre__organisation").order_by("household__number")
    rows = rows.annotate(head=head_name())
    if asked.area:
        rows = rows.filter(within(asked.area, "household__village_code"))
    if asked.organisation:
        rows = rows.filter(cadre__organisation=asked.organisation)
    if asked.text:
        text = asked.text
        named = Q(cadre__name__startswith=text) | Q(cadre__number=text) | Q(household__number__startswith=text)
        rows = rows.filter(named | Q(head__startswith=text))
    conditions = {"new": Q(kept=False), "hand": Q(by_hand=True), "none": Q(cadre=None)}
    return rows.filter(conditions[asked.only]) if asked.only in conditions else rows


@dataclass(frozen=True)
class VillageLine:
    """A village in a plan: households, how many helpers they have, how many pairs are new, metres on average."""

    area: Area
    households: int
    helpers: int
    new: int
    without: int
    cost: float


def by_village(plan: PairingPlan) -> list[VillageLine]:
    """The plan village by village; two queries."""
    rows = list(
        plan.pairs.order_by("household__village_code")
        .values("household__village_code")
        .annotate(
            households=Count("pk"),
            helpers=Count("cadre", distinct=True),
            new=Count("pk", filter=Q(kept=False, cadre__isnull=False)),
            without=Count("pk", filter=Q(cadre=None)),
            cost=Avg("cost", filter=Q(cadre__isnull=False)),
        )
    )
    areas = Area.objects.select_related("parent").in_bulk([row["household__village_code"] for row in rows])
    return [_line(areas[row.pop("household__village_code")], row) for row in rows]


def _line(area: Area, row: dict[str, Any]) -> VillageLine:
    return VillageLine(area, **row | {"cost": row["cost"] or 0.0})


def organisations(plan: PairingPlan) -> QuerySet[Organisation]:
    """Those whose cadres help by the plan."""
    helping = plan.pairs.order_by().values("cadre__organisation")
    return Organisation.objects.filter(pk__in=helping).order_by("level", "name")


def places(plan: PairingPlan) -> QuerySet[Area]:
    """Towns and villages of the county."""
    return Area.objects.filter(
        within(plan.county_id, "code"), level__in=("town", "village"), valid_until=None
    ).order_by("code")


@dataclass(frozen=True)
class Publishing:
    """What would happen: households that get their first helper, that change helpers, that stay; and who is left out.

    `left_out`: on the register on the day, but not in the plan.
    """

    first: int
    changed: int
    stay: int
    left_out: int


def publishing(plan: PairingPlan, day: date) -> Publishing:
    """What it would do to put a plan in force from a day; three queries."""
    now = Pairing.objects.filter(household=OuterRef("household"), place=1, until=None)
    rows = plan.pairs.filter(cadre__isnull=False)
    stay = rows.filter(Exists(now.filter(cadre=OuterRef("cadre")))).count()
    helped = rows.filter(Exists(now)).count()
    planned = PlannedPair.objects.filter(plan=plan, household=OuterRef("pk"))
    left_out = registered(plan.county_id, day).filter(~Exists(planned)).count()
    return Publishing(rows.count() - helped, helped - stay, stay, left_out)


def letters_wanted(plan: PairingPlan, asked: Asked) -> Sequence[int]:
    """Cadres who get a letter: those with a pair among the ones asked for; one query."""
    rows = pairs(plan, asked).filter(cadre__isnull=False).order_by("cadre__organisation__name", "cadre__number")
    return list(dict.fromkeys(rows.values_list("cadre", flat=True)))
