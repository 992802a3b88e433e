"""Who helps a household now, and whom nobody helps."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from jingzhun.assistance.models import Pairing
from jingzhun.registry.models import Household

from .instance import registered


def in_force(on: date) -> Q:
    """Condition on pairings that hold on a day."""
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def current_helpers(household_ids: Iterable[int], on: date) -> dict[int, list[Pairing]]:
    """Pairings in force on a day by household, who is in charge first; one query."""
    rows = Pairing.objects.filter(in_force(on), household__in=list(household_ids))
    found: dict[int, list[Pairing]] = defaultdict(list)
    for row in rows.select_related("cadre__organisation").order_by("household", "place"):
        found[row.household_id].append(row)
    return dict(found)


def without_helper(county: str, on: date) -> QuerySet[Household]:
    """Households on the register of whom nobody is in charge (R16: there may be none)."""
    helped = Pairing.objects.filter(in_force(on), household=OuterRef("pk"), place=1)
    return registered(county, on).filter(~Exists(helped))
