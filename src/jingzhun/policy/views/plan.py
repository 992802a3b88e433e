"""The county's plan: its page, drafting, phases, targets, adopting."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.areas.models import Area
from jingzhun.methods.typed import LARGEST_KEY, whole
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_HOUSEHOLDS, VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy.actions import plan as actions
from jingzhun.policy.actions.target_files import read_targets, write_targets
from jingzhun.policy.charts import exits_chart, way_chart
from jingzhun.policy.forms.plan import AdoptForm, GridForm, PhaseForm, PlanForm, TargetFileForm
from jingzhun.policy.links import left_in
from jingzhun.policy.models import Phase, Plan
from jingzhun.policy.queries import plan as queries
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

from .files import workbook


@requires(VIEW_POLICIES)
def current(request: Request) -> HttpResponse:
    """The plan in force; all plans where there is none."""
    found = queries.in_force(request.user)
    return redirect("policy:plan", found.pk) if found else redirect("policy:plans")


@requires(VIEW_POLICIES)
def plans(request: Request) -> HttpResponse:
    """All plans: in force, replaced, drafts of one's own county."""
    context = {
        "plans": queries.plans_for(request.user),
        "may_write": bool(queries.counties_to_plan(request.user)),
        "heading": _("Plans"),
    }
    return render(request, "policy/plans.html", context)


@requires(VIEW_POLICIES)
def plan(request: Request, pk: int) -> HttpResponse:
    """One plan: phases, planned against what happened, by town, its measures."""
    found = find(request, pk)
    page = queries.plan_page(request.user, found, timezone.localdate())
    lists = request.user.can(VIEW_HOUSEHOLDS, page.shown.area.code) if page.shown else False
    context = {
        "page": page,
        "plan": found,
        "title": title_of(found),
        "rows": [(row, [(cell, left_in(row.area.code, cell.year)) for cell in row.cells]) for row in page.rows],
        "lists": lists,
        "exits": exits_chart(page, lists),
        "way": way_chart(page),
        "last": page.way[-1] if page.way else None,
        "late": queries.measures_of(found, page.today, "late")[:5],
        "may_write": request.user.can(WRITE_POLICIES, found.area_id),
        "is_draft": found.state == Plan.State.DRAFT,
        "heading": title_of(found),
        "crumbs": [(_("Plans"), reverse("policy:plans"))],
    }
    return render(request, "policy/plan.html", context)


@requires(WRITE_POLICIES)
def add(request: Request) -> HttpResponse:
    """Draft a plan; `like`: with what another one says."""
    counties = queries.counties_to_plan(request.user)
    if not counties:
        raise Http404
    like = whole(request.GET.get("like", ""), 1, LARGEST_KEY)
    other = queries.find(request.user, like, WRITE_POLICIES) if like else None
    form = PlanForm(request.POST or None, user=request.user, counties=counties, initial=_initial(other))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_plan(form.county, form.aim(), by=request.user, like=other)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The draft is made. Now set its phases, targets and measures."))
            return redirect("policy:plan", made.pk)
    return form_page(request, form, _("Draft a plan"), [(_("Plans"), reverse("policy:plans"))])


@requires(WRITE_POLICIES)
def change(request: Request, pk: int) -> HttpResponse:
    found = find_draft(request, pk)
    form = PlanForm(request.POST or None, user=request.user, counties=[found.area], initial=_initial(found))
    return saved(request, form, lambda: actions.change_plan(found, form.aim(), by=request.user), found, _("The plan"))


@requires(WRITE_POLICIES)
def phase(request: Request, pk: int, phase: int = 0) -> HttpResponse:
    """Add a phase, or change one; `drop` takes it out."""
    found = find_draft(request, pk)
    chosen = get_object_or_404(Phase, pk=phase, plan=found) if phase else None
    if chosen and "drop" in request.POST:
        return told(request, found, lambda: actions.drop_phase(chosen, by=request.user))
    first = {name: getattr(chosen, name) for name in PhaseForm.base_fields} if chosen else {}
    form = PhaseForm(request.POST or None, initial=first)
    heading = _("Change the phase") if chosen else _("Add a phase")
    act = lambda: actions.save_phase(found, form.stretch(), chosen, by=request.user)  # noqa: E731
    return saved(request, form, act, found, heading, droppable=bool(chosen))


@requires(WRITE_POLICIES)
def targets(request: Request, pk: int) -> HttpResponse:
    """The grid of targets, typed or brought by a workbook."""
    found = find_draft(request, pk)
    areas = [found.area, *queries.towns_of(found)]
    data = request.POST.dict() if request.method == "POST" else None
    form = GridForm(areas, queries.years_of(found), queries.grid_of(found), data)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_targets(found, form.grid, by=request.user)
        except Refused as refused:
            form.errors = _all(refused)
        else:
            messages.success(request, _("The targets are set."))
            return redirect("policy:plan", found.pk)
    return _grid(request, found, form, TargetFileForm())


