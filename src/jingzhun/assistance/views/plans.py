"""A household's plan: begun from proposals, changed, agreed with its signature; drafts for all that have none."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jingzhun.assistance.actions import plans
from jingzhun.assistance.forms.households import AgreeForm, OpenAgainForm, PlanForm
from jingzhun.assistance.models import HouseholdPlan, Measure
from jingzhun.assistance.queries import lists
from jingzhun.assistance.queries.mine import helped_by
from jingzhun.assistance.queries.proposals import Proposal, proposals_of
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import ASSIST, HELP_OWN
from jingzhun.registry.models import Household

from .where import carry_out, crumbs, form_page, head_of, helped_household, page_of

MOST_AT_ONCE = 300


@requires(HELP_OWN)
def begin(request: Request, number: str) -> HttpResponse:
    """Begin a household's plan from what it misses, needs, and what answers its causes."""
    household, today = helped_household(request, number), timezone.localdate()
    proposals = proposals_of(household, today.year, today)
    initial = {
        "year": today.year,
        "goal": plans.proposed_goal(household),
        "income_target": plans.proposed_income(household.village_code, today.year),
        "chosen": [each.key for each in proposals if each.fits],
    }
    form = PlanForm(request.POST or None, proposals=proposals, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        goal = plans.Goal(household, data["year"], data["goal"], data["income_target"])

        def act() -> None:
            plans.begin_plan(goal, form.taken_up(), data["due_on"], by=request.user)

        if done := carry_out(request, form, act, _("The plan is begun."), _there(household)):
            return done
    return _plan_page(request, household, form, _("Begin a plan"), _("Begin the plan"))


@requires(HELP_OWN)
def change(request: Request, number: str, pk: int) -> HttpResponse:
    """Change a draft, and take more into it."""
    household, today = helped_household(request, number), timezone.localdate()
    draft = get_object_or_404(HouseholdPlan, household=household, pk=pk)
    proposals: list[Proposal] = proposals_of(household, draft.year, today)
    initial = {"year": draft.year, "goal": draft.goal, "income_target": draft.income_target}
    form = PlanForm(request.POST or None, proposals=proposals, initial=initial)
    form.fields["year"].disabled = True
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            plans.rewrite_plan(
                draft, data["goal"], data["income_target"], form.taken_up(), data["due_on"], by=request.user
            )

        if done := carry_out(request, form, act, _("The plan is changed."), _there(household)):
            return done
    return _plan_page(request, household, form, _("Change the plan"), _("Save"))


def _plan_page(request: Request, household: Household, form: PlanForm, heading: str, button: str) -> HttpResponse:
    context: dict[str, Any] = {"household": household, "head": head_of(household), "form": form, "heading": heading,
                               "button": button, "back": page_of(household),
                               "crumbs": crumbs(request, household)}  # fmt: skip
    return render(request, "assistance/plan_form.html", context)


def _there(household: Household) -> str:
    return f"{page_of(household)}#plan"


@requires(HELP_OWN)
def agree(request: Request, number: str, pk: int) -> HttpResponse:
    """The household agrees to its plan with its signature."""
    household = helped_household(request, number)
    draft = get_object_or_404(HouseholdPlan, household=household, pk=pk)
    initial = {"on": timezone.localdate(), "signed_by": head_of(household)}
    form = AgreeForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        paper = form.paper()
        agreed = [plans.Agreed(draft, form.cleaned_data["signed_by"], form.cleaned_data["on"])]

        def act() -> None:
            plans.agree(agreed, paper, by=request.user)

        if done := carry_out(request, form, act, _("The plan is agreed."), _there(household)):
            return done
    measures = draft.measures.exclude(state=Measure.State.DROPPED)
    more = {"signing": True, "told": draft.goal, "measures": measures}
    return form_page(request, household, form, _("The household agrees"), _("Agreed"), **more)


@requires(HELP_OWN)
def open_again(request: Request, number: str, pk: int) -> HttpResponse:
    """An agreed plan is to change: the household agrees to it anew."""
    household = helped_household(request, number)
    agreed = get_object_or_404(HouseholdPlan, household=household, pk=pk)
    form = OpenAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]

        def act() -> None:
            plans.open_again(agreed, why, by=request.user)

        if done := carry_out(request, form, act, _("The plan is a draft again."), _there(household)):
            return done
    return form_page(request, household, form, _("Change an agreed plan"), _("Open it again"), told=agreed.goal)


@requires(ASSIST)
@require_POST
def draw_up(request: Request) -> HttpResponse:
    """Draft plans for the households of a list that have none this year."""
    today, area = timezone.localdate(), request.POST.get("area", "")[:15]
    if area and not (area.isascii() and area.isdigit() and request.user.can(ASSIST, area)):
        raise Http404
    waiting = lists.households(request.user, lists.Asked(area=area, lacks="plan"), today)
    mine = helped_by(request.user).filter(pk__in=waiting.values("pk"))
    back = f"{reverse('assistance:households')}?lacks=agreement" + (f"&area={area}" if area else "")
    if mine.count() > MOST_AT_ONCE:
        told = _("Choose a village first: at most %(number)s plans are drafted at once.") % {"number": MOST_AT_ONCE}
        messages.error(request, told)
        return redirect(reverse("assistance:households") + "?lacks=plan")
    made = plans.draw_up(list(mine), today.year, by=request.user)
    told = ngettext("%(number)s plan is drafted.", "%(number)s plans are drafted.", len(made))
    messages.success(request, told % {"number": len(made)})
    return redirect(back)
