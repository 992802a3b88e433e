"""A county's households and cadres as an instance of pairing: read set-based, put into classes that cost alike."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from jingzhun.areas.models import Area, within
from jingzhun.assistance.models import Kin, Pairing, Posting, Team
from jingzhun.assistance.rules.pairing import NAMES, Place, Terms, way
from jingzhun.assistance.skills import skills
from jingzhun.methods.pairing import NEVER, Instance, Ints
from jingzhun.parameters.queries import NoParameter, values
from jingzhun.people.models import Cadre
from jingzhun.registry.models import Household
from jingzhun.registry.queries.status import has_status

VILLAGE = 12  # digits
OF_THE_UNIT = (Posting.Kind.FIRST_SECRETARY, Posting.Kind.TEAM_LEADER, Posting.Kind.TEAM_MEMBER)


@dataclass(frozen=True)
class Helpers:
    """Cadres who serve on the day, in the order of their numbers; one row each."""

    pk: Ints
    number: list[str]
    rank: list[str]
    near: list[str]
    skills: list[frozenset[str]]
    organisation: list[int]
    unit: list[str]  # the organisation's name
    capacity: list[int | None]


@dataclass(frozen=True)
class Families:
    """Households on the register on the day, village by village; one row each."""

    pk: Ints
    number: list[str]
    village: list[str]
    cause: list[str]


@dataclass(frozen=True)
class Parts:
    """What costs are made of, from class to class, of shape (helpers' classes, households' classes)."""

    way: Ints  # metres
    skilled: NDArray[np.bool_]  # a skill answers the main cause
    own: NDArray[np.bool_]  # a village of the helper's unit
    kin: NDArray[np.bool_]  # a village where the helper has kin

    def cost(self, terms: Terms) -> Ints:
        """Metres, NEVER where the village is kin's."""
        metres = self.way + terms.without_skill * ~self.skilled + terms.outside_unit * ~self.own
        return np.where(self.kin, NEVER, metres)


@dataclass(frozen=True)
class County:
    """The instance with who is who in it, the terms it was made by, and what its costs are made of."""

    instance: Instance
    helpers: Helpers
    families: Families
    terms: Terms
    parts: Parts


def terms_of(county: str, on: date) -> Terms:
    """Quotas and weights in force. Raises NoParameter."""
    found = values(NAMES, county, on)
    if missing := [name for name in NAMES if name not in found]:
        raise NoParameter(missing[0], county, on)
    return Terms.of(found)


def registered(county: str, on: date) -> QuerySet[Household]:
    """Households on the register on a day, village by village."""
    return Household.objects.filter(within(county, "village_code"), has_status("registered", on)).order_by("number")


def county_instance(county: str, on: date) -> County:
    """Everybody to be paired in a county on a day. Raises NoParameter."""
    terms, helpers, families = terms_of(county, on), _helpers(county, on), _families(county, on)
    helper_key, group = _classes(_helper_keys(county, on, helpers))
    household_key, kind = _classes(list(zip(families.village, families.cause, strict=True)))
    parts = _parts(helper_key, household_key, terms)
    loads = [terms.loads(rank, most) for rank, most in zip(helpers.rank, helpers.capacity, strict=True)]
    least, most = np.array(loads, np.int64).reshape(-1, 2).T
    instance = Instance(
        helper_class=group,
        household_class=kind,
        cost=parts.cost(terms),
        least=least,
        most=most,
        held=_held(county, helpers, families, on),
        parting=terms.parting,
        kin=_kin(county, helpers, families),
    )
    return County(instance, helpers, families, terms, parts)


def _helpers(county: str, on: date) -> Helpers:
    rows = list(
        Cadre.objects.serving(on)
        .filter(county=county)
        .order_by("number")
        .values_list("pk", "number", "rank", "near_id", "skills", "organisation_id", "organisation__name", "capacity")
    )
    pk, number, rank, near, skilled, organisation, unit, capacity = zip(*rows, strict=True) if rows else [()] * 8
    return Helpers(
        np.array(pk, np.int64),
        list(number),
        list(rank),
        [code or "" for code in near],
        [frozenset(each) for each in skilled],
        list(organisation),
        list(unit),
        list(capacity),
    )


def _families(county: str, on: date) -> Families:
    rows = list(registered(county, on).values_list("pk", "number", "village_code", "cause_main"))
    pk, number, village, cause = zip(*rows, strict=True) if rows else [()] * 4
    return Families(np.array(pk, np.int64), list(number), list(village), list(cause))


