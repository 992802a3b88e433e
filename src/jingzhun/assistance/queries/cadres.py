"""Cadres of a county: who they are, how many households they help, against what their rank asks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least

from jingzhun.areas.models import Area, within
from jingzhun.assistance.models import Kin, Pairing, Posting
from jingzhun.assistance.rules.pairing import RANKS, Load, Terms
from jingzhun.assistance.skills import languages, skills
from jingzhun.assistance.workbook.cadres import COLUMNS
from jingzhun.parameters.queries import NoParameter
from jingzhun.people.models import Cadre, Organisation
from jingzhun.registry.models import Member

from .helpers import without_helper
from .instance import terms_of

LOADS = ("none", "under", "full")


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty values do not."""

    rank: str = ""
    organisation: int | None = None
    town: str = ""
    skill: str = ""
    load: str = ""
    text: str = ""
    left: bool = False


def terms_or_none(county: str, on: date) -> Terms | None:
    """Quotas in force; None where the county has none."""
    try:
        return terms_of(county, on)
    except NoParameter:
        return None


def cadres(county: Area, asked: Asked, terms: Terms | None) -> QuerySet[Cadre]:
    """Cadres with the number of households they are in charge of (`households`), and with `least` and `most`."""
    rows = Cadre.objects.filter(county=county, left_on__isnull=not asked.left).select_related("organisation", "near")
    rows = rows.annotate(households=Count("pairings", filter=Q(pairings__until=None, pairings__place=1)))
    if terms:
        most = Coalesce("capacity", _by_rank(terms.most), output_field=IntegerField())
        least = Least(_by_rank(terms.least), most, output_field=IntegerField())
        rows = rows.annotate(most=most, least=least)
    narrowing = {"rank": asked.rank, "organisation": asked.organisation}
    rows = rows.filter(**{name: value for name, value in narrowing.items() if value})
    if asked.town:
        rows = rows.filter(within(asked.town, "near_id"))
    if asked.skill:
        rows = rows.filter(skills__contains=[asked.skill])
    if asked.text:
        text = asked.text
        rows = rows.filter(Q(name__startswith=text) | Q(number=text) | Q(organisation__name__icontains=text))
    return _loaded(rows, asked.load, terms).order_by("number")


def _loaded(rows: Any, load: str, terms: Terms | None) -> Any:
    if load == "none":
        return rows.filter(households=0)
    if load == "under" and terms:
        return rows.filter(households__lt=F("least"))
    return rows.filter(households__gte=F("most")) if load == "full" and terms else rows


def _by_rank(numbers: Mapping[str, int]) -> Case:
    cases = [When(rank=rank, then=Value(numbers[rank])) for rank in RANKS]
    return Case(*cases, default=Value(0), output_field=IntegerField())


def numbers(county: Area) -> dict[str, Any]:
    """How many cadres serve, by rank; one query."""
    serving = Cadre.objects.filter(county=county, left_on=None)
    by_rank = {rank: Count("pk", filter=Q(rank=rank)) for rank, _label in Cadre.RANKS}
    return serving.aggregate(all=Count("pk"), **by_rank)


def organisations(county: Area) -> QuerySet[Organisation]:
    """Those that have cadres in the county, by name."""
    here = Cadre.objects.filter(county=county).values("organisation")
    return Organisation.objects.filter(pk__in=here).order_by("level", "name")


def towns(county: Area) -> QuerySet[Area]:
    """The county's towns."""
    return Area.objects.filter(within(county.pk, "code"), level="town", valid_until=None).order_by("code")


@dataclass(frozen=True)
class CadrePage:
    """One cadre: households now and before, postings, kin, and the load against the quota."""

    cadre: Cadre
    helping: list[Pairing]
    before: list[Pairing]
    postings: list[Posting]
    kin: list[Kin]
    load: Load | None
    heads: Mapping[int, str]
    unhelped: set[int]  # households helped before of whom nobody is in charge now


def cadre_page(cadre: Cadre, today: date) -> CadrePage:
    """Everything about a cadre; seven queries."""
    pairings = list(
        Pairing.objects.filter(cadre=cadre)
        .select_related("household__area__parent")
        .order_by("place", "household__number", "-since")
    )
    helping = [each for each in pairings if each.until is None]
    terms = terms_or_none(cadre.county_id, today)
    kin = list(Kin.objects.filter(cadre=cadre).select_related("household__area__parent", "village").order_by("pk"))
    at_home = [each.household_id for each in pairings] + [each.household_id for each in kin if each.household_id]
    in_charge = sum(each.place == 1 for each in helping)
    return CadrePage(
        cadre=cadre,
        helping=helping,
        before=[each for each in pairings if each.until is not None],
        postings=list(cadre.postings.select_related("area").order_by("-since")),
        kin=kin,
        load=Load(in_charge, *terms.loads(cadre.rank, cadre.capacity)) if terms else None,
        heads=heads_of(at_home),
        unhelped=_unhelped([each.household_id for each in pairings if each.until is not None], cadre.county_id, today),
    )


def _unhelped(households: list[int], county: str, today: date) -> set[int]:
    return (
        set(without_helper(county, today).filter(pk__in=households).values_list("pk", flat=True))
        if households
        else set()
    )


def heads_of(households: Iterable[int]) -> dict[int, str]:
    """Names of the heads by household; one query."""
    rows = Member.objects.filter(household__in=list(households), relation="head", left_on=None)
    return dict(rows.values_list("household", "name"))


def as_rows(found: Iterable[Cadre]) -> Iterable[Sequence[Any]]:
    """Cadres as rows of the workbook in which they come; phones stay in the house."""
    labels, known, spoken = dict(Cadre.RANKS), skills(), languages()
    sexes = {"male": "男", "female": "女"}
    for each in found:
        told = {
            "number": each.number,
            "name": each.name,
            "sex": sexes.get(each.sex, ""),
            "organisation": each.organisation.name,
            "rank": str(labels.get(each.rank, "")),
            "post": each.post,
            "near": each.near_id,
            "skills": "、".join(known[code].label for code in each.skills if code in known),
            "languages": "、".join(spoken[code].label for code in each.languages if code in spoken),
            "capacity": each.capacity,
            "serves_from": each.serves_from,
        }
        yield [told[column.name] for column in COLUMNS if column.name in told]