@requires(WRITE_POLICIES)
@require_POST
def import_targets(request: Request, pk: int) -> HttpResponse:
    """Take the targets of a workbook, whole or not at all."""
    found = find_draft(request, pk)
    areas = [found.area, *queries.towns_of(found)]
    form = TargetFileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            actions.set_targets(found, read_targets(file, file.size), by=request.user)
        except Refused as refused:
            for text in _all(refused):
                form.add_error("file", text)
        else:
            messages.success(request, _("The targets of the workbook are set."))
            return redirect("policy:plan", found.pk)
    return _grid(request, found, GridForm(areas, queries.years_of(found), queries.grid_of(found)), form)


@requires(VIEW_POLICIES)
def export_targets(request: Request, pk: int) -> HttpResponse:
    """The grid as a workbook, to be filled and brought back."""
    found, target = find(request, pk), BytesIO()
    write_targets(found, target)
    return workbook(target, f"{_('targets')}-{found.first_year}-{found.last_year}")


@requires(WRITE_POLICIES)
def adopt(request: Request, pk: int) -> HttpResponse:
    """Put the draft into force."""
    found = find_draft(request, pk)
    page = queries.plan_page(request.user, found, timezone.localdate())
    form = AdoptForm(request.POST or None)
    before = Plan.objects.filter(area=found.area, state=Plan.State.ADOPTED).first()
    act = lambda: actions.adopt_plan(found, form.cleaned_data["on"], by=request.user)  # noqa: E731
    return saved(request, form, act, found, _("Adopt the plan"), page=page, before=before, adopting=True)


@requires(WRITE_POLICIES)
@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = find_draft(request, pk)
    return told(request, found, lambda: actions.drop_plan(found, by=request.user), reverse("policy:plans"))


def find(request: Request, pk: int, permission: str = VIEW_POLICIES) -> Plan:
    found = queries.find(request.user, pk, permission)
    if found is None:
        raise Http404
    return found


def find_draft(request: Request, pk: int) -> Plan:
    """A draft of the user's. Raises Http404."""
    found = find(request, pk, WRITE_POLICIES)
    if found.state != Plan.State.DRAFT:
        raise Http404
    return found


def title_of(plan: Plan) -> str:
    return plan.title_en if plan.title_en and get_language() == "en" else plan.title


def saved(
    request: Request, form: Any, act: Callable[[], object], plan: Plan, heading: str, **context: Any
) -> HttpResponse:
    """Save what a form holds and go back to the plan, or show the form with what is wrong."""
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except NotYours as refused:
            raise PermissionDenied from refused
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("policy:plan", plan.pk)
    return form_page(request, form, heading, crumbs_to(plan), plan=plan, **context)


def told(request: Request, plan: Plan, act: Callable[[], object], back: str = "") -> HttpResponse:
    """Do something at once and say what came of it."""
    try:
        act()
    except NotYours as refused:
        raise PermissionDenied from refused
    except Refused as refused:
        for text in _all(refused):
            messages.error(request, text)
        return redirect("policy:plan", plan.pk)
    messages.success(request, _("Done."))
    return redirect(back or reverse("policy:plan", args=[plan.pk]))


def form_page(request: Request, form: Form, heading: str, crumbs: list[tuple[str, str]], **more: Any) -> HttpResponse:
    return render(request, "policy/plan_form.html", {"form": form, "heading": heading, "crumbs": crumbs} | more)


def crumbs_to(plan: Plan) -> list[tuple[str, str]]:
    return [(_("Plans"), reverse("policy:plans")), (title_of(plan), reverse("policy:plan", args=[plan.pk]))]


def _grid(request: Request, plan: Plan, form: GridForm, file: TargetFileForm) -> HttpResponse:
    towns: list[Area] = form.areas[1:]
    context = {
        "plan": plan, "form": form, "file": file, "towns": towns, "heading": _("Targets"), "crumbs": crumbs_to(plan),
        "come_back": reverse("policy:plan-targets", args=[plan.pk]),
    }  # fmt: skip
    return render(request, "policy/plan_targets.html", context)


def _initial(plan: Plan | None) -> dict[str, Any]:
    names = ("title", "title_en", "first_year", "last_year", "goal", "document")
    return {name: getattr(plan, name) for name in names} if plan else {}


def _all(refused: Refused) -> list[str]:
    return [str(text) for texts in refused.messages.values() for text in texts]
