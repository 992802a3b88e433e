"""What the board counts: each figure by place, with the list that it opens. A bounded number of queries for any county.

A figure is counted by the very query of the list behind it, so that the number and the list are the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assessment.queries import supervision
from jingzhun.assistance.queries import lists, overview
from jingzhun.assistance.queries.coverage import board
from jingzhun.assistance.queries.visits import visits
from jingzhun.management.models import Payee
from jingzhun.management.queries import money, projects
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_HELP, VIEW_ASSESSMENT, VIEW_ASSISTANCE, VIEW_MANAGEMENT, VIEW_POLICIES
from jingzhun.policy.queries import worklists

from .period import Period

Numbers = Mapping[str, int | Decimal]
LATE, IDLE, RISK = "late", "idle", "risk"
TONES = {LATE: "poor", IDLE: "warn", RISK: "warn"}


@dataclass(frozen=True)
class Figure:
    """Numbers by area code, whole or yuan; `address` is the list, which takes an area; `group` of the board."""

    name: str
    label: str | Promise
    icon: str
    numbers: Numbers
    address: str
    group: str = ""
    yuan: bool = False

    @property
    def total(self) -> int | Decimal:
        return sum(self.numbers.values(), Decimal(0) if self.yuan else 0)

    def url(self, area: str) -> str:
        """The list of an area."""
        return f"{self.address}{'&' if '?' in self.address else '?'}{urlencode({'area': area})}"


@dataclass
class Place:
    """An area right below, with the figures there in their order."""

    code: str
    name: str
    cells: list[tuple[int | Decimal, str, str]] = field(default_factory=list)  # number, address, label
    late: int = 0


def below(area: str) -> Level:
    """What a board's table has rows of: towns of a county, villages of a town."""
    return Level.TOWN if len(area) < Level.TOWN.digits else Level.VILLAGE


def places(area: str, figures: Sequence[Figure]) -> list[Place]:
    """The areas right below with their figures, those with most that is late first; one query."""
    rows = []
    for each in Area.objects.filter(level=below(area), code__startswith=area, valid_until=None).order_by("code"):
        cells = [(figure.numbers.get(each.code, 0), figure.url(each.code), str(figure.label)) for figure in figures]
        late = sum(int(figure.numbers.get(each.code, 0)) for figure in figures if figure.group == LATE)
        rows.append(Place(each.code, each.short_name, cells, late))
    return sorted(rows, key=lambda row: -row.late)


def today_figures(user: User, area: str, today: date) -> list[Figure]:
    """What is late, idle or at risk in an area on a day, as far as the user may see it."""
    found: list[Figure] = []
    if user.can(VIEW_MANAGEMENT, area):
        found += _projects(user, area, today)
    if user.can(VIEW_ASSISTANCE, area):
        found += _help(user, area, today)
    if user.can(VIEW_POLICIES, area):
        found += _entitlements(user, area)
    if user.can(VIEW_ASSESSMENT, area):
        rows = supervision.orders(user, supervision.Asked(area=area, late="late"), today)
        late = _by_place(rows, "area_id", area, Count("pk"))
        place = f"{reverse('assessment:orders')}?late=late"
        found.append(Figure("orders", _("Orders to rectify that are late"), "flag", late, place, LATE))
    return found


def _projects(user: User, area: str, today: date) -> Iterable[Figure]:
    digits, place = below(area).digits, reverse("management:projects")
    rows = projects.live_rows(user, today, projects.Asked(area=area))
    red = _tally(row.project.area_id[:digits] for row in rows if row.standing == "red")
    missing = _tally(row.project.area_id[:digits] for row in rows if row.report_missing)
    unpaid: dict[str, Decimal] = {}
    for row in rows:
        code = row.project.area_id[:digits]
        unpaid[code] = unpaid.get(code, Decimal(0)) + row.given - row.paid
    yield Figure("projects", _("Projects that are late"), "alarm", red, f"{place}?standing=red", LATE)
    yield Figure("reports", _("Reports that are missing"), "report", missing, f"{place}?standing=missing", LATE)
    yield Figure("unpaid", _("Yuan at projects, not paid out"), "coin", unpaid, place, IDLE, yuan=True)


