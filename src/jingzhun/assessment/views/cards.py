"""Scorecards: those in force, drafts, and what a draft would have given."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assessment.actions import cards as actions
from jingzhun.assessment.forms.scores import CardForm, YearForm
from jingzhun.assessment.models import Card, Scoring
from jingzhun.assessment.queries import scores as queries
from jingzhun.assessment.queries.simulation import simulate
from jingzhun.assistance.views import where
from jingzhun.assistance.views.county import county_of
from jingzhun.identification.forms.base import Form
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import DECIDE_ASSESSMENT, SET_TASKS, VIEW_ASSESSMENT

from .scores import filled


def _crumbs(card: Card | None = None) -> list[tuple[str, str]]:
    found = [(_("Scores"), reverse("assessment:scores")), (_("Scorecards"), reverse("assessment:cards"))]
    return [*found, (card.label, reverse("assessment:card", args=[card.pk]))] if card else found


def _card(request: Request, pk: int) -> Card:
    return get_object_or_404(queries.cards(request.user), pk=pk)


@requires(VIEW_ASSESSMENT)
def cards(request: Request) -> HttpResponse:
    """All cards of the county, by whom they judge."""
    context = {"cards": queries.cards(request.user), "heading": _("Scorecards"), "crumbs": _crumbs()[:1],
               "may_set": request.user.can(SET_TASKS)}  # fmt: skip
    return render(request, "assessment/score_cards.html", context)


@requires(SET_TASKS)
def adopt(request: Request) -> HttpResponse:
    """Take over the default cards."""
    county = county_of(request, SET_TASKS)
    back = reverse("assessment:cards")
    if request.method != "POST":
        return redirect(back)
    return where.carry_out(
        request, None, lambda: actions.adopt_cards(county, by=request.user), _("The default cards are in force."), back
    )


@requires(VIEW_ASSESSMENT)
def card(request: Request, pk: int) -> HttpResponse:
    """One card with its indicators; of a draft, what it would have given."""
    found = _card(request, pk)
    published = Scoring.objects.filter(county=found.county_id, subject=found.subject, state=Scoring.State.PUBLISHED)
    last = published.select_related("card").order_by("-year").first()
    context: dict[str, Any] = {
        "card": found,
        "lines": list(found.indicators.all()),
        "published": last,
        "simulated": simulate(found, last) if last and found.state == Card.State.DRAFT else [],
        "may_set": request.user.can(SET_TASKS, found.county_id),
        "may_issue": request.user.can(DECIDE_ASSESSMENT, found.county_id),
        "heading": found.label,
        "crumbs": _crumbs(),
    }
    return render(request, "assessment/score_card.html", context)


@requires(SET_TASKS)
def copy(request: Request, pk: int) -> HttpResponse:
    """Copy a card as a draft."""
    found = _card(request, pk)

    def act(_data: dict[str, Any]) -> None:
        actions.copy_card(found, by=request.user)

    form = Form(request.POST if request.method == "POST" else None)
    return filled(request, form, act, _("Copy as a draft"), _("The draft is made: change its weights."),
                  reverse("assessment:cards"), _crumbs(found), told=found.label)  # fmt: skip


@requires(SET_TASKS)
def change(request: Request, pk: int) -> HttpResponse:
    """Change a draft's weights; its page shows what they would have given."""
    found = _card(request, pk)
    form = CardForm(request.POST or None, card=found, lines=list(found.indicators.all()))

    def act(data: dict[str, Any]) -> None:
        actions.change_card(found, form.weights, data["document"], by=request.user)

    return filled(request, form, act, _("Change the weights"), _("The draft is changed."),
                  reverse("assessment:card", args=[pk]), _crumbs(found))  # fmt: skip


@requires(DECIDE_ASSESSMENT)
def issue(request: Request, pk: int) -> HttpResponse:
    """Put a draft in force."""
    found = _card(request, pk)
    form = YearForm(request.POST or None, initial={"year": timezone.localdate().year})

    def act(data: dict[str, Any]) -> None:
        actions.issue_card(found, data["year"], by=request.user)

    return filled(request, form, act, _("Put in force"), _("The card is in force."),
                  reverse("assessment:card", args=[pk]), _crumbs(found), told=found.document)  # fmt: skip
