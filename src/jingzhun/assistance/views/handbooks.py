"""Handbooks and door cards, of one household and of a village."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.assistance.actions.handbooks import print_cards, print_handbooks
from jingzhun.assistance.printing.handbook import Link
from jingzhun.assistance.queries.handbook import handbooks, of_village
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import SEE_HELP, VIEW_ASSISTANCE
from jingzhun.publicity.views.pages import address
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

from .cadres import pdf
from .where import page_of, seen_household

Print = Callable[..., bytes]


@requires(SEE_HELP)
def handbook(request: Request, number: str) -> HttpResponse:
    """A household's handbook."""
    return _of_one(request, seen_household(request, number), print_handbooks, _("handbook"))


@requires(SEE_HELP)
def card(request: Request, number: str) -> HttpResponse:
    """The card for a household's door."""
    return _of_one(request, seen_household(request, number), print_cards, _("door card"))


@requires(VIEW_ASSISTANCE)
def village_handbooks(request: Request, code: str) -> HttpResponse:
    """The handbooks of a village in one file."""
    return _of_village(request, code, print_handbooks, _("handbooks"))


@requires(VIEW_ASSISTANCE)
def village_cards(request: Request, code: str) -> HttpResponse:
    """The door cards of a village."""
    return _of_village(request, code, print_cards, _("door cards"))


def _of_one(request: Request, household: Household, act: Print, name: str) -> HttpResponse:
    rows = Household.objects.filter(pk=household.pk)
    return _printed(request, rows, household.area, act, f"{name} {household.number}", page_of(household))


def _of_village(request: Request, code: str, act: Print, name: str) -> HttpResponse:
    if not request.user.can(VIEW_ASSISTANCE, code):
        raise Http404
    village = get_object_or_404(Area, pk=code, level="village")
    rows = of_village(village.pk, timezone.localdate())
    back = reverse("assistance:place", args=[code])
    return _printed(request, rows, village, act, f"{name} {village.short_name}", back)


def link_of(request: Request) -> Link:
    """Gives the address of a household's page by its number, as a phone outside the office reaches it."""
    return lambda number: address(request, reverse("assistance:household", args=[number]))


def _printed(request: Request, rows: Any, area: Area, act: Print, name: str, back: str) -> HttpResponse:
    today = timezone.localdate()
    try:
        paper = act(handbooks(rows, today), area, today, link_of(request), by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(str(text) for texts in refused.messages.values() for text in texts))
        return redirect(back)
    response = pdf(paper, name)
    response["Cache-Control"] = "no-store"
    return response
