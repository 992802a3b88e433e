"""Orders to rectify: the list, one of them with its history, and its steps."""

import io
from dataclasses import asdict
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jingzhun.areas.models import Area, within
from jingzhun.assessment.actions import orders as actions
from jingzhun.assessment.actions.exports import export_orders
from jingzhun.assessment.forms.supervision import CheckForm, OrderForm, ProofForm
from jingzhun.assessment.models import InspectionFinding, Rectification, RectificationStep
from jingzhun.assessment.queries import supervision as queries
from jingzhun.assessment.queries.supervision import Asked
from jingzhun.assistance.views.county import areas_of, asked_area
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import ANSWER_ASSESSMENT, SUPERVISE, VIEW_ASSESSMENT
from jingzhun.policy.views.files import workbook

from .supervision import PER_PAGE, filled

LATE = ("late", "county", "leader")


def _asked(request: Request) -> Asked:
    state, late = (request.GET.get(name, "") for name in ("state", "late"))
    return Asked(
        asked_area(request, VIEW_ASSESSMENT),
        state if state in Rectification.State.values else "",
        late if late in LATE else "",
        line(request.GET.get("q", ""))[:60],
        line(request.GET.get("inspection", ""))[:20],
    )


def _query(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in (asdict(asked) | {"q": asked.text, "text": ""}).items() if value}


@requires(VIEW_ASSESSMENT)
def orders(request: Request) -> HttpResponse:
    """Orders to rectify in the user's areas."""
    asked, today = _asked(request), timezone.localdate()
    page = Paginator(queries.orders(request.user, asked, today), PER_PAGE).get_page(request.GET.get("page"))
    kept, numbers = _query(asked), queries.numbers(request.user, today)
    own = areas_of(request, VIEW_ASSESSMENT)
    context = {
        "page": page,
        "rows": queries.levels(list(page), today),
        "asked": asked,
        "narrowed": bool(kept),
        "query": urlencode(kept),
        "tiles": [
            (_("late"), "alarm", "poor", numbers["late"], "?late=late", asked.late == "late"),
            (_("late, for the leader"), "flag", "poor", numbers["leader"], "?late=leader", asked.late == "leader"),
            (_("to be checked"), "eye", "warn", numbers["proved"], "?state=proved", asked.state == "proved"),
            (
                pgettext("rectification", "accepted"),
                "circle-check",
                "good",
                numbers["accepted"],
                "?state=accepted",
                asked.state == "accepted",
            ),
        ],
        "states": Rectification.State.choices,
        "places": Area.objects.filter(within(own, "code"), level__in=("town", "village"), valid_until=None).order_by(
            "code"
        ),
        "may_give": request.user.can(SUPERVISE),
        "heading": _("Orders to rectify"),
    }
    return render(request, "assessment/supervision_orders.html", context)


@requires(VIEW_ASSESSMENT)
def export(request: Request) -> HttpResponse:
    """The same list as a workbook."""
    asked, target = _asked(request), io.BytesIO()
    found = queries.orders(request.user, asked, timezone.localdate())
    export_orders(found, target, query=urlencode(_query(asked)), by=request.user)
    return workbook(target, _("orders to rectify"))


def _crumbs(order: Rectification | None = None) -> list[tuple[str, str]]:
    found = [(_("Orders to rectify"), reverse("assessment:orders"))]
    return [*found, (order.number, reverse("assessment:order", args=[order.pk]))] if order else found


def _order(request: Request, pk: int, permission: str = VIEW_ASSESSMENT) -> Rectification:
    rows = Rectification.objects.visible_to(request.user, permission)
    return get_object_or_404(rows.select_related("area", "organisation", "by", "finding__item__inspection"), pk=pk)


@requires(VIEW_ASSESSMENT)
def order(request: Request, pk: int) -> HttpResponse:
    """One order with its history."""
    found = _order(request, pk)
    context = {
        "order": found,
        "steps": found.steps.select_related("by"),
        "level": queries.late_now(found),
        "may_prove": request.user.can(ANSWER_ASSESSMENT, found.area_id) and found.state == "open",
        "may_check": request.user.can(SUPERVISE, found.area_id) and found.state == "proved",
        "heading": found.about,
        "crumbs": _crumbs(),
    }
    return render(request, "assessment/supervision_order.html", context)


@requires(SUPERVISE)
def give(request: Request) -> HttpResponse:
    """Give an order, for a finding or for what an address names (`about`, `area`, `link`)."""
    own = areas_of(request, SUPERVISE)
    today = timezone.localdate()
    finding = _finding(request)
    initial = {name: line(request.GET.get(name, ""))[:200] for name in ("about", "area", "link")}
    initial["due_on"] = str(queries.default_due(own, today))
    if finding:
        item = finding.item
        initial |= {"about": f"{item.inspection.number} {item.number}", "area": item.area_id, "what": finding.what,
                    "link": reverse("assessment:item", args=[item.pk])}  # fmt: skip
    form = OrderForm(request.POST or None, area=own, initial=initial)

    def act(data: dict[str, Any]) -> None:
        actions.give(**data, by=request.user, finding=finding)

    back, done = reverse("assessment:orders"), _("The order is given.")
    return filled(request, form, act, _("Give an order"), done, back, _crumbs(), told=finding and finding.what)


def _finding(request: Request) -> InspectionFinding | None:
    """The finding that the address names. Raises Http404 for one beyond the user's."""
    asked = request.GET.get("finding", "")
    if not asked:
        return None
    rows = InspectionFinding.objects.select_related("item__inspection", "item__area")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
        raise Http404
    found = get_object_or_404(rows, pk=int(asked))
    if not request.user.can(SUPERVISE, found.item.area_id):
        raise Http404
    return found


@requires(ANSWER_ASSESSMENT)
def prove(request: Request, pk: int) -> HttpResponse:
    """Prove that something was put right."""
    found = _order(request, pk, ANSWER_ASSESSMENT)
    form = ProofForm(request.POST or None, request.FILES or None)

    def act(data: dict[str, Any]) -> None:
        file = data["picture"]
        actions.prove(found, data["text"], (file, file.size) if file else None, by=request.user)

    back = reverse("assessment:order", args=[found.pk])
    done = _("The proof is sent; a supervisor looks again.")
    return filled(request, form, act, _("Prove it"), done, back, _crumbs(found), told=found.what)


@requires(SUPERVISE)
def check(request: Request, pk: int) -> HttpResponse:
    """Accept a proof, or send it back with a reason."""
    found = _order(request, pk, SUPERVISE)
    form = CheckForm(request.POST or None)
    action = actions.accept if request.POST.get("decision") == "approve" else actions.send_back

    def act(data: dict[str, Any]) -> None:
        action(found, data["text"], by=request.user)

    back, heading = reverse("assessment:order", args=[found.pk]), pgettext("rectification", "Look again")
    told = f"{found.number} {found.what}"
    return filled(request, form, act, heading, _("It is done."), back, _crumbs(found), told=told, deciding=True)


@requires(VIEW_ASSESSMENT)
def picture(request: Request, pk: int) -> FileResponse:
    """The picture of a proof."""
    seen = Rectification.objects.visible_to(request.user, VIEW_ASSESSMENT)
    found = get_object_or_404(RectificationStep.objects.filter(order__in=seen).exclude(file=""), pk=pk)
    try:
        return FileResponse(found.file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
