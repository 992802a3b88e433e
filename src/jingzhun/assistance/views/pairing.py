"""Cadres, and plans of who helps whom: made, compared, changed by hand, published."""

import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.assistance.actions import pairing as actions
from jingzhun.assistance.actions.cadres import import_cadres, leave
from jingzhun.assistance.forms.pairing import CadreFileForm, ChangeForm, NewPlanForm, PublishForm
from jingzhun.assistance.forms.postings import EndForm
from jingzhun.assistance.models import PairingPlan
from jingzhun.assistance.queries.cadres import cadres as listed
from jingzhun.assistance.queries.cadres import helped, numbers
from jingzhun.assistance.queries.effects import effect
from jingzhun.assistance.queries.plans import pairs_of, plans_of
from jingzhun.assistance.telling import in_words
from jingzhun.assistance.workbook.cadres import write_cadres
from jingzhun.identification.actions.uploads import keep
from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.models import Cadre
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.policy.views.files import workbook
from jingzhun.registry.workbook.problems import WorkbookRefused

from .county import county_of
from .where import carry_out

PER_PAGE, SHOWN_FAULTS = 50, 100
COMPARED = ("optimal", "greedy", "today")


@requires(ARRANGE_HELP)
def cadres(request: Request) -> HttpResponse:
    """The county's cadres."""
    county = county_of(request, ARRANGE_HELP)
    rank, text, load = (line(request.GET.get(name, ""))[:60] for name in ("rank", "q", "load"))
    rank = rank if rank in dict(Cadre.RANKS) else ""
    left = request.GET.get("left") == "yes"
    rows = listed(county, rank=rank, text=text, load=load, left=left)
    context = {
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "numbers": numbers(county),
        "rank": rank,
        "ranks": Cadre.RANKS,
        "q": text,
        "query": f"rank={rank}&q={text}&load={load}",
        "heading": _("Cadres"),
    }
    return render(request, "assistance/cadres.html", context)


@requires(ARRANGE_HELP)
def cadre(request: Request, pk: int) -> HttpResponse:
    """One cadre with the households helped, now and before."""
    found = _cadre(request, pk)
    context = {"cadre": found, "pairings": helped(found), "postings": found.postings.select_related("area"),
               "heading": found.name, "crumbs": [(_("Cadres"), reverse("assistance:cadres"))]}  # fmt: skip
    return render(request, "assistance/cadre.html", context)


@requires(ARRANGE_HELP)
def cadre_leaves(request: Request, pk: int) -> HttpResponse:
    """A cadre leaves."""
    found = _cadre(request, pk)
    form = EndForm(request.POST or None, initial={"day": timezone.localdate()})
    back = reverse("assistance:cadre", args=[pk])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            leave(found, data["day"], data["why"], by=request.user)

        done = _("The cadre has left; whoever was helped needs another helper now.")
        if answer := carry_out(request, form, act, done, back):
            return answer
    context = {
        "form": form,
        "heading": _("%(name)s leaves") % {"name": found.name},
        "button": _("Leaves"),
        "back": back,
    }
    return render(request, "assistance/form.html", context)


def _cadre(request: Request, pk: int) -> Cadre:
    rows = Cadre.objects.filter(county=county_of(request, ARRANGE_HELP)).select_related("organisation", "near", "user")
    return get_object_or_404(rows, pk=pk)


@requires(ARRANGE_HELP)
def cadres_import(request: Request) -> HttpResponse:
    """Take a workbook of cadres, or only look at it; wrong cells are listed and nothing comes in."""
    county = county_of(request, ARRANGE_HELP)
    form, taken = CadreFileForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        file, only_check = form.cleaned_data["file"], "check" in request.POST
        try:
            path = keep(file, file.name)
            try:
                taken = import_cadres(path, county, by=request.user, only_check=only_check, name=file.name[:200])
            finally:
                path.unlink(missing_ok=True)
        except WorkbookRefused as refused:
            form.add_error("file", str(refused))
        else:
            if not taken.bad and not only_check:
                told = {"added": taken.added, "changed": taken.changed}
                messages.success(request, _("%(added)s cadres added, %(changed)s changed.") % told)
                return redirect("assistance:cadres")
    context = {"form": form, "taken": taken, "bad": taken.bad[:SHOWN_FAULTS] if taken else [],
               "heading": _("Import cadres"), "crumbs": [(_("Cadres"), reverse("assistance:cadres"))]}  # fmt: skip
    return render(request, "assistance/cadres_import.html", context)