def _helper_keys(county: str, on: date, helpers: Helpers) -> list[tuple[str, frozenset[str], Hashable, Hashable]]:
    """What decides what a helper costs: where they are, which causes they answer, the unit's villages, kin's."""
    unit: dict[int, set[str]] = {}
    for organisation, village in units_villages(county, on):
        unit.setdefault(organisation, set()).add(village[:VILLAGE])
    kin: dict[int, set[str]] = {}
    for cadre, village in Kin.objects.filter(village__isnull=False, cadre__county=county).values_list(
        "cadre_id", "village_id"
    ):
        kin.setdefault(cadre, set()).add(village)
    answers = {each: _answered(each) for each in set(helpers.skills)}
    return [
        (near, answers[skilled], frozenset(unit.get(organisation, ())), frozenset(kin.get(pk, ())))
        for pk, near, skilled, organisation in zip(
            helpers.pk.tolist(), helpers.near, helpers.skills, helpers.organisation, strict=True
        )
    ]


def units_villages(county: str, on: date) -> QuerySet[Any, tuple[int, str]]:
    """Organisations with the villages that are theirs: where they have a team, or people posted; one query."""
    there = Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))
    teams = Team.objects.filter(there, within(county, "area_id")).values_list("organisation_id", "area_id")
    posted = Posting.objects.filter(there, within(county, "area_id"), kind__in=OF_THE_UNIT)
    return teams.order_by().union(posted.order_by().values_list("cadre__organisation_id", "area_id"))


def _answered(skilled: frozenset[str]) -> frozenset[str]:
    known = skills()
    return frozenset(cause for each in skilled if each in known for cause in known[each].causes)


def _classes(keys: Sequence[Any]) -> tuple[list[Any], Ints]:
    """The different keys, and for each row which of them is its own."""
    index = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return list(index), np.fromiter((index[key] for key in keys), np.int64, len(keys))


def _parts(helper_key: list[Any], household_key: list[Any], terms: Terms) -> Parts:
    nears, near = _classes([key[0] for key in helper_key])
    villages, village = _classes([key[0] for key in household_key])
    causes, cause = _classes([key[1] for key in household_key])
    places = _places({*nears, *villages})
    ways = np.array(
        [[way(places.get(one), places[other], terms) for other in villages] for one in nears], np.int64
    ).reshape(len(nears), len(villages))
    return Parts(
        way=ways[near][:, village],
        skilled=_among([key[1] for key in helper_key], causes)[:, cause],
        own=_among([key[2] for key in helper_key], villages)[:, village],
        kin=_among([key[3] for key in helper_key], villages)[:, village],
    )


def _among(sets: list[Any], members: list[str]) -> NDArray[np.bool_]:
    """Which set holds which member, of shape (sets, members)."""
    different, own = _classes(sets)
    table = [[member in each for member in members] for each in different]
    return np.array(table, bool).reshape(len(different), len(members))[own]


def _places(codes: set[str]) -> dict[str, Place]:
    return {area.pk: place_of(area) for area in Area.objects.filter(pk__in=codes)}


def place_of(area: Area) -> Place:
    """Where an area is."""
    known = area.longitude is not None and area.latitude is not None
    return Place(area.pk, (float(area.longitude), float(area.latitude)) if known else None)  # type: ignore[arg-type]


def _held(county: str, helpers: Helpers, families: Families, on: date) -> Ints:
    """Today's helpers in charge, as rows of the instance."""
    rows = Pairing.objects.filter(within(county, "household__village_code"), place=1, until=None, since__lte=on)
    return _pairs(rows.values_list("cadre_id", "household_id"), helpers, families)


def _kin(county: str, helpers: Helpers, families: Families) -> Ints:
    rows = Kin.objects.filter(household__isnull=False, cadre__county=county)
    return _pairs(rows.values_list("cadre_id", "household_id"), helpers, families)


def _pairs(rows: Any, helpers: Helpers, families: Families) -> Ints:
    one = {pk: row for row, pk in enumerate(helpers.pk.tolist())}
    other = {pk: row for row, pk in enumerate(families.pk.tolist())}
    found = [(one[cadre], other[household]) for cadre, household in rows if cadre in one and household in other]
    return np.array(found, np.int64).reshape(-1, 2)
