"""Plans of who helps whom: made, compared, changed by hand, published, told in letters."""

import io
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jingzhun.assistance.actions import pairing as actions
from jingzhun.assistance.actions.by_hand import change_pair, swap_pairs
from jingzhun.assistance.actions.pairing_lists import export_pairs, print_letters
from jingzhun.assistance.forms.pairing import ChangeForm, NewPlanForm, PublishForm, SwapForm
from jingzhun.assistance.models import PairingPlan, PlannedPair
from jingzhun.assistance.printing.letters import letters_of_plan
from jingzhun.assistance.queries import planned as queries
from jingzhun.assistance.queries.comparison import Judged
from jingzhun.assistance.queries.effects import Effect, effect
from jingzhun.assistance.queries.planned import Asked
from jingzhun.assistance.telling import in_words
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.policy.views.files import workbook
from jingzhun.registry.rules.refusals import Refused

from .cadres import pdf
from .county import county_of
from .where import carry_out

PER_PAGE = 50
COMPARED = ("by_hand", "optimal", "greedy", "today")


@requires(ARRANGE_HELP)
def plans(request: Request) -> HttpResponse:
    """Plans of pairing, and a new one."""
    county, today = county_of(request, ARRANGE_HELP), timezone.localdate()
    form = NewPlanForm(request.POST or None, initial={"year": today.year, "on": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.make_plan(county, data["year"], data["on"], by=request.user)

        done = carry_out(
            request, form, act, _("The plan is made; look at it, then publish."), reverse("assistance:pairing")
        )
        if done:
            return done
    context = {"form": form, "page": Paginator(queries.plans_of(county), PER_PAGE).get_page(request.GET.get("page")),
               "heading": _("Who helps whom")}  # fmt: skip
    return render(request, "assistance/plans.html", context)


def _plan(request: Request, pk: int) -> PairingPlan:
    return get_object_or_404(queries.plans_of(county_of(request, ARRANGE_HELP)), pk=pk)


def _back(plan: PairingPlan) -> str:
    return reverse("assistance:pairing-plan", args=[plan.pk])


def _crumbs(plan: PairingPlan | None = None) -> list[tuple[str, str]]:
    found = [(_("Who helps whom"), reverse("assistance:pairing"))]
    return [*found, (_("Plan of pairing %(year)s") % {"year": plan.year}, _back(plan))] if plan else found


def _asked(request: Request) -> Asked:
    """What the address asks for; what is unknown narrows nothing."""
    asked = request.GET
    area, organisation, only = (line(asked.get(name, ""))[:12] for name in ("area", "organisation", "only"))
    return Asked(
        area if area.isascii() and area.isdigit() else "",
        int(organisation) if organisation.isascii() and organisation.isdigit() and len(organisation) < 10 else None,
        line(asked.get("q", ""))[:60],
        only if only in queries.ONLY else "",
    )


def _query(asked: Asked) -> str:
    values = asdict(asked) | {"q": asked.text, "text": ""}
    return urlencode({name: value for name, value in values.items() if value})


@requires(ARRANGE_HELP)
def plan(request: Request, pk: int) -> HttpResponse:
    """One plan: what it costs against today and against greedy, what it leaves open, its pairs."""
    found, asked, today = _plan(request, pk), _asked(request), timezone.localdate()
    context = {
        "plan": found,
        "page": Paginator(queries.pairs(found, asked), PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "narrowed": asked != Asked(),
        "compared": _compared(found),
        "unmet": in_words(found.outcome["unmet"]),
        "form": PublishForm(initial={"day": today}),
        "publishing": queries.publishing(found, today) if found.state == PairingPlan.State.DRAFT else None,
        "organisations": queries.organisations(found),
        "places": queries.places(found),
        "only": [("new", _("new pairs")), ("hand", _("changed by hand")), ("none", _("without a helper"))],
        "query": _query(asked),
        "heading": _("Plan of pairing %(year)s") % {"year": found.year},
        "crumbs": _crumbs(),
    }
    return render(request, "assistance/plan.html", context)


def _compared(plan: PairingPlan) -> list[tuple[str, dict[str, Any], int]]:
    """What is compared, with the width of its bar."""
    found = [(name, plan.outcome[name]) for name in COMPARED if name in plan.outcome]
    told = [(name, Judged.of(figures).as_json()) for name, figures in found]
    most = max((figures["cost"] for _name, figures in told), default=0) or 1
    return [(name, figures, round(100 * figures["cost"] / most)) for name, figures in told]


@requires(ARRANGE_HELP)
def villages(request: Request, pk: int) -> HttpResponse:
    """One plan village by village."""
    found = _plan(request, pk)
    rows = queries.by_village(found)
    context = {"plan": found, "rows": rows, "most": max((row.cost for row in rows), default=0) or 1,
               "heading": _("Village by village"), "crumbs": _crumbs(found)}  # fmt: skip
    return render(request, "assistance/plan_villages.html", context)


@requires(ARRANGE_HELP)
def export(request: Request, pk: int) -> HttpResponse:
    """The plan's pairs as a workbook."""
    found, asked, target = _plan(request, pk), _asked(request), io.BytesIO()
    export_pairs(queries.pairs(found, asked), found, target, query=_query(asked), by=request.user)
    return workbook(target, _("pairs"))


@requires(ARRANGE_HELP)
def letters(request: Request, pk: int) -> HttpResponse:
    """Letters to the helpers of a plan in force: a page for each whose pairs are asked for."""
    found, asked = _plan(request, pk), _asked(request)
    try:
        if found.state != PairingPlan.State.PUBLISHED:
            raise Refused.because(_("Letters go out once the plan is in force."))
        told = letters_of_plan(found, queries.letters_wanted(found, asked))
        paper = print_letters(found.county, told, timezone.localdate(), query=_query(asked), by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(str(text) for texts in refused.messages.values() for text in texts))
        return redirect(f"{_back(found)}?{_query(asked)}")
    return pdf(paper, _("letters of pairing"))


def _pair(plan: PairingPlan, pk: int) -> PlannedPair:
    rows = plan.pairs.select_related("household__area__parent", "cadre__organisation", "cadre__near")
    return get_object_or_404(rows, pk=pk)


@requires(ARRANGE_HELP)
def change(request: Request, pk: int, pair: int) -> HttpResponse:
    """Another helper for a household; what that would do is shown before it is saved."""
    found = _plan(request, pk)
    chosen = _pair(found, pair)
    form = ChangeForm(request.POST or None, county=found.county)
    shown: list[tuple[PlannedPair, Any, Effect]] = []
    if request.method == "POST" and form.is_valid():
        cadre = form.cleaned_data["number"]
        shown = [(chosen, cadre, effect(found, chosen, cadre))]
        if "save" in request.POST and (
            done := _save(request, form, found, lambda: change_pair(found, chosen, cadre, by=request.user))
        ):
            return done
    return _change_page(request, found, chosen, form, shown, _("Another helper"))


@requires(ARRANGE_HELP)
def swap(request: Request, pk: int, pair: int) -> HttpResponse:
    """Two households change helpers; what that would do is shown before it is saved."""
    found = _plan(request, pk)
    chosen = _pair(found, pair)
    form = SwapForm(request.POST or None, plan=found)
    shown: list[tuple[PlannedPair, Any, Effect]] = []
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
        if chosen.cadre and other.cadre:
            shown = [(chosen, other.cadre, effect(found, chosen, other.cadre, swapped=True)),
                     (other, chosen.cadre, effect(found, other, chosen.cadre, swapped=True))]  # fmt: skip
        if ("save" in request.POST or not shown) and (
            done := _save(request, form, found, lambda: swap_pairs(found, chosen, other, by=request.user))
        ):
            return done
    return _change_page(request, found, chosen, form, shown, _("Swap helpers"))


def _save(request: Request, form: Any, plan: PairingPlan, act: Callable[[], Any]) -> HttpResponse | None:
    return carry_out(request, form, act, _("The helper is changed."), _back(plan))


def _change_page(
    request: Request,
    plan: PairingPlan,
    chosen: PlannedPair,
    form: Any,
    shown: list[tuple[PlannedPair, Any, Effect]],
    heading: str,
) -> HttpResponse:
    context = {"plan": plan, "pair": chosen, "form": form, "shown": shown,
               "difference": sum(each.difference for _pair, _cadre, each in shown),
               "fits": bool(shown) and all(each.fits for _pair, _cadre, each in shown),
               "swapping": isinstance(form, SwapForm), "heading": heading, "crumbs": _crumbs(plan)}  # fmt: skip
    return render(request, "assistance/change.html", context)


@requires(ARRANGE_HELP)
@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Put a plan in force."""
    found, form = _plan(request, pk), PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Name the day from which the plan holds."))
        return redirect(_back(found))
    day = form.cleaned_data["day"]
    left_out = queries.publishing(found, day).left_out
    done = carry_out(
        request, None, lambda: actions.publish_plan(found, day, by=request.user), _("The plan is in force."),
        _back(found),
    )  # fmt: skip
    if left_out:
        text = ngettext(
            "%(number)s household came onto the register since the plan was made; give it a helper.",
            "%(number)s households came onto the register since the plan was made; give them helpers.",
            left_out,
        )
        messages.warning(request, text % {"number": left_out})
    return done


@requires(ARRANGE_HELP)
@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Put a draft away."""
    found = _plan(request, pk)
    back = reverse("assistance:pairing")
    return carry_out(
        request, None, lambda: actions.drop_plan(found, by=request.user), _("The draft is put away."), back
    )
