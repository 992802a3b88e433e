"""Measures of the plan: who does what until when; done, open or late."""

import io
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.people.access import Request, requires
from jingzhun.people.rules import VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy.actions import plan as actions
from jingzhun.policy.actions.exports import export_measures
from jingzhun.policy.forms.plan import DoneForm, MeasureForm
from jingzhun.policy.models import Plan, PlanMeasure
from jingzhun.policy.queries import plan as queries
from jingzhun.policy.tables import PROGRESS, MeasureTable
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.views.paging import paged

from .files import workbook
from .plan import crumbs_to, find, find_draft, form_page, saved, told

PER_PAGE = 50


@requires(VIEW_POLICIES)
def listed(request: Request, pk: int) -> HttpResponse:
    """The measures of a plan by where they stand."""
    plan, today, state = find(request, pk), timezone.localdate(), _state(request)
    counts = {name: queries.measures_of(plan, today, name).count() for name in PROGRESS}
    may_write = request.user.can(WRITE_POLICIES, plan.area_id)
    table = MeasureTable(queries.measures_of(plan, today, state), today=today, plan=plan, may_write=may_write)
    paged(table, request, PER_PAGE)
    context = {
        "plan": plan,
        "table": table,
        "state": state,
        "states": [(name, PROGRESS[name][0], counts[name]) for name in PROGRESS],
        "total": sum(counts.values()),
        "may_add": may_write and plan.state == Plan.State.DRAFT,
        "heading": _("Measures of the plan"),
        "crumbs": crumbs_to(plan),
    }
    return render(request, "policy/plan_measures.html", context)


@requires(VIEW_POLICIES)
def export(request: Request, pk: int) -> HttpResponse:
    plan, state, target = find(request, pk), _state(request), io.BytesIO()
    today = timezone.localdate()
    query = f"plan={plan.pk}" + (f"&state={state}" if state else "")
    export_measures(queries.measures_of(plan, today, state), target, today=today, query=query, by=request.user)
    return workbook(target, _("measures"))


@requires(WRITE_POLICIES)
def add(request: Request, pk: int) -> HttpResponse:
    plan = find_draft(request, pk)
    form = MeasureForm(request.POST or None, plan=plan, user=request.user)
    act = lambda: actions.save_measure(plan, form.task(), by=request.user)  # noqa: E731
    return saved(request, form, act, plan, _("Add a measure"))


@requires(WRITE_POLICIES)
def change(request: Request, pk: int) -> HttpResponse:
    """Change a measure of a draft; `drop` takes it out."""
    found = _find(request, pk)
    plan = find_draft(request, found.plan_id)
    if "drop" in request.POST:
        return told(request, plan, lambda: actions.drop_measure(found, by=request.user))
    first = {name: getattr(found, name) for name in MeasureForm.base_fields}
    form = MeasureForm(request.POST or None, plan=plan, user=request.user, initial=first)
    act = lambda: actions.save_measure(plan, form.task(), found, by=request.user)  # noqa: E731
    return saved(request, form, act, plan, _("Change the measure"), droppable=True)


@requires(WRITE_POLICIES)
def done(request: Request, pk: int) -> HttpResponse:
    """Report a measure of the plan in force as done."""
    found = _find(request, pk)
    form: Any = DoneForm(request.POST or None, initial={"note": found.note})
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_done(found, by=request.user, **form.cleaned_data)
        except NotYours as refused:
            raise PermissionDenied from refused
        except Refused as refused:
            form.refuse(refused)
        else:
            return redirect("policy:plan-measures", found.plan_id)
    crumbs = [*crumbs_to(found.plan), (_("Measures"), reverse("policy:plan-measures", args=[found.plan_id]))]
    return form_page(request, form, found.title, crumbs)


def _find(request: Request, pk: int) -> PlanMeasure:
    found = queries.measure_of(request.user, pk)
    if found is None:
        raise Http404
    return found


def _state(request: Request) -> str:
    asked = request.GET.get("state", "")
    return asked if asked in PROGRESS else ""
