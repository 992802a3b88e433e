"""Scorecards: a county takes the default ones, copies one to try other weights, and puts a draft in force."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.assessment.cards_data import default_cards
from jingzhun.assessment.models import Card, Indicator, Scoring
from jingzhun.assessment.queries.figures import unknown
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import DECIDE_ASSESSMENT, SET_TASKS
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused


@transaction.atomic
def adopt_cards(county: Area, *, by: User | System = SYSTEM, at: datetime | None = None) -> int:
    """Put the default cards in force in a county that has none; number of cards. Raises NotYours."""
    require(by, SET_TASKS, county.pk)
    Area.objects.select_for_update(no_key=True).get(pk=county.pk)
    had = set(Card.objects.filter(county=county).values_list("subject", flat=True))
    made = 0
    for values, lines in default_cards():
        if values["subject"] in had:
            continue
        card = Card.objects.create(county=county, state=Card.State.IN_FORCE, made_at=at or timezone.now(), **values)
        Indicator.objects.bulk_create([Indicator(card=card, **line) for line in lines])
        tell("assessment.card_adopted", card, {"document": card.document}, by, at)
        made += 1
    return made


@transaction.atomic
def copy_card(card: Card, *, by: User, at: datetime | None = None) -> Card:
    """A draft that begins like a card. Raises NotYours."""
    require(by, SET_TASKS, card.county_id)
    lines = list(card.indicators.all())
    made = Card.objects.create(
        county=card.county, subject=card.subject, title=card.title, title_en=card.title_en, bands=card.bands,
        first_year=timezone.localdate(at).year, document=card.document, copied_from=card, made_by=by,
        made_at=at or timezone.now(),
    )  # fmt: skip
    for line in lines:
        line.pk, line.card = None, made
        line._state.adding = True
    Indicator.objects.bulk_create(lines)
    tell("assessment.card_copied", made, {"card": card.label}, by, at)
    return made


@transaction.atomic
def change_card(
    card: Card, weights: Mapping[int, Decimal], document: str, *, by: User, at: datetime | None = None
) -> Card:
    """Give a draft's indicators (by key) other weights. Raises Refused, NotYours."""
    found = _draft(card, by, SET_TASKS)
    if not document.strip():
        raise Refused.because(_("This must be said."), "document")
    lines = list(found.indicators.all())
    for line in lines:
        line.weight = weights.get(line.pk, line.weight)
    _require_sound(found, lines)
    Indicator.objects.bulk_update(lines, ["weight"])
    found.document = document.strip()
    found.save(update_fields=["document"])
    tell("assessment.card_changed", found, {line.code: str(line.weight) for line in lines}, by, at)
    return found


@transaction.atomic
def issue_card(card: Card, first_year: int, *, by: User, at: datetime | None = None) -> Card:
    """Put a draft in force from a year on; the card before ends with the year before. Raises Refused, NotYours."""
    found = _draft(card, by, DECIDE_ASSESSMENT)
    if found.made_by_id == by.pk:
        raise Refused.because(_("Somebody else must decide on what you prepared."))
    _require_sound(found, list(found.indicators.all()))
    same = Q(county=found.county_id, subject=found.subject)
    if Scoring.objects.filter(same, year__gte=first_year).exists():
        raise Refused.because(_("Scores of %(year)s or later were computed already.") % {"year": first_year}, "year")
    others = Card.objects.filter(same, state=Card.State.IN_FORCE)
    if others.filter(first_year__gte=first_year).exists():
        raise Refused.because(_("Another card is in force from that year on already."), "year")
    others.filter(Q(last_year=None) | Q(last_year__gte=first_year)).update(last_year=first_year - 1)
    found.first_year, found.last_year, found.state = first_year, None, Card.State.IN_FORCE
    found.save(update_fields=["first_year", "last_year", "state"])
    tell("assessment.card_issued", found, {"year": first_year, "document": found.document}, by, at)
    return found


def card_for(county: str, subject: str, year: int) -> Card:
    """The card in force. Raises Refused without one."""
    rows = Card.objects.filter(county=county, subject=subject, state=Card.State.IN_FORCE, first_year__lte=year)
    found = rows.filter(Q(last_year=None) | Q(last_year__gte=year)).order_by("-first_year").first()
    if found is None:
        raise Refused.because(_("No scorecard is in force for %(year)s.") % {"year": year}, "year")
    return found


def _draft(card: Card, by: User, permission: str) -> Card:
    found = Card.objects.select_for_update(of=("self",)).select_related("county").get(pk=card.pk)
    require(by, permission, found.county_id)
    if found.state != Card.State.DRAFT:
        raise Refused.because(_("Only a draft can be changed: copy this card first."))
    return found


def _require_sound(card: Card, lines: list[Indicator]) -> None:
    whole = sum((line.weight for line in lines if line.kind == Indicator.Kind.SCORE), Decimal(0))
    if whole != Decimal(100):
        raise Refused.because(_("The points of the indicators come to %(sum)s, not to 100.") % {"sum": whole})
    if any(line.weight < 0 for line in lines):
        raise Refused.because(_("Points are not below nothing."))
    if wrong := [name for line in lines for name in unknown(line.figures, card.subject)]:
        raise Refused.because(_("There is no figure “%(name)s” for this card.") % {"name": wrong[0]})


def tell(action: str, card: Card, told: dict[str, object], by: User | System, at: datetime | None) -> None:
    record(Decision(action, "scorecard", str(card.pk), card.county_id, values=told), by=by, at=at)
