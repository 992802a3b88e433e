"""The households that one helps, as cards: what each needs, what is due; seven queries for any number of them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q

from jingzhun.areas.models import Area
from jingzhun.assistance.models import Measure, Need, Visit
from jingzhun.assistance.rules import measures as rules
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.registry.models import Household, Member

from .mine import mine


@dataclass
class Card:
    """One household."""

    household: Household
    head: str = ""
    persons: int = 0
    village: str = ""
    last: date | None = None
    due: date | None = None
    step: Visit | None = None  # the latest with a next step that is to come
    needs: list[Need] = field(default_factory=list)
    to_deliver: list[Measure] = field(default_factory=list)  # approved, or still planned though due soon or late
    to_confirm: list[Measure] = field(default_factory=list)


def cards_of(user: User, today: date, until: date) -> list[Card]:
    """Cards of the user's households, whom to visit first on top. What is due `until` a day is due soon."""
    households = list(mine(user, today))
    if not households:
        return []
    villages = Area.objects.in_bulk({each.village_code for each in households})
    cards = {each.pk: Card(each, village=villages[each.village_code].short_name) for each in households}
    for member in Member.objects.filter(household__in=cards, left_on=None).only("household", "name", "relation"):
        card = cards[member.household_id]
        card.persons += 1
        card.head = member.name if member.relation == "head" else card.head
    _visits(cards, households[0].village_code, today)
    for need in Need.objects.filter(household__in=cards).exclude(state=Need.State.CLOSED).order_by("due_on"):
        cards[need.household_id].needs.append(need)
    waiting = Q(state__in=(rules.APPROVED, rules.DELIVERED)) | Q(state=rules.PLANNED, due_on__lte=until)
    for measure in Measure.objects.filter(waiting, household__in=cards).order_by("due_on"):
        card = cards[measure.household_id]
        (card.to_confirm if measure.state == rules.DELIVERED else card.to_deliver).append(measure)
    return sorted(cards.values(), key=lambda card: (card.due or date.max, card.household.number))


def _visits(cards: dict[int, Card], area_code: str, today: date) -> None:
    rows = Visit.objects.filter(household__in=cards).order_by()
    last: dict[Any, Any] = defaultdict(lambda: None)
    last.update(rows.values_list("household").annotate(last=Max("on")))
    every = values(["visit_every_days"], area_code, today).get("visit_every_days")
    for pk, card in cards.items():
        card.last = last[pk]
        if every is not None:
            card.due = card.last + timedelta(days=int(every)) if card.last else today
    for visit in rows.filter(next_on__isnull=False).order_by("on", "pk"):
        card = cards[visit.household_id]
        card.step = visit if visit.on == card.last else card.step
