"""What happens to households: members join and leave, households split, merge and move."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import EDIT_HOUSEHOLDS
from jingzhun.registry.models import Event, Household, Member, RegisterSpell
from jingzhun.registry.rules import entry
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.signals import household_moving

from . import numbers
from .checks import recheck_later
from .edits import refuse, with_derived
from .facts import Facts
from .saving import on_behalf_of

JOIN_EVENTS = {"birth": "birth", "marriage": "marriage_in", "return": "return"}
LEAVE_EVENTS = {"death": "death", "marriage": "marriage_out"}
CARRIED_OVER = ("area_id", "address", "recognised_by", "attribute", "family_planning", "martyr_family", "cause_main",
                "causes_other")  # fmt: skip
OWN_TO_A_PLACE = (
    "household",
    "number",
    "relation",
    "joined_on",
    "join_reason",
    "left_on",
    "leave_reason",
    "created_at",
)


@transaction.atomic
def join_member(
    household: Household, values: dict[str, Any], *, on: date, reason: str, by: User, note: str = ""
) -> Event:
    """Somebody joins a household: is born, marries in, comes back. Raises Refused."""
    household = lock_household(household)
    _require_day(on, household)
    refuse(entry.member_remarks(values, timezone.localdate()))
    born = values.get("birth_date")
    if born and born > on:
        raise Refused.because(_("Nobody joins before they are born."), "on")
    facts = Facts()
    member = Member(
        household=household,
        number=numbers.next_person(household),
        joined_on=on,
        join_reason=reason,
        **with_derived(values),
    )
    with on_behalf_of(by, event=True):
        facts.add(member)
    return tell_event(JOIN_EVENTS.get(reason, "join"), household, facts, on=on, by=by, note=note, member=member)


@transaction.atomic
def leave_member(
    member: Member,
    *,
    on: date,
    reason: str,
    by: User,
    new_head: Member | None = None,
    relations: Mapping[str, str] | None = None,
    note: str = "",
) -> Event:
    """A member leaves: dies, marries out, moves away. The last one closes the household.

    Where the head leaves, `new_head` follows, and `relations` gives what the others are to the new head, by person
    number. Raises Refused.
    """
    household = lock_household(member.household)
    _require_day(on, household)
    staying = _present(household)
    leaving = [person for person in staying if person.pk == member.pk]
    if not leaving:
        raise Refused.because(_("%(name)s has left this household already.") % {"name": member.name})
    staying.remove(leaving[0])
    facts = Facts()
    with on_behalf_of(by, event=True):
        _leave(facts, leaving, on, reason)
        _succeed(facts, leaving, staying, new_head, relations or {})
        if not staying:
            _close(facts, household, on)
    return tell_event(LEAVE_EVENTS.get(reason, "leave"), household, facts, on=on, by=by, note=note, member=leaving[0])


@transaction.atomic
def split_household(
    household: Household,
    members: Iterable[Member],
    head: Member,
    *,
    on: date,
    by: User,
    relations: Mapping[str, str] | None = None,
    new_head: Member | None = None,
    note: str = "",
) -> Event:
    """Some members found a household of their own under `head`, in the same place, on the register if the old one is.

    `relations`: what each is to the head of their household afterwards, by (old) person number. `new_head` follows
    where the head of the old household goes. Gives the event; its `other` is the new household. Raises Refused.
    """
    household = lock_household(household)
    _require_day(on, household)
    related = relations or {}
    going, staying = _parted(household, {member.pk for member in members}, head)
    facts = Facts()
    with on_behalf_of(by, event=True):
        _leave(facts, going, on, "split")
        _succeed(facts, going, staying, new_head, related)
        founded = _found_beside(facts, household)
        _arrive(facts, going, founded, on, "split", {**related, head.number: "head"})
        for spell in _open_spells(household, on):
            dated = {"registered_on": on, "exited_on": spell.exited_on}
            facts.add(RegisterSpell(household=founded, relapse=spell.relapse, round=spell.round, **dated))
    return tell_event("split", household, facts, on=on, by=by, note=note, other=founded)


def _parted(household: Household, wanted: set[int], head: Member) -> tuple[list[Member], list[Member]]:
    """Who goes and who stays. Raises Refused."""
    present = _present(household)
    going, staying = [p for p in present if p.pk in wanted], [p for p in present if p.pk not in wanted]
    if not going or len(going) != len(wanted):
        raise Refused.because(_("Choose members who belong to the household today."), "members")
    if not staying:
        raise Refused.because(_("Somebody must stay; to move a whole household, record a move."), "members")
    if head.pk not in wanted:
        raise Refused.because(_("The new household's head is one of those who go."), "head")
    return going, staying


def _found_beside(facts: Facts, household: Household) -> Household:
    """A household in the same place."""
    founded = Household(
        number=numbers.next_household(household.village_code),
        **{name: getattr(household, name) for name in CARRIED_OVER},
    )
    facts.add(founded)
    founded.refresh_from_db()
    return founded


@transaction.atomic
def merge_households(
    into: Household,
    closing: Household,
    *,
    on: date,
    by: User,
    relations: Mapping[str, str] | None = None,
    note: str = "",
) -> Event:
    """All members of a household join another one, and the emptied one is closed.

    `relations`: what each is to the head of `into`, by (old) person number. Two households of which only one is on the
    register are not merged: whether the joint one is poor is for identification or exit to say. Raises Refused.
    """
    if into.pk == closing.pk:
        raise Refused.because(_("A household cannot be merged with itself."), "other")
    first, second = sorted((into, closing), key=lambda household: household.number)
    locked = {household.pk: lock_household(household) for household in (first, second)}
    into, closing = locked[into.pk], locked[closing.pk]
    _require_day(on, into)
    _require_day(on, closing)
    if bool(_open_spells(into, on)) != bool(_open_spells(closing, on)):
        message = _("Only one of the two is on the register; settle that by identification or exit first.")
        raise Refused.because(message, "other")
    going = _present(closing)
    facts = Facts()
    with on_behalf_of(by, event=True):
        _leave(facts, going, on, "merge")
        _close(facts, closing, on)
        given = {member.number: (relations or {}).get(member.number, "other") for member in going}
        if "head" in given.values():
            raise Refused.because(_("The joint household keeps its head."), "relations")
        _arrive(facts, going, into, on, "merge", given)
    return tell_event("merge", into, facts, on=on, by=by, note=note, other=closing)


@transaction.atomic
def move_household(household: Household, area: Area, *, on: date, by: User, note: str = "") -> Event:
    """A household moves to another village or group; its number stays its own for life. Raises Refused."""
    household = lock_household(household)
    _require_day(on, household)
    if area.level not in (Level.VILLAGE, Level.GROUP):
        raise Refused.because(_("A household lives in a village or in a group of one."), "area")
    if area.code == household.area_id:
        raise Refused.because(_("The household lives there already."), "area")
    if area.valid_until is not None and area.valid_until <= on:
        raise Refused.because(_("This area no longer exists on that day."), "area")
    if not by.can(EDIT_HOUSEHOLDS, area.code):
        raise Refused.because(_("A move to an area that is not yours is recorded by the town or the county."), "area")
    household_moving.send(move_household, household=household, area_code=area.code)
    facts = Facts()
    with on_behalf_of(by, event=True):
        facts.set(household, area_id=area.code)
    household.refresh_from_db()
    return tell_event("move", household, facts, on=on, by=by, note=note)


@transaction.atomic
def change_head(
    household: Household,
    new_head: Member,
    *,
    on: date,
    by: User,
    relations: Mapping[str, str] | None = None,
    note: str = "",
) -> Event:
    """Another member is the head from a day on; also what puts a wrongly recorded head right. Raises Refused.

    `relations`: what the others are to the new head, by person number.
    """
    household = lock_household(household)
    _require_day(on, household)
    present = _present(household)
    if any(member.pk == new_head.pk and member.relation == "head" for member in present):
        raise Refused.because(_("%(name)s is the head already.") % {"name": new_head.name}, "new_head")
    facts = Facts()
    with on_behalf_of(by, event=True):
        _head_over(facts, present, new_head, relations or {})
    return tell_event("head", household, facts, on=on, by=by, note=note, member=new_head)


def standing_events(households: Iterable[int]) -> list[Event]:
    """Events of households that were not taken back; one query."""
    ids = list(households)
    found = Event.objects.filter(Q(household_id__in=ids) | Q(other_id__in=ids), reversed_by=None)
    return list(found.exclude(kind="reversal").distinct())


def lock_household(household: Household, *, closed_too: bool = False) -> Household:
    """The row, locked. Raises Refused for a closed household, unless it may be closed too."""
    locked = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    if locked.closed_on and not closed_too:
        raise Refused.because(_("This household is closed; nothing more happens to it."))
    return locked


def _require_day(on: date, household: Household) -> None:
    if on > timezone.localdate():
        raise Refused.because(_("The day lies in the future."), "on")
    latest = max((event.on for event in standing_events([household.pk])), default=None)
    if latest and on < latest:
        message = _("The last event of this household was on %(day)s; this one cannot lie before it.")
        raise Refused.because(message % {"day": latest.isoformat()}, "on")


def _present(household: Household) -> list[Member]:
    return list(Member.objects.select_for_update().filter(household=household, left_on=None).order_by("number"))


def _open_spells(household: Household, on: date) -> list[RegisterSpell]:
    return list(RegisterSpell.objects.select_for_update().filter(household=household).on(on))


def _leave(facts: Facts, members: Iterable[Member], on: date, reason: str) -> None:
    for member in members:
        if on < member.joined_on:
            message = _("%(name)s joined on %(day)s and cannot leave before.")
            raise Refused.because(message % {"name": member.name, "day": member.joined_on.isoformat()}, "on")
        facts.set(member, left_on=on, leave_reason=reason)


def _succeed(
    facts: Facts, going: list[Member], staying: list[Member], new_head: Member | None, relations: Mapping[str, str]
) -> None:
    """Name the new head where the head goes, and what the others are to the new one."""
    if not staying or not any(member.relation == "head" for member in going):
        return
    if new_head is None:
        raise Refused.because(_("The head leaves: name the new head."), "new_head")
    _head_over(facts, staying, new_head, relations)


def _head_over(facts: Facts, members: list[Member], new_head: Member, relations: Mapping[str, str]) -> None:
    """Name a head, and what the others are to it; who was the head gives way first."""
    if new_head.pk not in {member.pk for member in members}:
        raise Refused.because(_("The new head is one of those who stay."), "new_head")
    for member in sorted(members, key=lambda each: each.relation != "head"):
        relation = "head" if member.pk == new_head.pk else relations.get(member.number, member.relation)
        if relation == "head" and member.pk != new_head.pk:
            raise Refused.because(_("A household has exactly one head."), "new_head")
        if relation != member.relation:
            facts.set(member, relation=relation)


def _arrive(
    facts: Facts, members: Iterable[Member], household: Household, on: date, reason: str, relations: Mapping[str, str]
) -> None:
    """The same persons in another household, under numbers of that household."""
    carried = [field.attname for field in Member._meta.concrete_fields if field.name not in (*OWN_TO_A_PLACE, "id")]
    for member in members:
        facts.add(
            Member(
                household=household,
                number=numbers.next_person(household),
                relation=relations.get(member.number, "other"),
                joined_on=on,
                join_reason=reason,
                **{name: getattr(member, name) for name in carried},
            )
        )


def _close(facts: Facts, household: Household, on: date) -> None:
    """Close an emptied household; a closed household is on no register."""
    for spell in _open_spells(household, on):
        facts.set(spell, exited_on=on)
    facts.set(household, closed_on=on)


def tell_event(
    kind: str,
    household: Household,
    facts: Facts,
    *,
    on: date,
    by: User,
    note: str,
    member: Member | None = None,
    other: Household | None = None,
) -> Event:
    """Keep an event with the facts it changed, and tell the journal."""
    event = Event(
        household=household,
        kind=kind,
        on=on,
        member=member,
        other=other,
        before={"facts": facts.before},
        after={"facts": facts.after},
        note=note.strip(),
    )
    return keep_event(event, household, by)


def keep_event(event: Event, household: Household, by: User) -> Event:
    """Write an event down, tell the journal, and have the households judged anew."""
    event.by = by
    event.save()
    values: dict[str, Any] = {"event": event.pk, "on": event.on.isoformat(), "facts": event.after["facts"]}
    if event.reverses_id:
        values["reverses"] = event.reverses_id
    where = (household.number, household.village_code)
    record(
        Decision(
            f"registry.event_{event.kind}",
            "household",
            *where,
            why=event.note,
            values=values,
            permission=EDIT_HOUSEHOLDS,
        ),
        by=by,
    )
    for touched in filter(None, (household, event.other)):
        recheck_later(touched)
    return event
