"""Needs of households: each with its way by the journal; answered, given on, closed with the household content."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jingzhun.assistance.actions import needs
from jingzhun.assistance.forms.households import AnswerForm, RouteForm
from jingzhun.assistance.models import Measure, Need
from jingzhun.assistance.queries.household_page import place_of
from jingzhun.assistance.queries.mine import may_help, seen_by
from jingzhun.assistance.queries.needs import history_of, may_answer, needs_for
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import HELP_OWN, SEE_HELP

from .where import carry_out, form_page, head_of


def _need(request: Request, pk: int) -> Need:
    """A need that the user may read. Raises Http404."""
    return get_object_or_404(needs_for(request.user).select_related("household__area"), pk=pk)


def _page_of(need: Need) -> str:
    return reverse("assistance:need", args=[need.pk])


def _crumbs(need: Need) -> list[tuple[str, str]]:
    return [(_("Needs of households"), reverse("assistance:needs")), (head_of(need.household), _page_of(need))]


@requires(SEE_HELP)
def need(request: Request, pk: int) -> HttpResponse:
    """One need: what, of whom, given to whom, its way, and what came of it."""
    found = _need(request, pk)
    household = found.household
    opened = seen_by(request.user).filter(pk=household.pk).exists()
    context = {
        "need": found,
        "head": head_of(household),
        "place": place_of(household),
        "opened": opened,
        "may_help": may_help(request.user, household),
        "may_answer": may_answer(request.user, found),
        "history": history_of(found),
        "measures": list(Measure.objects.filter(need=found)) if opened else [],
        "today": timezone.localdate(),
        "crumbs": _crumbs(found)[:1],
    }
    return render(request, "assistance/need_page.html", context)


def _form_page(request: Request, found: Need, form: Any, button: str) -> HttpResponse:
    more = {"back": _page_of(found), "crumbs": _crumbs(found), "told": found.text}
    return form_page(request, found.household, form, button, button, **more)


@requires(HELP_OWN)
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer a need."""
    found = _need(request, pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["answer"]

        def act() -> None:
            needs.answer(found, text, by=request.user)

        if done := carry_out(request, form, act, _("The need is answered."), _page_of(found)):
            return done
    return _form_page(request, found, form, _("Answer"))


@requires(HELP_OWN)
def route(request: Request, pk: int) -> HttpResponse:
    """Give a need to somebody else."""
    found = _need(request, pk)
    initial = {"routed": found.routed, "organisation": found.organisation_id, "due_on": found.due_on}
    form = RouteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            needs.route(found, data["routed"], data["organisation"], data["due_on"], by=request.user)

        if done := carry_out(request, form, act, _("The need was given on."), _page_of(found)):
            return done
    return _form_page(request, found, form, _("Give it on"))


@requires(HELP_OWN)
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Close a need, with the household content, or open it again."""
    found = _need(request, pk)
    content = request.POST.get("satisfied") == "yes"
    told = _("The need is closed.") if content else _("The need is open again.")
    return carry_out(request, None, lambda: needs.close(found, content, by=request.user), told, _page_of(found))
