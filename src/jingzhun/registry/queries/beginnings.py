"""Since when the register knows anything: of a household, and of anybody at all."""

from datetime import date

from django.db import connection
from django.db.models import Min

from jingzhun.registry.models import Household

# Each part is a look at one end of an index, or at a small table.
FIRST_DAY = """
SELECT least(
    (SELECT min(registered_on) FROM registry_registerspell),
    (SELECT make_date(min(year), 1, 1) FROM registry_survey),
    (SELECT min("on") FROM registry_event))
"""


def known_since(household: Household) -> date | None:
    """The first day on which a household had a member; None while it never had one. One query."""
    return household.members.aggregate(first=Min("joined_on"))["first"]


def register_begins() -> date | None:
    """The first day that the register tells of: of a survey's year, an entry or an event; None while it is empty.
    One query."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST_DAY)
        return cursor.fetchone()[0]
