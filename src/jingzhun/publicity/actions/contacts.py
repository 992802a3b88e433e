"""Where people may turn to."""

from django.db import transaction

from jingzhun.areas.models import Area
from jingzhun.journal.actions import Actor, Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import SETTLE_OBJECTIONS
from jingzhun.publicity.models import Contact


@transaction.atomic
def set_contact(area: Area, *, office: str, phone: str, address: str, hours: str, by: Actor | System) -> Contact:
    """Say where objections are taken in an area. Raises PermissionError."""
    if isinstance(by, User) and not by.can(SETTLE_OBJECTIONS, area.code):
        raise PermissionError(area.code)
    told = {"office": office, "phone": phone, "address": address, "hours": hours}
    contact, _created = Contact.objects.update_or_create(area=area, defaults=told)
    decision = Decision(
        "publicity.contact_set", "contact", area.code, area.code, values=told, permission=SETTLE_OBJECTIONS
    )
    record(decision, by=by)
    return contact
