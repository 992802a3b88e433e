"""Money: sources and where theirs went; arrivals, allocations, payment orders, and what leaders decide."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingzhun.assistance.views import where
from jingzhun.assistance.views.county import asked_area, asked_date, county_of
from jingzhun.management.actions import money as actions
from jingzhun.management.actions import orders as paying
from jingzhun.management.charts import flow_chart
from jingzhun.management.forms.money import (
    AllocationForm,
    AmountForm,
    ArrivalForm,
    DecideForm,
    OrderForm,
    ReasonForm,
    SourceForm,
)
from jingzhun.management.models import Allocation, Order, Payee, Project, Source, Transfer
from jingzhun.management.queries import money as queries
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import APPROVE_FUNDS, HANDLE_FUNDS, VIEW_MANAGEMENT

PER_PAGE = 50


def _year(request: Request) -> int | None:
    asked = line(request.GET.get("year", ""))
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else None


@requires(VIEW_MANAGEMENT)
def funds(request: Request) -> HttpResponse:
    """Where the money is: planned, arrived, allocated, paid, idle; from source to town to what it paid for."""
    county, year, today = county_of(request, VIEW_MANAGEMENT), _year(request), timezone.localdate()
    lines = queries.sources(county.pk, year)
    context = {
        "lines": lines,
        "lain": queries.days_to_pay(lines, today),
        "planned": sum((each.source.planned for each in lines), queries.ZERO),
        "arrived": sum((each.arrived for each in lines), queries.ZERO),
        "allocated": sum((each.allocated for each in lines), queries.ZERO),
        "paid": sum((each.paid for each in lines), queries.ZERO),
        "idle": sum((each.idle for each in lines), queries.ZERO),
        "flows": flow_chart(queries.flows(county, year)),
        "years": queries.years(county.pk),
        "year": year,
        "may_handle": request.user.can(HANDLE_FUNDS),
        "waiting": _waiting(request),
        "heading": _("Funds"),
    }
    return render(request, "management/funds.html", context)


def _waiting(request: Request) -> int:
    proposed = Allocation.State.PROPOSED
    return queries.allocations(request.user, proposed).count() + queries.orders(request.user, proposed).count()


def _source(request: Request, pk: int, permission: str = VIEW_MANAGEMENT) -> Source:
    rows = Source.objects.filter(county=county_of(request, permission)).select_related("county", "organisation", "by")
    return get_object_or_404(rows, pk=pk)


def _page_of(source: Source) -> str:
    return reverse("management:source", args=[source.pk])


def _crumbs(source: Source | None = None) -> list[tuple[str, str]]:
    found = [(_("Funds"), reverse("management:funds"))]
    return [*found, (str(source), _page_of(source))] if source else found


@requires(VIEW_MANAGEMENT)
def source(request: Request, pk: int) -> HttpResponse:
    """One source: what arrived, to which projects it went, what lies idle."""
    found = _source(request, pk)
    rows = Paginator(queries.transfers_of(found, request.user), PER_PAGE)
    context = {
        "line": queries.line_of(found),
        "source": found,
        "page": rows.get_page(request.GET.get("page")),
        "allocations": queries.allocations(request.user).filter(source=found),
        "may_handle": request.user.can(HANDLE_FUNDS, found.county_id),
        "may_approve": request.user.can(APPROVE_FUNDS, found.county_id),
        "heading": str(found),
        "crumbs": _crumbs(),
    }
    return render(request, "management/source.html", context)


def filled(*told: Any, **more: Any) -> HttpResponse:
    """A form of management on a page of its own; what it holds is carried out."""
    return where.filled(*told, template="management/form.html", **more)


@requires(HANDLE_FUNDS)
def add_source(request: Request) -> HttpResponse:
    """Record a source."""
    county = county_of(request, HANDLE_FUNDS)
    form = SourceForm(request.POST or None, initial={"year": timezone.localdate().year})
    back, heading = reverse("management:funds"), _("Record a fund source")

    def act(_data: dict[str, Any]) -> None:
        actions.record_source(form.granted(county), by=request.user)

    return filled(request, form, act, heading, _("The source is recorded."), back, _crumbs())


@requires(HANDLE_FUNDS)
def arrival(request: Request, pk: int) -> HttpResponse:
    """Note money that arrived."""
    found = _source(request, pk, HANDLE_FUNDS)
    form = ArrivalForm(request.POST or None, initial={"on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.arrive(found, data["amount"], data["on"], data["document"], by=request.user)

    heading, done = _("Note an arrival"), _("The arrival is noted.")
    return filled(request, form, act, heading, done, _page_of(found), _crumbs(found))


@requires(HANDLE_FUNDS)
def allocate(request: Request, pk: int) -> HttpResponse:
    """Propose money of a source for a project."""
    found = _source(request, pk, HANDLE_FUNDS)
    form = AllocationForm(request.POST or None, source=found)

    def act(data: dict[str, Any]) -> None:
        actions.propose_allocation(found, data["project"], data["amount"], data["document"], by=request.user)

    heading, done = _("Propose an allocation"), _("The allocation is proposed; a leader decides on it.")
    return filled(request, form, act, heading, done, _page_of(found), _crumbs(found))


@requires(APPROVE_FUNDS)
def release(request: Request, pk: int, project: int) -> HttpResponse:
    """Send money of a project back to its source."""
    found = _source(request, pk, APPROVE_FUNDS)
    target = get_object_or_404(Project.objects.visible_to(request.user, APPROVE_FUNDS), pk=project)
    form = AmountForm(request.POST or None, initial={"on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.release(found, target, data["amount"], data["on"], data["why"], by=request.user)

    heading, done = _("Send money back to its source"), _("The money is back at its source.")
    return filled(request, form, act, heading, done, _page_of(found), _crumbs(found), told=str(target))


@requires(APPROVE_FUNDS)
def reverse_transfer(request: Request, pk: int) -> HttpResponse:
    """Correct a transfer by one back."""
    county = county_of(request, APPROVE_FUNDS)
    rows = Transfer.objects.filter(from_account__county=county).select_related("from_account", "to_account", "payee")
    found = get_object_or_404(rows, pk=pk)
    form = ReasonForm(request.POST or None, initial={"on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.reverse(found, data["on"], data["why"], by=request.user)

    account = found.to_account if found.to_account.source_id else found.from_account
    back = reverse("management:source", args=[account.source_id])
    told = f"{found.get_kind_display()} · {found.amount} · {found.on}"
    return filled(request, form, act, _("Correct by a transfer back"), _("The transfer is corrected."), back, _crumbs(),
                  told=told)  # fmt: skip


@requires(VIEW_MANAGEMENT)
def decisions(request: Request) -> HttpResponse:
    """Allocations and payments: what waits for a decision, and what was decided."""
    state = line(request.GET.get("state", Allocation.State.PROPOSED))
    state = state if state in Allocation.State.values else ""
    what = "allocations" if request.GET.get("what") == "allocations" else "payments"
    narrowed = {"area": asked_area(request, VIEW_MANAGEMENT), "since": asked_date(request, "since"),
                "until": asked_date(request, "until")}  # fmt: skip
    payments = queries.orders(request.user, state, **narrowed)
    found = {"allocations": queries.allocations(request.user, state), "payments": payments}
    context = {
        "page": Paginator(found[what], PER_PAGE).get_page(request.GET.get("page")),
        "numbers": {name: rows.count() for name, rows in found.items()},
        "what": what,
        "state": state,
        "states": Allocation.State.choices,
        "query": urlencode({"state": state, "what": what} | {name: value for name, value in narrowed.items() if value}),
        "may_approve": request.user.can(APPROVE_FUNDS),
        "asked": narrowed,
        "narrowed_by": urlencode({name: value for name, value in narrowed.items() if value}),
        "heading": _("Allocations and payments"),
    }
    return render(request, "management/decisions.html", context)


def _decided(
    request: Request, act: Callable[[dict[str, Any], bool], object], heading: str, told: str, **more: Any
) -> HttpResponse:
    form = DecideForm(request.POST or None, initial={"on": timezone.localdate()})
    approve = request.POST.get("decision") == "approve"
    back = reverse("management:decisions")
    done = _("It is approved.") if approve else _("It is refused.")
    return filled(request, form, lambda data: act(data, approve), heading, done, back,
                  [(_("Allocations and payments"), back)], told=told, deciding=True, **more)  # fmt: skip


@requires(APPROVE_FUNDS)
def decide_allocation(request: Request, pk: int) -> HttpResponse:
    """Approve or refuse an allocation."""
    rows = Allocation.objects.visible_to(request.user, APPROVE_FUNDS).select_related("source", "project")
    found = get_object_or_404(rows, pk=pk)

    def act(data: dict[str, Any], approve: bool) -> None:
        actions.decide_allocation(found, data["on"], data["why"], approve=approve, by=request.user)

    told = f"{found.source} → {found.project}\n{found.amount} · {found.document}"
    return _decided(request, act, _("Decide on an allocation"), told)


def _order(request: Request, pk: int, permission: str) -> Order:
    rows = Order.objects.visible_to(request.user, permission).select_related("project__area", "prepared_by")
    return get_object_or_404(rows, pk=pk)


@requires(APPROVE_FUNDS)
def decide_order(request: Request, pk: int) -> HttpResponse:
    """Approve and pay an order, or refuse it."""
    found = _order(request, pk, APPROVE_FUNDS)

    def act(data: dict[str, Any], approve: bool) -> None:
        paying.decide_order(found, data["on"], data["why"], approve=approve, by=request.user)

    lines = queries.order_lines(found)
    payees = {"lines": list(lines[:PER_PAGE]), "payees": lines.count(), "order": found}
    told = f"{found.project}\n{found.title} · {found.reference}"
    return _decided(request, act, _("Decide on a payment"), told, **payees)


@requires(VIEW_MANAGEMENT)
def order(request: Request, pk: int) -> HttpResponse:
    """An order with its payees, and what came back."""
    found = _order(request, pk, VIEW_MANAGEMENT)
    context = {
        "order": found,
        "page": Paginator(queries.order_lines(found), PER_PAGE).get_page(request.GET.get("page")),
        "may_handle": request.user.can(HANDLE_FUNDS, found.project.area_id),
        "may_approve": request.user.can(APPROVE_FUNDS, found.project.area_id),
        "heading": found.title,
        "crumbs": [(_("Projects"), reverse("management:projects")),
                   (found.project.title, reverse("management:project", args=[found.project_id]))],
    }  # fmt: skip
    return render(request, "management/order.html", context)


@requires(HANDLE_FUNDS)
def prepare_order(request: Request, pk: int) -> HttpResponse:
    """Prepare a payment of a project."""
    found = get_object_or_404(Project.objects.visible_to(request.user, HANDLE_FUNDS), pk=pk)
    form = OrderForm(request.POST or None, project=found)

    def act(data: dict[str, Any]) -> None:
        paying.prepare_order(found, data["payees"], data["title"], data["reference"], data["to_pay"], by=request.user)

    back = reverse("management:project", args=[found.pk])
    crumbs = [(_("Projects"), reverse("management:projects")), (found.title, back)]
    done = _("The payment is prepared; a leader decides on it.")
    return filled(request, form, act, _("Prepare a payment"), done, back, crumbs)


@requires(HANDLE_FUNDS)
def refund(request: Request, pk: int) -> HttpResponse:
    """Note money that came back from a payee."""
    rows = Payee.objects.visible_to(request.user, HANDLE_FUNDS).select_related("order__project")
    found = get_object_or_404(rows, pk=pk)
    form = AmountForm(request.POST or None, initial={"on": timezone.localdate(), "amount": found.amount})

    def act(data: dict[str, Any]) -> None:
        paying.refund(found, data["amount"], data["on"], data["why"], by=request.user)

    back = reverse("management:order", args=[found.order_id])
    told = f"{found.name} · {found.amount}"
    return filled(request, form, act, _("Note a payment that came back"), _("The money is back at the project."), back,
                  [(found.order.title, back)], told=told)  # fmt: skip
