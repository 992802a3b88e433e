"""The county that the screens of assistance are about: the user's own."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
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
