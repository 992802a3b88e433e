"""What organisations give a county: by year what was pledged and what arrived, their teams, their people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from jingzhun.assistance.models import Arrival, Pairing, Pledge, Posting, Team
from jingzhun.people.models import Cadre, Organisation

ZERO = Decimal(0)


@dataclass
class Row:
    """One organisation's part."""

    organisation: Organisation
    cadres: int = 0
    teams: int = 0
    households: int = 0
    pledged: dict[int, Decimal] = field(default_factory=dict)
    arrived: dict[int, Decimal] = field(default_factory=dict)

    @property
    def pledged_in_all(self) -> Decimal:
        return sum(self.pledged.values(), ZERO)

    @property
    def arrived_in_all(self) -> Decimal:
        return sum(self.arrived.values(), ZERO)


def giving(county: str, level: str = "", text: str = "") -> list[Row]:
    """Organisations that help in a county, with what they give; six queries."""
    found = Organisation.objects.filter(
        Q(cadres__county=county) | Q(pledges__county=county) | Q(teams__area__code__startswith=county)
    ).distinct()
    found = found.filter(level=level) if level else found
    found = found.filter(name__icontains=text) if text else found
    rows = {each.pk: Row(each) for each in found.order_by("level", "name")}
    for name, query, key in _present(county, list(rows)):
        for pk, number in query.order_by().values_list(key).annotate(number=Count("pk")):
            setattr(rows[pk], name, number)
    for pk, year, amount in (
        _pledges(county).filter(organisation__in=rows).values_list("organisation", "year").annotate(sum=Sum("amount"))
    ):
        rows[pk].pledged[year] = amount
    for pk, year, amount in (
        _arrivals(county)
        .filter(pledge__organisation__in=rows)
        .values_list("pledge__organisation", "pledge__year")
        .annotate(sum=Sum("amount"))
    ):
        rows[pk].arrived[year] = amount
    return list(rows.values())


def _present(county: str, organisations: Iterable[int]) -> list[tuple[str, QuerySet[Any], str]]:
    """Cadres, teams and helped households of organisations: the name, the rows, and the field of the organisation."""
    cadres = Cadre.objects.filter(county=county, left_on=None, organisation__in=organisations)
    teams = Team.objects.filter(area__code__startswith=county, until=None, organisation__in=organisations)
    pairs = Pairing.objects.filter(until=None, place=1, cadre__county=county, cadre__organisation__in=organisations)
    return [("cadres", cadres, "organisation"), ("teams", teams, "organisation"),
            ("households", pairs, "cadre__organisation")]  # fmt: skip


def numbers_of(organisation: Organisation, county: str) -> dict[str, int]:
    """How many cadres, teams and helped households an organisation has in a county; three queries."""
    return {name: rows.count() for name, rows, _key in _present(county, [organisation.pk])}


def _pledges(county: str) -> QuerySet[Pledge]:
    return Pledge.objects.filter(county=county, withdrawn_on=None).order_by()


def _arrivals(county: str) -> QuerySet[Arrival]:
    return Arrival.objects.filter(pledge__county=county).order_by()


def by_year(county: str) -> list[tuple[int, Decimal, Decimal, Decimal]]:
    """Year, pledged by departments, pledged by partners, arrived in all; two queries."""
    years: dict[int, list[Decimal]] = {}
    for year, level, amount in _pledges(county).values_list("year", "organisation__level").annotate(sum=Sum("amount")):
        years.setdefault(year, [ZERO, ZERO, ZERO])[1 if level == "partner" else 0] += amount
    for year, amount in _arrivals(county).values_list("pledge__year").annotate(sum=Sum("amount")):
        years.setdefault(year, [ZERO, ZERO, ZERO])[2] += amount
    return [(year, *sums) for year, sums in sorted(years.items())]  # type: ignore[misc]


def teams_of(organisation: Organisation, county: str) -> QuerySet[Team]:
    """Its teams in the county's villages with who is posted with them, those in force first; two queries."""
    people = Posting.objects.filter(until=None).select_related("cadre").order_by("kind", "since")
    rows = Team.objects.filter(organisation=organisation, area__code__startswith=county).select_related("area")
    in_order = rows.order_by(F("until").desc(nulls_first=True), "area")
    return in_order.prefetch_related(Prefetch("postings", people, to_attr="people"))


def pledges_of(organisation: Organisation, county: str) -> QuerySet[Pledge]:
    """What it pledged the county, with what `came` of each, the last year first; two queries."""
    arrivals = Arrival.objects.select_related("area")
    rows = Pledge.objects.filter(organisation=organisation, county=county).annotate(came=Sum("arrivals__amount"))
    return rows.order_by("-year", "-pk").prefetch_related(Prefetch("arrivals", arrivals))
