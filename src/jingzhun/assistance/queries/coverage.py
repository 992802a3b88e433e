"""The coverage board: villages, households and workstations of a county on a day, full or what is missing.

Seven queries, whatever the county's size.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Q

from jingzhun.areas.models import Area, within
from jingzhun.assistance.models import Posting, Presence
from jingzhun.assistance.rules.postings import NAMES, Held, Lack, Terms, lacks_of_town, lacks_of_village
from jingzhun.parameters.queries import NoParameter, values
from jingzhun.registry.models import VillageYear

from .helpers import without_helper
from .instance import registered


@dataclass
class Place:
    """A village or a town's workstation, with who is posted there."""

    area: Area
    poor: bool = False
    postings: list[Posting] = field(default_factory=list)
    lacks: list[Lack] = field(default_factory=list)
    households: int = 0
    unhelped: int = 0

    @property
    def is_full(self) -> bool:
        return not self.lacks and not self.unhelped

    def of_kinds(self, *kinds: str) -> list[Posting]:
        """Who is posted here as one of some kinds."""
        return [each for each in self.postings if each.kind in kinds]

    @property
    def first_secretaries(self) -> list[Posting]:
        return self.of_kinds(Posting.Kind.FIRST_SECRETARY)

    @property
    def leaders(self) -> list[Posting]:
        return self.of_kinds(Posting.Kind.LEADER)

    @property
    def others(self) -> list[Posting]:
        """The rest of the team, or the commissioners of a workstation."""
        return self.of_kinds(Posting.Kind.TEAM_LEADER, Posting.Kind.TEAM_MEMBER, Posting.Kind.COMMISSIONER)


@dataclass(frozen=True)
class TownRow:
    """A town on the grid: its workstation, its poor villages by what they lack, its households."""

    town: Place
    villages: Sequence[Place]

    @property
    def poor(self) -> int:
        return sum(place.poor for place in self.villages)

    @property
    def full(self) -> int:
        return sum(place.poor and not place.lacks for place in self.villages)

    @property
    def households(self) -> int:
        return sum(place.households for place in self.villages)

    @property
    def helped(self) -> int:
        return self.households - sum(place.unhelped for place in self.villages)

    def has(self, lack: Lack) -> int:
        """Poor villages that do not lack something."""
        return sum(place.poor and lack not in place.lacks for place in self.villages)


@dataclass(frozen=True)
class Board:
    """What a county's coverage comes to."""

    villages: list[Place]  # poor villages, and all where households are on the register
    towns: list[Place]
    terms: Terms

    @property
    def poor(self) -> list[Place]:
        return [place for place in self.villages if place.poor]

    @property
    def full_villages(self) -> int:
        return sum(not place.lacks for place in self.poor)

    @property
    def full_towns(self) -> int:
        return sum(not place.lacks for place in self.towns)

    @property
    def households(self) -> int:
        return sum(place.households for place in self.villages)

    @property
    def helped(self) -> int:
        return self.households - sum(place.unhelped for place in self.villages)

    @property
    def by_town(self) -> list[TownRow]:
        """One row for each town, by code."""
        return [
            TownRow(town, [place for place in self.villages if place.area.pk.startswith(town.area.pk)])
            for town in self.towns
        ]

    def lacking(self, lack: Lack) -> int:
        """Places that lack something."""
        return sum(lack in place.lacks for place in (*self.villages, *self.towns))


def terms_of(county: str, on: date) -> Terms:
    """What must be posted. Raises NoParameter."""
    found = values(NAMES, county, on)
    if missing := [name for name in NAMES if name not in found]:
        raise NoParameter(missing[0], county, on)
    return Terms.of(found)


def board(area_code: str, on: date) -> Board:
    """The board of a county, or of a part of it. Raises NoParameter."""
    terms = terms_of(area_code[:6], on)
    there = (Q(valid_until=None) | Q(valid_until__gt=on)) & Q(valid_from__lte=on)
    areas = Area.objects.filter(there, within(area_code, "code"), level__in=("town", "village")).order_by("code")
    places = {area.pk: Place(area) for area in areas}
    for code in poor_villages(area_code, on):
        if code in places:
            places[code].poor = True
    _posted(places, area_code, on)
    for name, rows in (("households", registered(area_code, on)), ("unhelped", without_helper(area_code, on))):
        counts = rows.order_by().values_list("village_code").annotate(number=Count("pk"))
        for code, number in counts:
            if code in places:
                setattr(places[code], name, number)
    towns = [place for place in places.values() if place.area.level == "town"]
    villages = [
        place for place in places.values() if place.area.level == "village" and (place.poor or place.households)
    ]
    _judge(villages, towns, on, terms)
    return Board(villages, towns, terms)


def place(area: Area, on: date) -> Place:
    """A village or a town with who is posted there on a day. Raises NoParameter."""
    found = board(area.pk, on)
    places = found.towns if area.level == "town" else found.villages
    return next((each for each in places if each.area == area), Place(area))


def poor_villages(area_code: str, on: date) -> set[str]:
    """Codes of the poor villages on a day, by each one's latest report."""
    rows = VillageYear.objects.filter(within(area_code, "area_id"), year__lte=on.year).order_by("area_id", "-year")
    latest = rows.distinct("area_id").values_list("area_id", "poor_village", "poor_since", "exited_on")
    return {
        code
        for code, poor, since, exited in latest
        if poor and (since is None or since <= on) and (exited is None or exited > on)
    }


def _posted(places: dict[str, Place], area_code: str, on: date) -> None:
    in_force = Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    rows = Posting.objects.filter(in_force, within(area_code, "area_id")).select_related("cadre__organisation")
    for posting in rows.order_by("area", "kind", "since"):
        if posting.area_id in places:
            places[posting.area_id].postings.append(posting)


def _judge(villages: list[Place], towns: list[Place], on: date, terms: Terms) -> None:
    last_month = (on.replace(day=1) - timedelta(days=1)).replace(day=1)
    keys = [posting.pk for place in villages for posting in place.postings]
    known = dict(Presence.objects.filter(posting__in=keys, month=last_month).values_list("posting", "days"))
    for place in villages:
        held = [_held(each, known.get(each.pk)) for each in place.postings]
        place.lacks = lacks_of_village(held, terms, poor=place.poor)
    for place in towns:
        place.lacks = lacks_of_town([_held(each) for each in place.postings], terms)


def _held(posting: Posting, days: int | None = None) -> Held:
    return Held(posting.kind, posting.cadre_id, posting.since, posting.planned_until, days)
