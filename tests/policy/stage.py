"""A county with the reference policies and whoever works with them, for policy's stories."""

from datetime import date
from typing import Any

from tests.registry.factories import VILLAGE, make_household, make_village

from jingzhun.areas.models import Area
from jingzhun.policy.actions.reference import load_reference
from jingzhun.policy.models import Policy
from jingzhun.policy.queries.entitlement import Answer, entitlements_of
from jingzhun.registry.models import Household

COUNTY = VILLAGE[:6]
DAY = date(2014, 12, 31)


def make_county() -> Area:
    """A village of a county that has loaded the reference set."""
    make_village()
    county = Area.objects.get(pk=COUNTY)
    load_reference(county)
    return county


def poor(area: Any = VILLAGE, **values: Any) -> Household:
    """A registered household."""
    return make_household(area, **{"registered_on": date(2014, 6, 30), "attribute": "general", "survey": {}} | values)


def answer_of(household: Household, code: str, on: date = DAY) -> Answer:
    return next(each for each in entitlements_of(household, on) if each.policy.code == code)


def policy(code: str) -> Policy:
    return Policy.objects.get(code=code)
