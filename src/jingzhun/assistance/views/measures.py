"""Measures of a household: each step of theirs is a button on the household's page."""

from datetime import timedelta

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
from jingzhun.policy.queries.entitlement import Answer, entitlements_of
from jingzhun.policy.wording import title_of
from jingzhun.registry.models import Household

from .lists import PER_PAGE
from .where import carry_out, form_page, head_of, helped_household, page_of

A_MONTH = timedelta(days=30)  # within which a measure is due unless somebody says otherwise


@requires(HELP_OWN)
def plan(request: Request, number: str) -> HttpResponse:
    """Plan a measure, for a need or by a policy that the household is entitled to."""
    household, today = helped_household(request, number), timezone.localdate()
    need = Need.objects.filter(household=household, pk=_whole(request.GET.get("need"))).first()
    policies = _entitled(household)
    asked = _whole(request.GET.get("policy"))
    chosen = next((answer for answer in policies if answer.policy.pk == asked), None)
    initial = {"kind": need.kind if need else "", "content": need.text[:300] if need else "",
               "due_on": max(need.due_on, today) if need else today + A_MONTH}  # fmt: skip
    if chosen is not None:
        initial |= {"kind": chosen.version.kind, "content": chosen.version.title, "policy": asked,
                    "amount": chosen.value}  # fmt: skip
    form = MeasureForm(request.POST or None, household=household, policies=_choices(policies), initial=initial)
    if request.method == "POST" and form.is_valid():
        draft = _draft(household, form.cleaned_data["due_on"].year)
        rows = [form.wanted(household, need, draft)]

        def act() -> None:
            actions.plan_measures(rows, by=request.user)

        if done := carry_out(request, form, act, _("The measure is planned."), _there(household)):
            return done
    return form_page(request, household, form, _("Plan a measure"), _("Plan the measure"))


@requires(HELP_OWN)
def change(request: Request, pk: int) -> HttpResponse:
    """Change a measure that is not approved yet."""
    found = _measure(request, pk)
    household = found.household
    names = ("kind", "content", "due_on", "season", "policy", "amount", "quantity", "provider", "months", "area_m2",
             "self_payment")  # fmt: skip
    initial = {name: getattr(found, name) for name in names}
    form = MeasureForm(
        request.POST or None, household=household, policies=_choices(_entitled(household), found), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted(household, found.need, found.plan)

        def act() -> None:
            actions.change(found, wanted, by=request.user)

        if done := carry_out(request, form, act, _("The measure is changed."), _there(household)):
            return done
    return form_page(request, household, form, _("Change the measure"), _("Save"))


def _there(household: Household) -> str:
    return f"{page_of(household)}#measures"


def _draft(household: Household, year: int) -> HouseholdPlan | None:
    """The plan that takes a new measure up: what is agreed is not added to behind the household's back."""
    rows = HouseholdPlan.objects.filter(household=household, year=year, state=HouseholdPlan.State.DRAFT)
    return rows.first()


def _entitled(household: Household) -> list[Answer]:
    """Policies that the household is entitled to or may be."""
    return [answer for answer in entitlements_of(household, timezone.localdate()) if answer.answer is not False]


def _choices(found: list[Answer], measure: Measure | None = None) -> list[tuple[int, str]]:
    """Policies with their titles, and the one that a measure has already."""
    choices = {answer.policy.pk: title_of(answer.version) for answer in found}
    if measure is not None and measure.policy is not None:
        choices.setdefault(measure.policy.pk, measure.content)
    return list(choices.items())


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
    back = _there(found.household)
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

        if done := carry_out(request, form, act, _("Noted as delivered."), _there(found.household)):
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

        if done := carry_out(request, form, act, _("The household has confirmed."), _there(found.household)):
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

        if done := carry_out(request, form, act, _("The measure is dropped."), _there(found.household)):
            return done
    return form_page(request, found.household, form, found.content, _("Drop the measure"))
