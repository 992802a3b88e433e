"""What happens to a household: one form for each kind of event, and the counter-event."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.methods.typed import line
from jingzhun.people.access import Request, requires
from jingzhun.people.rules import EDIT_HOUSEHOLDS
from jingzhun.registry import dictionary
from jingzhun.registry.actions import events
from jingzhun.registry.actions.reversal import reverse_event
from jingzhun.registry.forms import HeadChangeForm, JoinForm, LeaveForm, MergeForm, MoveForm, ReverseForm, SplitForm
from jingzhun.registry.models import Event, Household, Member
from jingzhun.registry.queries.areas import editable_areas
from jingzhun.registry.queries.households import by_number
from jingzhun.registry.rules.refusals import Refused

from .household import crumbs, find


@requires(EDIT_HOUSEHOLDS)
def join(request: Request, number: str) -> HttpResponse:
    """Somebody is born into the household, marries in, comes back."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    form = JoinForm(request.POST or None)

    def write(data: dict[str, Any]) -> Event:
        return events.join_member(found, form.values(), reason=data["reason"], **_common(request, data))

    hint = _("A birth, a marriage, a return: the household has one member more from that day on.")
    return _event(request, found, form, write, _("Somebody joins"), hint)


@requires(EDIT_HOUSEHOLDS)
def leave(request: Request, number: str) -> HttpResponse:
    """A member dies, marries out, moves away."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    form = LeaveForm(request.POST or None, members=_present(found))

    def write(data: dict[str, Any]) -> Event:
        member, head = form.require_person("member"), form.person("new_head")
        staying = [other for other in form.members if other != member]
        relations = form.relations(head, staying)
        return events.leave_member(
            member, reason=data["reason"], new_head=head, relations=relations, **_common(request, data)
        )

    hint = _("Where the head leaves, name the new one, and check what the others are to the new head.")
    return _event(request, found, form, write, _("Somebody leaves or dies"), hint)


@requires(EDIT_HOUSEHOLDS)
def head(request: Request, number: str) -> HttpResponse:
    """Another member is the head, or always was."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    form = HeadChangeForm(request.POST or None, members=_present(found))

    def write(data: dict[str, Any]) -> Event:
        new_head = form.require_person("new_head")
        return events.change_head(
            found, new_head, relations=form.relations(new_head, form.members), **_common(request, data)
        )

    hint = _("Nobody leaves; a wrongly recorded head is put right so. Check what the others are to the new head.")
    return _event(request, found, form, write, _("Another member becomes the head"), hint)


@requires(EDIT_HOUSEHOLDS)
def split(request: Request, number: str) -> HttpResponse:
    """Some members found a household of their own."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    form = SplitForm(request.POST or None, members=_present(found))

    def write(data: dict[str, Any]) -> Event:
        return events.split_household(
            found,
            form.going(),
            form.require_person("head"),
            new_head=form.person("new_head"),
            relations=form.all_relations(),
            **_common(request, data),
        )

    hint = _("The new household gets a number of its own; it is on the register from this day on if the old one is.")
    return _event(request, found, form, write, _("The household splits"), hint)


@requires(EDIT_HOUSEHOLDS)
def merge(request: Request, number: str) -> HttpResponse:
    """Another household merges into this one: first its number, then what its members are here."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    text = line(request.GET.get("other", ""))
    other = by_number(request.user, text, EDIT_HOUSEHOLDS) if text else None
    heading = _("Another household merges into this one")
    if other is None or other == found:
        if text:
            messages.error(request, _("There is no other household %(number)s in your area.") % {"number": text})
        context = {"household": found, "heading": heading, "crumbs": crumbs(found), "other": text}
        return render(request, "registry/households/merge.html", context)
    form = MergeForm(request.POST or None, members=_present(other))

    def write(data: dict[str, Any]) -> Event:
        return events.merge_households(found, other, relations=form.chosen(), **_common(request, data))

    hint = _("Say what each of them is to the head of this household. Household %(number)s is closed.")
    return _event(request, found, form, write, heading, hint % {"number": other.number})


@requires(EDIT_HOUSEHOLDS)
def move(request: Request, number: str) -> HttpResponse:
    """The household moves to another village or group."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    form = MoveForm(request.POST or None, areas=editable_areas(request.user))

    def write(data: dict[str, Any]) -> Event:
        return events.move_household(found, form.areas[data["area"]], **_common(request, data))

    hint = _("The household keeps its number for life.")
    return _event(request, found, form, write, _("The household moves"), hint)


@requires(EDIT_HOUSEHOLDS)
def reverse(request: Request, number: str, pk: int) -> HttpResponse:
    """Take an event back by a counter-event."""
    found = find(request, number, EDIT_HOUSEHOLDS)
    mine = Event.objects.filter(Q(household=found) | Q(other=found))
    event = get_object_or_404(mine.select_related("member"), pk=pk)
    form = ReverseForm(request.POST or None)

    def write(data: dict[str, Any]) -> Event:
        return reverse_event(event, data["why"], by=request.user)

    what = f"{dictionary.label('event', event.kind)} {event.member or ''} {event.on.isoformat()}"
    hint = _("What stood before the event stands again; event and counter-event both stay in the timeline.")
    return _event(request, found, form, write, _("Take back: %(event)s") % {"event": what}, hint)


def _event(
    request: Request, found: Household, form: Any, write: Callable[[dict[str, Any]], Event], heading: str, hint: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            event = write(form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Recorded: %(event)s.") % {"event": dictionary.label("event", event.kind)})
            for warning in getattr(form, "warnings", list)():
                messages.warning(request, warning)
            still_mine = by_number(request.user, found.number)
            return redirect("registry:household", found.number) if still_mine else redirect("registry:households")
    context = {"form": form, "household": found, "heading": heading, "hint": hint, "crumbs": crumbs(found)}
    return render(request, "registry/households/event.html", context)


def _common(request: Request, data: dict[str, Any]) -> dict[str, Any]:
    return {"on": data["on"], "note": data["note"], "by": request.user}


def _present(household: Household) -> list[Member]:
    return list(household.members.present(timezone.localdate()))
