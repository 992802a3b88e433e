"""Numbers of households and persons: given once, in order, never again."""

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from jingzhun.registry.models import Household, HouseholdAlias, Member
from jingzhun.registry.rules.refusals import Refused

LAST_SERIAL, LAST_PERSON = 99_999, 99


def next_household(village_code: str) -> str:
    """The village's next free number: 12 digits of the village and a serial, former numbers counted in.

    The village is held until the transaction ends, so that two clerks never get the same number. Raises Refused.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"household-number {village_code}"])
    given = [
        model.objects.filter(number__startswith=village_code).aggregate(last=Max("number"))["last"]
        for model in (Household, HouseholdAlias)
    ]
    serial = max((int(number[12:]) for number in given if number), default=0) + 1
    if serial > LAST_SERIAL:
        raise Refused.because(_("The village has used up its 99,999 household numbers."))
    return f"{village_code}{serial:05d}"


def next_person(household: Household) -> str:
    """The household's next person number; the caller holds the household's lock. Raises Refused."""
    last = Member.objects.filter(household=household, number__startswith=household.number).aggregate(last=Max("number"))
    serial = int(last["last"][17:]) + 1 if last["last"] else 1
    if serial > LAST_PERSON:
        raise Refused.because(_("The household has used up its 99 person numbers."))
    return f"{household.number}{serial:02d}"
