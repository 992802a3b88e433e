"""My households: the helper's first page on the phone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from jingzhun.assistance.queries.lists import soon_for
from jingzhun.assistance.queries.mine import cadre_of
from jingzhun.assistance.queries.my_households import cards_of
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import HELP_OWN


@requires(HELP_OWN)
def mine(request: Request) -> HttpResponse:
    """Who, what they need, what is due."""
    today = timezone.localdate()
    until = soon_for(request.user, today)
    cards = cards_of(request.user, today, until)
    days = [measure.due_on for card in cards for measure in card.to_deliver]
    context = {
        "cards": cards,
        "cadre": cadre_of(request.user),
        "today": today,
        "soon_by": until,
        "late": sum(day < today for day in days),
        "soon": sum(today <= day <= until for day in days),
        "due": sum(1 for card in cards if card.due and card.due <= today),
        "needs": sum(len(card.needs) for card in cards),
        "to_confirm": sum(len(card.to_confirm) for card in cards),
    }
    return render(request, "assistance/mine.html", context)
