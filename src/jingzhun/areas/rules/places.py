"""Where an area lies: a point, and a boundary as GeoJSON (RFC 7946: longitude first, closed rings)."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

LONGITUDES, LATITUDES = 180, 90  # degrees east and west, north and south
DECIMALS = 6  # a tenth of a metre
ENDLESS = 1e9  # whatever is meant by more, or by NaN, is no number of degrees
CORNERS = 4  # positions of the shortest ring, a triangle: the last is the first again


class BadPlace(ValueError):
    """A point or boundary that cannot be one; the message says what is wrong with it."""


def point_of(longitude: str, latitude: str) -> tuple[Decimal, Decimal] | None:
    """A point from two texts, None where both are empty. Raises BadPlace."""
    longitude, latitude = longitude.strip(), latitude.strip()
    if not longitude and not latitude:
        return None
    if not longitude or not latitude:
        raise BadPlace(_("longitude and latitude stand together: one of them is missing"))
    return _degrees(longitude, _("longitude"), LONGITUDES), _degrees(latitude, _("latitude"), LATITUDES)


def boundary_of(geometry: Any) -> dict[str, Any]:
    """A Polygon or MultiPolygon with closed rings on the earth, rounded to what is stored. Raises BadPlace."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise BadPlace(_("a boundary is a Polygon or a MultiPolygon, not %(kind)s") % {"kind": kind or _("nothing")})
    coordinates = geometry.get("coordinates")
    polygons = [coordinates] if kind == "Polygon" else _filled(coordinates, _("the MultiPolygon has no polygon"))
    checked = [
        [_ring(ring, number) for number, ring in enumerate(_filled(polygon, _("a polygon has no ring")), 1)]
        for polygon in polygons
    ]
    return {"type": kind, "coordinates": checked[0] if kind == "Polygon" else checked}


def _ring(ring: Any, number: int) -> list[list[float]]:
    where = {"number": number}
    corners = [_position(each) for each in _filled(ring, _("ring %(number)s has no positions") % where)]
    if corners[0] != corners[-1]:
        raise BadPlace(_("ring %(number)s is not closed: its last position must be its first") % where)
    if len(corners) < CORNERS or len({tuple(corner) for corner in corners}) < CORNERS - 1:
        raise BadPlace(_("ring %(number)s has fewer than three corners") % where)
    return corners


def _position(position: Any) -> list[float]:
    """Longitude and latitude; a height is left out."""
    numbers = position[:2] if isinstance(position, list) else []
    if len(numbers) < 2 or not all(type(each) in (int, float) and abs(each) < ENDLESS for each in numbers):
        raise BadPlace(
            _("%(position)s is not a position of longitude and latitude") % {"position": repr(position)[:60]}
        )
    longitude, latitude = numbers
    if abs(longitude) > LONGITUDES:
        raise _outside(str(longitude), _("longitude"), LONGITUDES)
    if abs(latitude) > LATITUDES:
        raise _outside(str(latitude), _("latitude"), LATITUDES)
    return [round(float(longitude), DECIMALS), round(float(latitude), DECIMALS)]


def _degrees(text: str, what: str, most: int) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadPlace(_("%(what)s '%(value)s' is not a number of degrees") % {"what": what, "value": text[:40]})
    if abs(number) > most:
        raise _outside(text, what, most)
    return round(number, DECIMALS)


def _outside(value: str, what: str, most: int) -> BadPlace:
    told = {"what": what, "value": value[:40], "most": most}
    return BadPlace(_("%(what)s %(value)s is not between -%(most)s and %(most)s degrees; longitude comes first") % told)


def _filled(items: Any, otherwise: str) -> list[Any]:
    if not isinstance(items, list) or not items:
        raise BadPlace(otherwise)
    return items
