"""What an event changed, in words: from where to where a household moved, who became what to the head."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from jingzhun.areas.rules import Level, ancestors_of
from jingzhun.registry.models import Event, Household, Member
from jingzhun.registry.readable import field_label, field_text

from .households import area_names

TOLD = ("area_id", "relation")


def names_for(events: Iterable[Event], members: Iterable[Member]) -> dict[str, str]:
    """What the areas and members of events are called, by code and by number; one query."""
    codes = {
        values["area_id"]
        for event in events
        for facts in (event.before, event.after)
        for *_row, values in facts.get("facts", [])
        if values and values.get("area_id")
    }
    names = area_names(codes) if codes else {}
    below = {level.digits for level in (Level.TOWN, Level.VILLAGE, Level.GROUP)}
    places = {
        code: " · ".join(names.get(each, each) for each in ancestors_of(code) if len(each) in below) for code in codes
    }
    return places | {member.number: member.name for member in members}


def told_facts(event: Event, household: Household, names: dict[str, str]) -> list[tuple[str, str, str]]:
    """(label, before, after) of the facts of one household that an event changed and that its title does not tell."""
    return list(_told(event, household, names))


def _told(event: Event, household: Household, names: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    pairs = zip(event.before.get("facts", []), event.after.get("facts", []), strict=True)
    for (kind, key, before), (*_same, after) in pairs:
        for name in TOLD:
            old, new = (before or {}).get(name), (after or {}).get(name)
            if not old or not new or old == new or not key.startswith(household.number):
                continue
            if name == "area_id":
                yield field_label(kind, name), names.get(old, old), names.get(new, new)
            else:
                label = _("%(name)s, %(what)s") % {"name": names.get(key, key), "what": field_label(kind, name)}
                yield label, field_text(kind, name, old), field_text(kind, name, new)
