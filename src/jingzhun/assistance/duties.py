"""What waits for a user in the help of households: one's own, and those of the area."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from jingzhun.people.duties import Duty
from jingzhun.people.models import User
from jingzhun.people.rules import APPROVE_MEASURES, ARRANGE_HELP, ASSIST, HELP_OWN, SEE_HELP

from .models import Measure
from .queries import lists
from .queries.lists import Asked
from .queries.measures import late
from .queries.my_households import cards_of
from .queries.needs import overdue
from .queries.postings import listed


def duties(user: User, today: date) -> Iterator[Duty]:
    """Visits, needs and measures."""
    if user.can(HELP_OWN):
        yield from _own(user, today)
    if user.can(SEE_HELP):
        yield _needs(user, today)
    if user.can(APPROVE_MEASURES):
        yield _to_approve(user, today)
    if user.can(ARRANGE_HELP):
        over = listed(user, over=today).count()
        yield Duty(_("Postings whose term is over"), over, f"{reverse('assistance:postings')}?over=yes", over, "clock")
    if user.can(ASSIST) or user.can(ARRANGE_HELP):
        yield from _of_the_area(user, today)


def _own(user: User, today: date) -> Iterator[Duty]:
    cards, mine = cards_of(user, today, lists.soon_for(user, today)), reverse("assistance:mine")
    visits = [card.due for card in cards if card.due and card.due <= today]
    measures = [measure.due_on for card in cards for measure in card.to_deliver]
    gone = sum(day < today for day in visits)
    yield Duty(_("My households: visits due"), len(visits), mine, gone, "walk")
    yield Duty(_("My households: measures to deliver"), len(measures), mine, sum(day < today for day in measures),
               "package")  # fmt: skip
    waiting = sum(len(card.to_confirm) for card in cards)
    yield Duty(_("My households: measures to be confirmed"), waiting, mine, icon="writing")


def _needs(user: User, today: date) -> Duty:
    rows = lists.needs(user, Asked(to=lists.ME, state="open"), today).order_by()
    told = rows.aggregate(all=Count("pk"), late=Count("pk", filter=overdue(today)))
    address = f"{reverse('assistance:needs')}?to={lists.ME}&state=open"
    return Duty(_("Needs to answer"), told["all"], address, told["late"], "message-circle")


def _to_approve(user: User, today: date) -> Duty:
    rows = Measure.objects.visible_to(user, APPROVE_MEASURES).filter(state=Measure.State.PLANNED).order_by()
    told = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    return Duty(_("Measures to approve"), told["all"], f"{reverse('assistance:measures')}?state=planned", told["late"],
                "gavel")  # fmt: skip


def _of_the_area(user: User, today: date) -> Iterator[Duty]:
    place, households = reverse("assistance:measures"), reverse("assistance:households")
    gone = lists.measures(user, Asked(), today).filter(late(today)).count()
    yield Duty(_("Measures that are late"), gone, f"{place}?state=late", gone, "alarm")
    lacks = lists.lacking_numbers(user, Asked(), today)
    yield Duty(_("Households without a helper"), lacks["helper"], f"{households}?lacks=helper", icon="user-question")
    yield Duty(_("Households whose visit is due"), lacks["visit"], f"{households}?lacks=visit", icon="walk")
    yield Duty(_("Households without a plan this year"), lacks["plan"], f"{households}?lacks=plan", icon="road")
