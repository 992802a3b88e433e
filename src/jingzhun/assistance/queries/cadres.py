"""Cadres of a county: who they are, how many households they help, against what their rank asks for."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Pairing
from jingzhun.people.models import Cadre


def cadres(county: Area, *, rank: str = "", text: str = "", load: str = "", left: bool = False) -> QuerySet[Cadre]:
    """Cadres with the number of households they are in charge of."""
    rows = Cadre.objects.filter(county=county, left_on__isnull=not left).select_related("organisation", "near")
    rows = rows.annotate(households=Count("pairings", filter=Q(pairings__until=None, pairings__place=1)))
    if rank:
        rows = rows.filter(rank=rank)
    if text:
        rows = rows.filter(Q(name__startswith=text) | Q(number=text) | Q(organisation__name__icontains=text))
    if load == "none":
        rows = rows.filter(households=0)
    return rows.order_by("number")


def numbers(county: Area) -> dict[str, Any]:
    """How many cadres serve, by rank; one query."""
    serving = Cadre.objects.filter(county=county, left_on=None)
    by_rank = {rank: Count("pk", filter=Q(rank=rank)) for rank, _label in Cadre.RANKS}
    return serving.aggregate(all=Count("pk"), **by_rank)


def helped(cadre: Cadre) -> QuerySet[Pairing]:
    """The households that a cadre helps, then those helped before."""
    return Pairing.objects.filter(cadre=cadre).select_related("household__area").order_by("until", "-since")
