"""Plans of pairing with their pairs."""

from django.db.models import QuerySet

from jingzhun.areas.models import Area
from jingzhun.assistance.models import PairingPlan, PlannedPair

from .lists import head_name, village_name


def plans_of(county: Area) -> QuerySet[PairingPlan]:
    """Plans of a county, the latest first."""
    return PairingPlan.objects.filter(county=county).select_related("made_by")


def pairs_of(plan: PairingPlan, village: str = "", *, moved: bool = False) -> QuerySet[PlannedPair]:
    """The pairs of a plan by household; of a village, or only those that are not as today."""
    rows = plan.pairs.select_related("household__area__parent", "cadre__organisation").order_by("household__number")
    rows = rows.annotate(head=head_name(), village=village_name("household__village_code"))
    rows = rows.filter(household__village_code=village) if village else rows
    return rows.filter(kept=False) if moved else rows