def _help(user: User, area: str, today: date) -> Iterable[Figure]:
    rows = {row.code: row.numbers for row in overview.overview(user, area, today)}
    for name, label, icon, where, group in (
        ("late", _("Measures that are late"), "alarm", "measures?state=late", LATE),
        ("overdue", _("Needs overdue"), "message-circle", "needs?state=overdue", LATE),
        ("delivered", _("Measures not confirmed yet"), "writing", "measures?state=delivered", IDLE),
        ("helper", _("Households without a helper"), "user-off", "households?lacks=helper", RISK),
        ("visit", _("Households whose visit is due"), "walk", "households?lacks=visit", RISK),
        ("plan", _("Households without a plan this year"), "clipboard-off", "households?lacks=plan", RISK),
    ):
        screen, narrowed = where.split("?")
        numbers = {code: numbers.get(name, 0) for code, numbers in rows.items()}
        yield Figure(name, label, icon, numbers, f"{reverse(f'assistance:{screen}')}?{narrowed}", group)
    digits, found = below(area).digits, board(area, today)
    lacking = _tally(each.area.code[:digits] for each in (*found.villages, *found.towns) if each.lacks)
    yield Figure("coverage", _("Villages and towns not fully covered"), "user-question", lacking,
                 reverse("assistance:board"), RISK)  # fmt: skip


def _entitlements(user: User, area: str) -> Iterable[Figure]:
    where = worklists.choose(user, area, None)
    if where is None:
        return
    counted, place = worklists.count(where, worklists.titles(where)), reverse("policy:entitlement-list")
    for name, label, icon, group in (
        ("missed", _("Entitlements that are missed"), "calculator", RISK),
        ("undue", _("Receipts without an entitlement"), "flag", RISK),
    ):
        told = {code: getattr(each, name) for code, each in counted.places.items()}
        yield Figure(name, label, icon, told, f"{place}?show={name}&year={where.year}", group)


def idle_money(county: str, today: date) -> tuple[Decimal, int]:
    """Yuan at the county's sources that are allocated to no project, and the days since the first of it arrived."""
    lines = [each for each in money.sources(county, None) if each.idle > 0]
    days = money.days_to_pay(lines, today)
    return sum((each.idle for each in lines), Decimal(0)), max(days.values(), default=0)


def period_figures(user: User, area: str, period: Period) -> list[Figure]:
    """What was done in an area in a period, as far as the user may see it."""
    asked = {"since": str(period.first), "until": str(period.last)}
    found: list[Figure] = []
    if user.can(SEE_HELP, area) and user.can(VIEW_ASSISTANCE, area):
        found += _help_in(user, area, asked, period.last)
    if user.can(VIEW_MANAGEMENT, area):
        found += _projects_in(user, area, asked)
    return found


def _help_in(user: User, area: str, asked: Mapping[str, str], last: date) -> Iterable[Figure]:
    narrow, village = lists.Asked(area=area, **asked), "household__village_code"
    confirmed = lists.measures(user, replace(narrow, state="confirmed"), last)
    told: Sequence[tuple[str, str | Promise, str, Any, Mapping[str, str]]] = (
        ("visits", _("Visits"), "walk", visits(user, narrow, last), {}),
        ("needs", _("Needs heard"), "message-circle", lists.needs(user, narrow, last), {}),
        ("measures", _("Measures received and confirmed"), "circle-check", confirmed, {"state": "confirmed"}),
    )
    for name, label, icon, rows, also in told:
        numbers = _by_place(rows, village, area, Count("pk"))
        yield Figure(name, label, icon, numbers, f"{reverse(f'assistance:{name}')}?{urlencode({**also, **asked})}")


def _projects_in(user: User, area: str, asked: Mapping[str, str]) -> Iterable[Figure]:
    days = projects.Asked(area=area, since=asked["since"], until=asked["until"])
    for event, label, icon in (
        ("begun", _("Projects begun"), "hammer"),
        ("completed", _("Projects completed"), "check"),
        ("accepted", _("Projects accepted"), "checks"),
    ):
        numbers = _by_place(projects.projects(user, replace(days, event=event)), "area_id", area, Count("pk"))
        place = f"{reverse('management:projects')}?{urlencode({'event': event, **asked})}"
        yield Figure(event, label, icon, numbers, place)
    orders = money.orders(user, "approved", area, **asked)
    paid = Payee.objects.filter(order__in=orders.values("pk"))
    numbers = _by_place(paid, "order__project__area_id", area, Sum("amount"))
    told = urlencode({"what": "payments", "state": "approved", **asked})
    yield Figure("paid", _("Yuan paid out"), "coin", numbers, f"{reverse('management:decisions')}?{told}", yuan=True)


def _by_place(rows: Any, area_field: str, area: str, number: Any) -> dict[str, int | Decimal]:
    grouped = rows.order_by().values(below=Substr(area_field, 1, below(area).digits))
    return dict(grouped.annotate(number=number).values_list("below", "number"))


def _tally(codes: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for code in codes:
        found[code] = found.get(code, 0) + 1
    return found
