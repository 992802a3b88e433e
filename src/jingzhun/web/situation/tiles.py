"""The map of tiles: one tile for each village, grouped by town, coloured by incidence."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from jingzhun.registry.queries.situation import Place

from . import words
from .report import Report


@dataclass(frozen=True)
class Tile:
    place: Place
    step: int  # 0 where nobody lives, else 1 (least) to 5 (most)
    text: str
    url: str


@dataclass(frozen=True)
class Town:
    place: Place
    tiles: list[Tile]
    url: str


def step_of(incidence: Decimal | None, classes: tuple[Decimal, ...]) -> int:
    """Which colour: 0 where nothing is known, or where the colours begin."""
    return 0 if incidence is None or not classes else 1 + sum(incidence >= bound for bound in classes)


def tile_map(report: Report) -> list[Town]:
    """The towns of a county with their villages, or a town with its own; nothing for other areas."""
    if not report.villages:
        return []
    if report.places == report.villages:
        whole = Place(report.area.code, report.area, report.total, report.found.villages, report.found.poor_villages)
        return [Town(whole, [_tile(report, village) for village in report.villages], "")]
    return [
        Town(
            town,
            [_tile(report, village) for village in report.found.places.of(town.code)],
            report.links.situation(town.code),
        )
        for town in report.places
    ]


def legend(report: Report) -> list[tuple[int, str]]:
    """Steps of the colours with their ranges; nothing where no ranges are in force."""
    bounds = [f"{(bound * 100).normalize():f}" for bound in report.found.map_classes]
    if not bounds:
        return []
    ranges = [f"< {bounds[0]} %"]
    ranges += [f"{low}–{high} %" for low, high in pairwise(bounds)]
    return list(enumerate([*ranges, f"≥ {bounds[-1]} %"], 1))


def map_data(report: Report) -> dict[str, Any] | None:
    """Points and boundaries for the map component: of the villages, else of the towns; None where too few have any."""
    for places in (report.villages, report.places):
        known = [place for place in places if _is_placed(place)]
        if known and len(known) * 2 >= len(places):
            return _map_of(report, known)
    return None


def off_the_map(report: Report) -> int:
    """Villages that a map of the villages does not show."""
    return sum(not _is_placed(village) for village in report.villages)


def _is_placed(place: Place) -> bool:
    area = place.area
    return area is not None and (area.boundary is not None or area.longitude is not None)


def _map_of(report: Report, known: list[Place]) -> dict[str, Any]:
    shapes = [_shape(report, place) for place in known if place.area and place.area.boundary]
    points = [_point(report, place) for place in known if place.area and not place.area.boundary]
    return {
        "shapes": {"type": "FeatureCollection", "features": shapes},
        "points": points,
        "format": "percent",
        "breaks": [float(bound) for bound in report.found.map_classes] or None,
    }


def _tile(report: Report, place: Place) -> Tile:
    return Tile(
        place, step_of(place.tally.incidence, report.found.map_classes), _text(place), report.links.village(place.code)
    )


def _text(place: Place) -> str:
    tally = place.tally
    told = [
        place.name + (f" · {_('poor village')}" if place.is_poor_village else ""),
        _("incidence %(incidence)s") % {"incidence": words.percent(tally.incidence)},
        _("%(poor)s of %(all)s persons poor")
        % {"poor": words.number(tally.poor_persons), "all": words.number(tally.persons)},
        _("%(poor)s of %(all)s households")
        % {"poor": words.number(tally.poor_households), "all": words.number(tally.households)},
    ]
    return "\n".join(told)


def _properties(report: Report, place: Place) -> dict[str, Any]:
    url = report.links.village(place.code) if place.is_village else report.links.situation(place.code)
    value = None if place.tally.incidence is None else float(place.tally.incidence)
    return {"name": place.name, "value": value, "text": _text(place), "url": url}


def _shape(report: Report, place: Place) -> dict[str, Any]:
    geometry = place.area.boundary if place.area else None
    return {"type": "Feature", "geometry": geometry, "properties": _properties(report, place)}


def _point(report: Report, place: Place) -> dict[str, Any]:
    area = place.area
    assert area is not None and area.latitude is not None and area.longitude is not None  # noqa: S101
    size = 5 + min(9, place.tally.poor_persons**0.5 / 4)
    return _properties(report, place) | {"lat": float(area.latitude), "lng": float(area.longitude), "size": size}
