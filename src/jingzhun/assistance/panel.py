"""What assistance shows on a household's page: a place that is filled once it is seen; the page asks nothing for it."""

from typing import Any

from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_ASSISTANCE
from jingzhun.registry.models import Household
from jingzhun.registry.panels import Panel


def context(user: User, household: Household) -> dict[str, Any] | None:
    """Nothing for whoever may not see help here."""
    return {"household": household} if user.can(VIEW_ASSISTANCE, household.village_code) else None


HELP = Panel("assistance", "assistance/panel_place.html", context)
