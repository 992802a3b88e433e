"""Which area a command means where none is named."""

from .output import Refused


def only_county() -> str:
    """Code of the only county that is loaded. Raises Refused where there are several, or none."""
    from jingzhun.areas.models import Area

    counties = list(Area.objects.filter(level="county").values_list("code", flat=True)[:2])
    if len(counties) != 1:
        raise Refused("Say by --area CODE which area; load areas first with `jingzhun areas load FILE`.")
    return counties[0]
