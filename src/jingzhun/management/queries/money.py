"""Where a county's money is: by source, from source to town to whoever is paid, and how fast it goes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Min, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Substr

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level
from jingzhun.management.models import Account, Allocation, Order, Payee, Project, Source, Transfer
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_MANAGEMENT

ZERO = Decimal(0)
PLACES = {"source": "idle", "project": "at_projects", "paid": "paid"}  # of a source's money, by the kind of account


@dataclass
class Line:
    """A source with its money: arrived, not allocated, at projects, paid out."""

    source: Source
    idle: Decimal = ZERO
    at_projects: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def arrived(self) -> Decimal:
        return self.idle + self.at_projects + self.paid

    @property
    def allocated(self) -> Decimal:
        return self.at_projects + self.paid


def sources(county: str, year: int | None) -> list[Line]:
    """Sources of a county, of a year if one is named; two queries."""
    rows = Source.objects.filter(county=county).select_related("organisation")
    lines = {row.pk: Line(row) for row in (rows.filter(year=year) if year else rows)}
    sums = (
        Account.objects.filter(source__in=lines).order_by().values_list("source", "kind").annotate(sum=Sum("balance"))
    )
    for pk, kind, yuan in sums:
        setattr(lines[pk], PLACES[kind], yuan)
    return list(lines.values())


def line_of(source: Source) -> Line:
    """One source with its money; one query."""
    line = Line(source)
    for kind, yuan in Account.objects.filter(source=source).order_by().values_list("kind").annotate(sum=Sum("balance")):
        setattr(line, PLACES[kind], yuan)
    return line


def years(county: str) -> list[int]:
    """Years with sources, the latest first."""
    rows = Source.objects.filter(county=county).order_by("-year").values_list("year", flat=True)
    return list(rows.distinct())


def transfers_of(source: Source, user: User) -> QuerySet[Transfer]:
    """What happened to a source's money but payments, the latest first; of projects in the user's areas only."""
    seen = Project.objects.visible_to(user, VIEW_MANAGEMENT).values("pk")
    own = Q(from_account__project__in=seen) | Q(to_account__project__in=seen)
    rows = Transfer.objects.filter(Q(from_account__source=source) | Q(to_account__source=source))
    rows = rows.filter(own | Q(from_account__project=None, to_account__project=None))
    rows = rows.exclude(kind__in=(Transfer.Kind.PAYMENT, Transfer.Kind.REFUND))
    return rows.select_related("from_account__project", "to_account__project", "by", "reversed_by")


def allocations(user: User, state: str = "") -> QuerySet[Allocation]:
    """Allocations in the user's areas."""
    rows = Allocation.objects.visible_to(user, VIEW_MANAGEMENT).select_related("source", "project", "proposed_by")
    return rows.filter(state=state) if state else rows


def orders(user: User, state: str = "", area: str = "", since: str = "", until: str = "") -> QuerySet[Order]:
    """Payment orders in the user's areas, with what they come to; of an area, and paid within days, as ISO dates."""
    rows = Order.objects.visible_to(user, VIEW_MANAGEMENT).select_related("project", "prepared_by")
    rows = rows.filter(within(area, "project__area_id")) if area else rows
    rows = rows.filter(paid_on__gte=since) if since else rows
    rows = rows.filter(paid_on__lte=until) if until else rows
    rows = rows.annotate(yuan=Sum("lines__amount")).order_by("-prepared_at", "-pk")
    return rows.filter(state=state) if state else rows


def order_lines(order: Order) -> QuerySet[Payee]:
    """The payees of an order with what they gave back."""
    back = Transfer.objects.filter(kind=Transfer.Kind.REFUND)
    rows = Payee.objects.filter(order=order).select_related("household")
    return rows.prefetch_related(Prefetch("transfers", back, to_attr="refunds")).order_by("pk")


@dataclass(frozen=True)
class Flow:
    """Yuan that went from one node of the picture to another."""

    giver: str
    taker: str
    yuan: Decimal


def flows(county: Area, year: int | None) -> list[Flow]:
    """From levels of sources to towns and from towns to what was paid for or still lies there; three queries."""
    rows = Account.objects.filter(county=county, kind__in=("project", "paid"), balance__gt=0)
    rows = rows.filter(source__year=year) if year else rows
    town = Substr("project__area_id", 1, Level.TOWN.digits)
    found = rows.annotate(town=town).order_by().values("source__level", "town", "kind", "project__kind")
    names = dict(Area.objects.filter(within(county.pk, "code"), level=Level.TOWN).values_list("code", "name"))
    idle = Account.objects.filter(county=county, kind="source", balance__gt=0)
    idle = idle.filter(source__year=year) if year else idle
    summed: dict[tuple[str, str], Decimal] = {}
    for row in found.annotate(sum=Sum("balance")):
        place = names.get(row["town"], county.name)
        taker = f"kind:{row['project__kind']}" if row["kind"] == "paid" else "left"
        for way in ((f"level:{row['source__level']}", f"area:{place}"), (f"area:{place}", taker)):
            summed[way] = summed.get(way, ZERO) + row["sum"]
    for level, yuan in idle.order_by().values_list("source__level").annotate(sum=Sum("balance")):
        summed[f"level:{level}", "idle"] = yuan
    return [Flow(giver, taker, yuan) for (giver, taker), yuan in sorted(summed.items())]


def days_to_pay(lines: Iterable[Line], today: date) -> dict[int, int]:
    """How many days each source's money has lain since it first came, where some of it is not paid yet; one query."""
    open_ones = [line.source.pk for line in lines if line.idle + line.at_projects > 0]
    rows = Transfer.objects.filter(kind=Transfer.Kind.ARRIVAL, reverses=None, to_account__source__in=open_ones)
    first = rows.order_by().values_list("to_account__source").annotate(first=Min("on"))
    return {pk: (today - day).days for pk, day in first}


def money_of(project: Project) -> dict[str, Decimal]:
    """Yuan that lie at a project and that it paid; one query."""
    rows = Account.objects.filter(project=project).order_by().values_list("kind").annotate(sum=Sum("balance"))
    found: dict[str, Decimal] = {"project": ZERO, "paid": ZERO} | dict(rows)
    return found | {"given": found["project"] + found["paid"]}


def by_source(project: Project) -> QuerySet[Any]:
    """A project's money by source: what lies there, and what was paid."""
    rows = Account.objects.filter(project=project).order_by().values(name=F("source__title"), year=F("source__year"))
    sums = {"left": Sum("balance", filter=Q(kind="project")), "paid": Sum("balance", filter=Q(kind="paid"))}
    return rows.annotate(**sums).order_by("year", "name")
