"""A household's phone number is looked at by whoever helps it; the look stands in the journal."""

from datetime import datetime

from django.db import transaction

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import HELP_OWN
from jingzhun.registry.models import Household

from .permitted import require_help


@transaction.atomic
def reveal_phone(household: Household, *, by: User, at: datetime | None = None) -> str:
    """The household's phone number, unmasked. Raises NotYours."""
    require_help(by, [household])
    where = (household.number, household.village_code)
    record(Decision("assistance.phone_seen", "household", *where, permission=HELP_OWN), by=by, at=at)
    return household.phone
