"""What a pairing costs, what each rank must and may take, and why a plan falls short: pure functions and tables.

Costs are counted in metres of way: whatever else counts is worth so many kilometres (dated parameters).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

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


class Reason(StrEnum):
    """Why a plan falls short."""

    NO_HELPERS = "no_helpers"  # there is nobody
    NO_ROOM = "no_room"  # the helpers can take fewer households than there are
    OUT_OF_REACH = "out_of_reach"  # everybody is kin
    QUOTA = "quota"  # the quotas of a rank ask for more households than there are for it


@dataclass(frozen=True)
class Gap:
    """One thing that falls short: so many households of an area, or so many that helpers of a rank lack."""

    reason: Reason
    number: int
    area_code: str = ""
    rank: str = ""
    helpers: int = 0

    def as_json(self) -> dict[str, str | int]:
        return {"reason": str(self.reason), "number": self.number, "area": self.area_code, "rank": self.rank,
                "helpers": self.helpers}  # fmt: skip


def gaps(
    without: Mapping[str, int], reachable: Mapping[str, bool], short: Mapping[str, tuple[int, int]], helpers: int
) -> list[Gap]:
    """What a plan leaves open, in words that a table of `Reason` gives.

    without: households without a helper by village; reachable: whether any helper may go there; short: by rank, how
    many helpers lack how many households to their quota.
    """
    if not helpers:
        return [Gap(Reason.NO_HELPERS, sum(without.values()))] if without else []
    found = [Gap(Reason.OUT_OF_REACH, number, code) for code, number in sorted(without.items()) if not reachable[code]]
    room = sum(number for code, number in without.items() if reachable[code])
    if room:
        found.append(Gap(Reason.NO_ROOM, room))
    found += [
        Gap(Reason.QUOTA, number, rank=rank, helpers=lacking) for rank, (lacking, number) in short.items() if number
    ]
    return found
