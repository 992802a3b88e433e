"""Measures of a household: each step of theirs is a button on the household's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jingzhun.assistance.actions import measures as actions
from jingzhun.assistance.forms.households import ConfirmForm, DeliverForm, DropForm, MeasureForm
from jingzhun.assistance.models import HouseholdPlan, Measure, Need
from jingzhun.assistance.queries.mine import seen_by
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import APPROVE_MEASURES, HELP_OWN
from jingzhun.policy.queries.entitlement import entitlements_of
from jingzhun.registry.models import Household

from .lists import PER_PAGE
from .where import carry_out, form_page, head_of, helped_household, page_of


@requires(HELP_OWN)
def plan(request: Request, number: str) -> HttpResponse:
    """Plan a measure, for a need or by a policy that the household is entitled to."""
    household, today = helped_household(request, number), timezone.localdate()
    need = Need.objects.filter(household=household, pk=_whole(request.GET.get("need"))).first()
    policies = _entitled(household)
    asked = _whole(request.GET.get("policy"))
    chosen = next((title for pk, title in policies if pk == asked), "")
    initial = {"kind": need.kind if need else "", "content": chosen or (need.text[:300] if need else ""),
               "policy": asked if chosen else None, "due_on": today}  # fmt: skip
    form = MeasureForm(request.POST or None, household=household, policies=policies, initial=initial)
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["due_on"].year
        rows = [form.wanted(household, need, HouseholdPlan.objects.filter(household=household, year=year).first())]

        def act() -> None:
            actions.plan_measures(rows, by=request.user)

        if done := carry_out(request, form, act, _("The measure is planned."), page_of(household)):
            return done
    return form_page(request, household, form, _("Plan a measure"), _("Plan the measure"))


def _entitled(household: Household) -> list[tuple[int, str]]:
    """Policies that the household is entitled to or may be, with their titles."""
    found = entitlements_of(household, timezone.localdate())
    return [(answer.policy.pk, answer.version.title) for answer in found if answer.answer is not False]


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0


def _measure(request: Request, pk: int) -> Measure:
    rows = Measure.objects.filter(household__in=seen_by(request.user).values("pk"))
    return get_object_or_404(rows.select_related("household__area"), pk=pk)


@requires(APPROVE_MEASURES)
@require_POST
def approve(request: Request, pk: int) -> HttpResponse:
    """Approve a measure."""
    found = _measure(request, pk)
    back = page_of(found.household)
    return carry_out(request, None, lambda: actions.approve([found], by=request.user), _("Approved."), back)


@requires(APPROVE_MEASURES)
@require_POST
def approve_many(request: Request) -> HttpResponse:
    """Approve the measures that are ticked on the list; all or none."""
    keys = [key for text in request.POST.getlist("measure")[:PER_PAGE] if (key := _whole(text))]
    rows = Measure.objects.filter(household__in=seen_by(request.user).values("pk"), pk__in=keys)
    back = reverse("assistance:measures") + "?state=planned"
    if not keys:
        messages.error(request, _("Tick the measures first that are to be approved."))
        return redirect(back)
    told = ngettext("%(number)s measure is approved.", "%(number)s measures are approved.", len(rows))
    told %= {"number": len(rows)}
    return carry_out(request, None, lambda: actions.approve(rows, by=request.user), told, back)


@requires(HELP_OWN)
def deliver(request: Request, pk: int) -> HttpResponse:
    """Note a measure as delivered."""
    found = _measure(request, pk)
    form = DeliverForm(request.POST or None, request.FILES or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        day, picture = form.cleaned_data["on"], form.picture()

        def act() -> None:
            actions.deliver([found], day, picture, by=request.user)

        if done := carry_out(request, form, act, _("Noted as delivered."), page_of(found.household)):
            return done
    return form_page(request, found.household, form, found.content, _("Delivered"))


@requires(HELP_OWN)
def confirm(request: Request, pk: int) -> HttpResponse:
    """The household signs that it received."""
    found = _measure(request, pk)
    initial = {"on": timezone.localdate(), "signed_by": head_of(found.household)}
    form = ConfirmForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data, paper = form.cleaned_data, form.paper()
        signed = [actions.Signed(found, data["signed_by"], data["on"], data["effect"])]

        def act() -> None:
            actions.confirm(signed, paper, by=request.user)

        if done := carry_out(request, form, act, _("The household has confirmed."), page_of(found.household)):
            return done
    return form_page(request, found.household, form, found.content, _("Confirm"), signing=True)


@requires(HELP_OWN)
def drop(request: Request, pk: int) -> HttpResponse:
    """Drop a measure."""
    found = _measure(request, pk)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]

        def act() -> None:
            actions.drop(found, why, by=request.user)

        if done := carry_out(request, form, act, _("The measure is dropped."), page_of(found.household)):
            return done
    return form_page(request, found.household, form, found.content, _("Drop the measure"))
