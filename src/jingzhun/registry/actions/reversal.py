"""An event taken back by a counter-event: what stood before stands again."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.people.models import User
from jingzhun.people.rules import EDIT_HOUSEHOLDS
from jingzhun.registry.models import Event, Household
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.signals import household_erasing, household_moving

from .events import keep_event, lock_household, standing_events
from .facts import key_of, keys, take_back, touched_by
from .saving import on_behalf_of


@transaction.atomic
def reverse_event(event: Event, why: str, *, by: User) -> Event:
    """Take an event back by a counter-event: what stood before stands again. Raises Refused.

    Later events that touch the same members or households must be taken back first.
    """
    households = [event.household_id] + ([event.other_id] if event.other_id else [])
    _require_areas(by, event, [lock_household(one, closed_too=True) for one in _in_order(households)])
    if not why.strip():
        raise Refused.because(_("Say why the event is taken back."), "why")
    if event.kind == "reversal" or Event.objects.filter(reverses=event).exists():
        raise Refused.because(_("This event is a counter-event, or was taken back already."))
    if not event.before.get("facts"):
        raise Refused.because(_("This event changed nothing that could be taken back."))
    later = [other for other in standing_events(households) if (other.on, other.pk) > (event.on, event.pk)]
    if keys(event) & touched_by(later):
        newest = max(later, key=lambda other: (other.on, other.pk))
        message = _("Later events build on this one; take back the one of %(day)s first.")
        raise Refused.because(message % {"day": newest.on.isoformat()})
    if event.kind == "move":
        _tell_moving_back(event)
    for founded in _founded_by(event):
        _require_unmarked(founded, event)
    with on_behalf_of(by, event=True):
        take_back(event)
    household = Household.objects.get(pk=event.household_id)
    return keep_event(
        Event(
            household=household,
            kind="reversal",
            on=timezone.localdate(),
            member=event.member,
            other=event.other,
            before=event.after,
            after=event.before,
            note=why.strip(),
            reverses=event,
        ),
        household,
        by,
    )


def _tell_moving_back(event: Event) -> None:
    for _kind, _key, values in event.before["facts"]:
        if values and "area_id" in values:
            household_moving.send(reverse_event, household=event.household, area_code=values["area_id"])


def _founded_by(event: Event) -> list[Household]:
    """Households that were not there before an event, and are not once it is taken back."""
    numbers_founded = [key for kind, key, before in event.before["facts"] if kind == "household" and before is None]
    return list(Household.objects.filter(number__in=numbers_founded))


def _require_unmarked(founded: Household, event: Event) -> None:
    """A household that came onto the register otherwise than by its founding, or has a case under way, stays."""
    own = {key for kind, key in keys(event) if kind == "spell"}
    if any(key_of(spell) not in own for spell in founded.spells.all()):
        raise Refused.because(
            _("Household %(number)s came onto the register since; it leaves it by the exit only.")
            % {"number": founded.number}
        )
    household_erasing.send(reverse_event, household=founded)


def _in_order(ids: Iterable[int]) -> Iterable[Household]:
    """Households by number: whoever locks several does it in this order."""
    return Household.objects.filter(pk__in=list(ids)).order_by("number")


def _require_areas(by: User, event: Event, households: Iterable[Household]) -> None:
    """Everything that a counter-event changes must lie in the user's areas, also where a household would go back to."""
    areas = {household.village_code for household in households}
    for _kind, _key, values in event.before.get("facts", []):
        areas |= {values["area_id"]} if values and "area_id" in values else set()
    if not all(by.can(EDIT_HOUSEHOLDS, area) for area in areas):
        raise Refused.because(_("This event also touches an area that is not yours; ask the town or the county."))
