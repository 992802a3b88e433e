"""What assistance shows on a household's page: who helps, the last visit, needs and measures."""

from typing import Any

from django.utils import timezone

from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_ASSISTANCE
from jingzhun.registry.models import Household
from jingzhun.registry.panels import Panel

from .models import Measure, Need, Pairing, Visit
from .queries.helpers import in_force
from .rules import measures as rules


def context(user: User, household: Household) -> dict[str, Any] | None:
    """Nothing for whoever may not see help here."""
    if not user.can(VIEW_ASSISTANCE, household.village_code):
        return None
    states = list(Measure.objects.filter(household=household).values_list("state", flat=True))
    paired = Pairing.objects.filter(in_force(timezone.localdate()), household=household)
    return {
        "household": household,
        "helpers": list(paired.select_related("cadre__organisation").order_by("place")),
        "last": Visit.objects.filter(household=household).values_list("on", flat=True).first(),
        "open_needs": Need.objects.filter(household=household).exclude(state=Need.State.CLOSED).count(),
        "received": sum(state in rules.RECEIVED for state in states),
        "running": sum(state not in (*rules.RECEIVED, rules.DROPPED) for state in states),
    }


HELP = Panel("assistance", "assistance/panel.html", context)
