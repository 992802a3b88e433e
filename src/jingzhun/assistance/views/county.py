"""The county that the screens of assistance are about: the user's own; the area and the day that an address names."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.methods.typed import line
from jingzhun.people.access import Request


def county_of(request: Request, permission: str) -> Area:
    """The county of the user's areas with a permission. Raises PermissionDenied for several or none."""
    areas = {code[: Level.COUNTY.digits] for code in request.user.scope.areas_for(permission)}
    if len(areas) != 1 or len(code := areas.pop()) < Level.COUNTY.digits:
        raise PermissionDenied
    return get_object_or_404(Area, pk=code)


def areas_of(request: Request, permission: str) -> str:
    """The user's own area within the county: the county, a town or a village."""
    areas = request.user.scope.areas_for(permission)
    return areas[0] if len(areas) == 1 else county_of(request, permission).pk


def asked_area(request: Request, permission: str) -> str:
    """The area that the address narrows a list to, or "". Raises Http404 for one beyond the user's."""
    area = line(request.GET.get("area", ""))[:15]
    if area and not (area.isascii() and area.isdigit() and request.user.can(permission, area)):
        raise Http404
    return area


def asked_date(request: Request, name: str) -> str:
    """A day that the address narrows a list by, as an ISO date; "" for none and for what is no day."""
    try:
        return str(parse_date(line(request.GET.get(name, ""))[:10]) or "")
    except ValueError:
        return ""


def asked_day(request: Request, name: str = "on") -> date:
    """The day that the address names, else today."""
    try:
        return parse_date(line(request.GET.get(name, ""))[:10]) or timezone.localdate()
    except ValueError:
        return timezone.localdate()
