"""What a pairing costs, what each rank must and may take, and why a plan falls short: pure functions and tables.

Costs are counted in metres of way: whatever else counts is worth so many kilometres (dated parameters).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH_KM = 6371.0
RANKS = ("county", "department", "ordinary")
NAMES = (
    *(f"helper_{side}_{rank}" for side in ("least", "most") for rank in RANKS),
    *("pairing_km_same_village", "pairing_km_same_town", "pairing_km_same_county"),
    *("pairing_without_skill", "pairing_outside_unit", "pairing_parting"),
)
METRES = 1000


@dataclass(frozen=True)
class Terms:
    """What holds in the county on the day: households by rank, and what counts how many metres."""

    least: Mapping[str, int]
    most: Mapping[str, int]
    same_village: int
    same_town: int
    same_county: int
    without_skill: int
    outside_unit: int
    parting: int

    @classmethod
    def of(cls, values: Mapping[str, Decimal]) -> "Terms":
        """From the parameters' values by name. Raises KeyError."""

        def metres(name: str) -> int:
            return int(values[name] * METRES)

        return cls(
            {rank: int(values[f"helper_least_{rank}"]) for rank in RANKS},
            {rank: int(values[f"helper_most_{rank}"]) for rank in RANKS},
            metres("pairing_km_same_village"),
            metres("pairing_km_same_town"),
            metres("pairing_km_same_county"),
            metres("pairing_without_skill"),
            metres("pairing_outside_unit"),
            metres("pairing_parting"),
        )

    def loads(self, rank: str, capacity: int | None) -> tuple[int, int]:
        """Households of a helper at least and at most; who can take fewer than the rank's least takes just those."""
        most = self.most[rank] if capacity is None else capacity
        return min(self.least[rank], most), most


@dataclass(frozen=True)
class Place:
    """Where something is: the area's code, and its point (longitude, latitude) where it has one."""

    code: str
    point: tuple[float, float] | None = None


def way(one: Place | None, other: Place, terms: Terms) -> int:
    """Metres between a helper's home or office and a village: as the crow flies between two points, else by level."""
    if one is None:
        return terms.same_county
    if one.code[:12] == other.code[:12] and len(one.code) >= 12:
        return terms.same_village
    if one.point and other.point:
        return int(great_circle(one.point, other.point) * METRES)
    return terms.same_town if one.code[:9] == other.code[:9] and len(one.code) >= 9 else terms.same_county


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two points (longitude, latitude in degrees); the haversine formula."""
    longitude, latitude = radians(other[0] - one[0]), radians(other[1] - one[1])
    half = sin(latitude / 2) ** 2 + cos(radians(one[1])) * cos(radians(other[1])) * sin(longitude / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


@dataclass(frozen=True)
class Fit:
    """How a cadre and a household go together: metres of way, a skill that answers the cause, the unit's village."""

    way: int
    skilled: bool
    own: bool
    kin: bool = False

    def cost(self, terms: Terms) -> int:
        """Metres; whether they are kin is asked apart."""
        return self.way + terms.without_skill * (not self.skilled) + terms.outside_unit * (not self.own)


@dataclass(frozen=True)
class Load:
    """Households of a cadre in a plan, and how many there are at least and at most."""

    households: int
    least: int
    most: int

    @property
    def short(self) -> int:
        return max(self.least - self.households, 0)

    @property
    def over(self) -> bool:
        return self.households > self.most


class Reason(StrEnum):
    """Why a plan falls short."""

    NO_HELPERS = "no_helpers"  # there is nobody
    CAPACITY = "capacity"  # all helpers together take fewer households than there are
    OUT_OF_REACH = "out_of_reach"  # everybody is kin in a village
    NO_ROOM = "no_room"  # who may go to a village takes others: there is room, but only with kin of it
    QUOTAS = "quotas"  # the quotas of all ranks together ask for more households than there are
    QUOTA = "quota"  # helpers of a rank lack households to their quota


@dataclass(frozen=True)
class Gap:
    """One thing that falls short, by `number` households. `asked`: what the least or the most numbers come to."""

    reason: Reason
    number: int
    area_code: str = ""
    rank: str = ""
    helpers: int = 0
    asked: int = 0
    households: int = 0
    units: tuple[tuple[str, int], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "reason": str(self.reason),
            "number": self.number,
            "area": self.area_code,
            "rank": self.rank,
            "helpers": self.helpers,
            "asked": self.asked,
            "households": self.households,
            "units": [list(each) for each in self.units],
        }


@dataclass(frozen=True)
class Lacking:
    """How many helpers of a rank lack how many households to their quota; which units lack most; the rank's quotas."""

    helpers: int
    number: int
    asked: int
    units: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Standing:
    """What a plan leaves open, by village and by rank, and what there is in all.

    without: households without a helper by village; reachable: whether any helper may go there.
    """

    households: int
    helpers: int
    capacity: int
    without: Mapping[str, int]
    reachable: Mapping[str, bool]
    ranks: Mapping[str, Lacking]


def gaps(found: Standing) -> list[Gap]:
    """Why a plan falls short: what nobody could do first, then whom nobody reaches, then whose quota is not met."""
    alone = sum(found.without.values())
    if not found.helpers:
        return [Gap(Reason.NO_HELPERS, alone)] if alone else []
    told = []
    if alone and (beyond := found.households - found.capacity) > 0:
        told.append(Gap(Reason.CAPACITY, beyond, helpers=found.helpers, asked=found.capacity,
                        households=found.households))  # fmt: skip
    for code, number in sorted(found.without.items()):
        if not found.reachable.get(code, True):
            told.append(Gap(Reason.OUT_OF_REACH, number, code))
        elif found.capacity >= found.households:
            told.append(Gap(Reason.NO_ROOM, number, code))
    lacking = {rank: each for rank, each in found.ranks.items() if each.number}
    asked = sum(each.asked for each in found.ranks.values())
    if lacking and asked > found.households:
        told.append(Gap(Reason.QUOTAS, asked - found.households, helpers=found.helpers, asked=asked,
                        households=found.households))  # fmt: skip
    told += [
        Gap(Reason.QUOTA, each.number, rank=rank, helpers=each.helpers, asked=each.asked,
            households=found.households, units=each.units)
        for rank, each in lacking.items()
    ]  # fmt: skip
    return told
