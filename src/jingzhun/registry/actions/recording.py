"""A household enters the register of residents: it is not poor by that, only known."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.people.models import User
from jingzhun.registry.models import Event, Household, Member
from jingzhun.registry.rules import entry
from jingzhun.registry.rules.refusals import Refused

from . import numbers
from .edits import refuse, with_derived, with_indexes
from .events import tell_event
from .facts import Facts
from .saving import on_behalf_of


@transaction.atomic
def record_household(
    area: Area, head: dict[str, Any], values: dict[str, Any], *, on: date, by: User, note: str = ""
) -> Event:
    """Record a household of a village or group with its head, under the village's next number. Raises Refused."""
    if area.level not in (Level.VILLAGE, Level.GROUP):
        raise Refused.because(_("A household lives in a village or in a group of one."), "area")
    if on > timezone.localdate():
        raise Refused.because(_("The day lies in the future."), "on")
    refuse([*entry.member_remarks(head, timezone.localdate()), *entry.household_remarks(values)])
    facts = Facts()
    household = Household(
        number=numbers.next_household(area.code[: Level.VILLAGE.digits]), area=area, **with_indexes(values)
    )
    with on_behalf_of(by, event=True):
        facts.add(household)
        household.refresh_from_db()
        member = Member(
            household=household,
            number=numbers.next_person(household),
            joined_on=on,
            **(with_derived(head) | {"relation": "head"}),
        )
        facts.add(member)
    return tell_event("registered", household, facts, on=on, by=by, note=note, member=member)
