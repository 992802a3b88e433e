"""What identification shows on a household's page: its applications, the way to a new one, and its one-time code."""

from typing import Any

from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES, WORK_IN_VILLAGE
from jingzhun.registry.models import Household
from jingzhun.registry.panels import Panel

from .queries.applications import may_apply_now, on_its_page


def context(user: User, household: Household) -> dict[str, Any] | None:
    """Nothing for whoever may not see cases here."""
    if not user.can(VIEW_CASES, household.village_code):
        return None
    applications, situation = on_its_page(household)
    works = user.can(WORK_IN_VILLAGE, household.village_code) and not household.closed_on
    return {
        "household": household,
        "applications": applications,
        "may_apply": works and may_apply_now(household, applications, situation),
        "may_give_code": works,
        "code_until": situation.code_until,
    }


HOUSEHOLD = Panel("identification", "identification/panel.html", context)