@requires(ARRANGE_HELP)
def cadres_template(request: Request) -> HttpResponse:
    """The empty workbook."""
    target = io.BytesIO()
    write_cadres(target)
    return workbook(target, _("cadres"))


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
    context = {"form": form, "page": Paginator(plans_of(county), PER_PAGE).get_page(request.GET.get("page")),
               "heading": _("Who helps whom")}  # fmt: skip
    return render(request, "assistance/plans.html", context)


def _plan(request: Request, pk: int, permission: str = ARRANGE_HELP) -> PairingPlan:
    return get_object_or_404(plans_of(county_of(request, permission)), pk=pk)


@requires(ARRANGE_HELP)
def plan(request: Request, pk: int) -> HttpResponse:
    """One plan: what it costs against today and against greedy, what it leaves open, its pairs."""
    found = _plan(request, pk)
    village, moved = line(request.GET.get("area", ""))[:12], request.GET.get("moved") == "yes"
    pairs = pairs_of(found, village, moved=moved)
    most = max((found.outcome[name]["cost"] for name in COMPARED), default=0) or 1
    context = {
        "plan": found,
        "page": Paginator(pairs, PER_PAGE).get_page(request.GET.get("page")),
        "compared": [(name, found.outcome[name], round(100 * found.outcome[name]["cost"] / most)) for name in COMPARED],
        "unmet": in_words(found.outcome["unmet"]),
        "form": PublishForm(initial={"day": timezone.localdate()}),
        "query": f"area={village}&moved={'yes' if moved else ''}",
        "heading": _("Plan of pairing %(year)s") % {"year": found.year},
        "crumbs": [(_("Who helps whom"), reverse("assistance:pairing"))],
    }
    return render(request, "assistance/plan.html", context)


@requires(ARRANGE_HELP)
def change(request: Request, pk: int, pair: int) -> HttpResponse:
    """Another helper for a household; what that would do is shown before it is saved."""
    found = _plan(request, pk)
    chosen = get_object_or_404(pairs_of(found), pk=pair)
    form = ChangeForm(request.POST or None, county=found.county)
    shown = None
    if request.method == "POST" and form.is_valid():
        cadre = form.cleaned_data["number"]
        shown = effect(found, chosen, cadre)
        if "save" in request.POST and shown.fits:
            cost = shown.cost

            def act() -> None:
                actions.change_pair(found, chosen, cadre.pk, cost, by=request.user)

            back = reverse("assistance:pairing-plan", args=[pk])
            if done := carry_out(request, form, act, _("The helper is changed."), back):
                return done
    context = {"plan": found, "pair": chosen, "form": form, "effect": shown,
               "new": form.cleaned_data.get("number") if shown else None,
               "heading": _("Another helper"),
               "crumbs": [(_("Plan of pairing %(year)s") % {"year": found.year},
                           reverse("assistance:pairing-plan", args=[pk]))]}  # fmt: skip
    return render(request, "assistance/change.html", context)


@requires(ARRANGE_HELP)
@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Put a plan in force."""
    found, form = _plan(request, pk), PublishForm(request.POST)
    back = reverse("assistance:pairing-plan", args=[pk])
    if not form.is_valid():
        messages.error(request, _("Name the day from which the plan holds."))
        return redirect(back)
    day = form.cleaned_data["day"]
    return carry_out(
        request, None, lambda: actions.publish_plan(found, day, by=request.user), _("The plan is in force."), back
    )


@requires(ARRANGE_HELP)
@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Put a draft away."""
    found = _plan(request, pk)
    back = reverse("assistance:pairing")
    return carry_out(
        request, None, lambda: actions.drop_plan(found, by=request.user), _("The draft is put away."), back
    )
