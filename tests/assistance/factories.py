"""Organisations, cadres and pairings for tests, with as little typing as a story needs."""

from datetime import date
from itertools import count
from typing import Any

from tests.registry.factories import VILLAGE, make_area

from jingzhun.assistance.models import Pairing
from jingzhun.people.models import Cadre, Organisation
from jingzhun.registry.models import Household

_serial = count(1)
SINCE = date(2014, 10, 20)


def make_organisation(name: str = "永寿县教育局", level: str = "county", area: str = "610426") -> Organisation:
    """An organisation, made once."""
    found, _made = Organisation.objects.get_or_create(name=name, defaults={"level": level, "area": make_area(area)})
    return found


def make_cadre(name: str = "高帮扶", rank: str = "ordinary", **values: Any) -> Cadre:
    """A cadre of a county's unit who serves since the beginning of 2014."""
    defaults: dict[str, Any] = {
        "number": f"T{next(_serial):05d}",
        "organisation": values.pop("organisation", None) or make_organisation(),
        "county": make_area("610426"),
        "near": make_area(values.pop("near", VILLAGE[:9])),
        "serves_from": date(2014, 1, 1),
    }
    return Cadre.objects.create(name=name, rank=rank, **(defaults | values))


def make_pairing(household: Household, cadre: Cadre | None = None, **values: Any) -> Pairing:
    """A pairing in force since October 2014."""
    defaults = {"since": SINCE, "place": 1}
    return Pairing.objects.create(household=household, cadre=cadre or make_cadre(), **(defaults | values))
