"""Which area a command means where none is named."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from .output import Refused

if TYPE_CHECKING:
    from jingzhun.areas.models import Area

LEVELS = {
    "province": pgettext_lazy("level of an area", "province"),
    "city": pgettext_lazy("level of an area", "city"),
    "county": pgettext_lazy("level of an area", "county"),
    "town": pgettext_lazy("level of an area", "town"),
    "village": pgettext_lazy("level of an area", "village"),
    "group": pgettext_lazy("level of an area", "group"),
}


def only_county() -> str:
    """Code of the only county that is loaded. Raises Refused where there are several, or none."""
    from jingzhun.areas.models import Area

    counties = list(Area.objects.filter(level="county").values_list("code", flat=True)[:2])
    if not counties:
        raise Refused(_("No county is loaded: load its areas by `jingzhun areas load FILE`, or try `jingzhun demo`."))
    if len(counties) > 1:
        raise Refused(_("Several counties are loaded: say by --area CODE which area is meant."))
    return counties[0]


def loaded_area(code: str) -> "Area":
    """The area that a command names. Raises Refused where it is not loaded."""
    from jingzhun.areas.models import Area

    area = Area.objects.filter(pk=code).first()
    if area is None:
        raise Refused(_("No area '%(code)s' is loaded; search by `jingzhun areas show NAME`.") % {"code": code})
    return area
