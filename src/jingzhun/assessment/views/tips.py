"""Tips of the hotline: the list, one of them, and its steps; the reporter only on a page of its own."""

import io
from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.assessment.actions import tips as actions
from jingzhun.assessment.actions.exports import export_tips
from jingzhun.assessment.actions.tips import Told
from jingzhun.assessment.forms.tips import AnswerForm, ForwardForm, TellForm, TipForm
from jingzhun.assessment.models import Tip
from jingzhun.assessment.queries import tips as queries
from jingzhun.assessment.queries.tips import Asked
from jingzhun.assistance.views.county import areas_of, asked_area
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import SETTLE_TIPS
from jingzhun.policy.views.files import workbook
from jingzhun.procedure.actions import NotYours

from .supervision import PER_PAGE, filled


def _asked(request: Request) -> Asked:
    state, kind, late, year = (request.GET.get(name, "") for name in ("state", "kind", "late", "year"))
    return Asked(
        asked_area(request, SETTLE_TIPS),
        state if state in Tip.State.values else "",
        kind if kind in Tip.Kind.values else "",
        "late" if late else "",
        int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )


def _query(asked: Asked) -> dict[str, Any]:
    return {name: value for name, value in asdict(asked).items() if value}


@requires(SETTLE_TIPS)
def tips(request: Request) -> HttpResponse:
    """Tips that are handled in the user's areas."""
    asked, today = _asked(request), timezone.localdate()
    numbers = queries.numbers(request.user, today)
    kept = _query(asked)
    context = {
        "page": Paginator(queries.tips(request.user, asked, today), PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "narrowed": bool(kept),
        "query": urlencode(kept),
        "tiles": [
            (_("late"), "alarm", "poor", numbers["late"], "?late=late", bool(asked.late)),
            (_("reporter to be told"), "phone", "warn", numbers["untold"], "?state=answered",
             asked.state == "answered"),
        ],
        "states": Tip.State.choices,
        "kinds": Tip.Kind.choices,
        "years": range(today.year, 2013, -1),
        "today": today,
        "heading": _("Tips of the hotline"),
    }  # fmt: skip
    return render(request, "assessment/tips_list.html", context)


@requires(SETTLE_TIPS)
def export(request: Request) -> HttpResponse:
    """The same list as a workbook, without who reported."""
    asked, target = _asked(request), io.BytesIO()
    found = queries.tips(request.user, asked, timezone.localdate())
    export_tips(found, target, query=urlencode(_query(asked)), by=request.user)
    return workbook(target, _("tips"))


def _crumbs(tip: Tip | None = None) -> list[tuple[str, str]]:
    found = [(_("Tips of the hotline"), reverse("assessment:tips"))]
    return [*found, (tip.number, reverse("assessment:tip", args=[tip.pk]))] if tip else found


def _tip(request: Request, pk: int) -> Tip:
    return get_object_or_404(queries.seen_by(request.user), pk=pk)


@requires(SETTLE_TIPS)
def add(request: Request) -> HttpResponse:
    """Record a tip."""
    own = areas_of(request, SETTLE_TIPS)
    form = TipForm(request.POST or None, area=own, initial={"received_on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.record_tip(Told(**data), by=request.user)

    back = reverse("assessment:tips")
    return filled(request, form, act, _("Record a tip"), _("The tip is recorded."), back, _crumbs())


def _page(request: Request, found: Tip, **more: Any) -> HttpResponse:
    context = {"tip": found, "today": timezone.localdate(), "heading": found.number, "crumbs": _crumbs()}
    return render(request, "assessment/tips_one.html", context | more)


@requires(SETTLE_TIPS)
def tip(request: Request, pk: int) -> HttpResponse:
    """One tip; who reported it stays sealed."""
    return _page(request, _tip(request, pk))


@require_POST
@requires(SETTLE_TIPS)
def reporter(request: Request, pk: int) -> HttpResponse:
    """Look at who reported; the look is journaled."""
    found = _tip(request, pk)
    try:
        name, phone = actions.look_at_reporter(found, by=request.user)
    except NotYours as refused:
        raise PermissionDenied from refused
    answer = _page(request, found, name=name, phone=phone, shown=True)
    answer["Cache-Control"] = "no-store"
    return answer


def _filled(request: Request, found: Tip, form: Any, act: Any, heading: str) -> HttpResponse:
    back = reverse("assessment:tip", args=[found.pk])
    return filled(request, form, act, heading, _("It is done."), back, _crumbs(found), told=found.text)


@requires(SETTLE_TIPS)
def forward(request: Request, pk: int) -> HttpResponse:
    """Grade a tip and forward it."""
    found = _tip(request, pk)
    form = ForwardForm(request.POST or None, tip=found, initial={"to": found.handler_id})

    def act(data: dict[str, Any]) -> None:
        actions.forward(found, data["grade"], data["to"], by=request.user)

    return _filled(request, found, form, act, _("Grade and forward"))


@requires(SETTLE_TIPS)
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer a tip."""
    found = _tip(request, pk)
    form = AnswerForm(request.POST or None, initial={"on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.answer(found, data["text"], data["on"], upheld=data["upheld"], by=request.user)

    return _filled(request, found, form, act, _("Answer the tip"))


@requires(SETTLE_TIPS)
def tell(request: Request, pk: int) -> HttpResponse:
    """Note that the reporter was told."""
    found = _tip(request, pk)
    form = TellForm(request.POST or None, initial={"on": timezone.localdate()})

    def act(data: dict[str, Any]) -> None:
        actions.tell_reporter(found, data["how"], data["on"], by=request.user)

    return _filled(request, found, form, act, _("The reporter was told"))
