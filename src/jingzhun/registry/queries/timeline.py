"""Everything that happened to a household, the latest first."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.journal.models import Entry
from jingzhun.journal.rules.labels import action_label
from jingzhun.registry import dictionary
from jingzhun.registry.models import Event, Household, RegisterSpell
from jingzhun.registry.readable import field_label, field_text

from .event_facts import names_for, told_facts
from .history import RowChange, changes, names_of, versions_of

# Decisions that stand in the timeline by what they did, with its details.
TOLD_OTHERWISE = ("registry.event_", "registry.household_edited", "registry.member_edited", "registry.survey_edited")
DECISIONS = {
    "registry.personal_seen": gettext_lazy("Personal numbers were looked at"),
    "registry.survey_recorded": gettext_lazy("A survey was recorded"),
    "registry.photo_added": gettext_lazy("A photo was added"),
    "registry.photo_removed": gettext_lazy("A photo was removed"),
    "checks.accepted": gettext_lazy("A finding of the quality checks was accepted"),
    "checks.reopened": gettext_lazy("A finding of the quality checks was opened again"),
    "registry.form_printed": gettext_lazy("The form was printed with personal numbers"),
}
ICONS = {"birth": "plus", "marriage_in": "user-plus", "return": "user-plus", "join": "user-plus", "death": "x",
         "registered": "id", "head": "user", "split": "users-group", "merge": "users-group", "move": "map-pin",
         "reversal": "arrow-back-up"}  # fmt: skip


@dataclass(frozen=True)
class Happening:
    """One entry: on which day, what, by whom and when written down; `changes` are (field, before, after) texts.

    `by` is a name, or a text that says from where the entry comes (`by_whom`).
    """

    day: date
    icon: str
    title: str
    by: str = ""
    recorded: datetime | None = None
    note: str = ""
    other: str = ""
    event: Event | None = None
    tone: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    source: str = ""

    @property
    def who_and_when(self) -> str:
        """By whom, or from where, and when it was written down, in words."""
        at = timezone.localtime(self.recorded).strftime("%Y-%m-%d %H:%M") if self.recorded else ""
        if self.by and at:
            written = _("recorded by %(by)s, %(at)s") % {"by": self.by, "at": at}
        else:
            written = _("recorded %(at)s") % {"at": at} if at else self.by
        return " · ".join(filter(None, [self.source, written]))


def timeline(household: Household) -> list[Happening]:
    """Events, spells, surveys, edits field by field, and decisions of the journal; at most nine queries."""
    members, surveys = list(household.members.all()), list(household.surveys.all())
    spells = list(household.spells.all())
    edits = changes(versions_of(household), [household, *members, *surveys, *spells])
    events = list(
        Event.objects.filter(Q(household=household) | Q(other=household))
        .select_related("member", "household", "other", "by", "reverses", "reversed_by")
        .order_by("on", "pk")
    )
    entries = _entries(household)
    names = names_of({edit.user_id for edit in edits} | {entry.actor_id for entry in entries})
    known = names_for(events, members)
    found = [_event(event, household, known) for event in events]
    found += [_edit(edit, members, surveys, names) for edit in edits if not edit.by_event]
    for spell in spells:
        found += _spell(spell, household)
    found += [_visit(survey) for survey in surveys if survey.visited_on]
    found += [_decision(entry, names) for entry in entries]
    return sorted(found, key=lambda item: (item.day, item.recorded is not None, item.recorded or 0), reverse=True)


def _spell(spell: RegisterSpell, household: Household) -> list[Happening]:
    source = _("identification, round %(round)s") % {"round": spell.round} if spell.round else _("from the register")
    title = _("Relapsed into poverty") if spell.relapse else _("Registered as poor")
    found = [Happening(spell.registered_on, "flag", title, "", spell.created_at, tone="red", source=source)]
    if spell.exited_on and spell.exited_on != household.closed_on:
        exit_ = _("Exited from the register")
        found.append(Happening(spell.exited_on, "circle-check", exit_, tone="green", source=_("from the register")))
    return found


def _event(event: Event, household: Household, known: dict[str, str]) -> Happening:
    title = capfirst(dictionary.label("event", event.kind))
    if event.kind == "reversal" and event.reverses:
        title = f"{title}: {dictionary.label('event', event.reverses.kind)}"
    if event.member:
        title += f" · {event.member.name}"
    elsewhere = event.other if event.household_id == household.pk else event.household
    other = elsewhere.number if elsewhere else ""
    icon, by = ICONS.get(event.kind, "calendar"), str(event.by or "")
    facts = told_facts(event, household, known)
    return Happening(event.on, icon, title, by, event.recorded_at, event.note, other, event, changes=facts)


def _edit(edit: RowChange, members: list[Any], surveys: list[Any], names: dict[int, str]) -> Happening:
    titles = {
        "household": lambda: _("Household data changed"),
        "member": lambda: next((m.name for m in members if m.pk == edit.row_id), _("Member")) + " · " + _("changed"),
        "survey": lambda: (
            _("Survey %(year)s changed") % {"year": next((s.year for s in surveys if s.pk == edit.row_id), "")}
        ),
        "spell": lambda: _("Entry in the register changed"),
    }
    texts = [
        (
            field_label(edit.kind, change.field),
            field_text(edit.kind, change.field, change.before),
            field_text(edit.kind, change.field, change.after),
        )
        for change in edit.changes
    ]
    by = names.get(edit.user_id or 0, "") or _("an import or the system")
    return Happening(timezone.localdate(edit.at), "edit", titles[edit.kind](), by, edit.at, changes=texts)


def _visit(survey: Any) -> Happening:
    surveyors = "、".join(name for name in (survey.surveyor_1, survey.surveyor_2) if name)
    title = _("Home visit for the incomes of %(year)s") % {"year": survey.year}
    source = _("visited by %(names)s") % {"names": surveyors} if surveyors else ""
    return Happening(survey.visited_on, "home", title, "", survey.created_at, source=source)


def _entries(household: Household) -> list[Entry]:
    told = Q()
    for action in TOLD_OTHERWISE:
        told |= Q(action__startswith=action)
    mine = Entry.objects.filter(record_type="household", record=household.number)
    return list(mine.exclude(told).order_by("-id")[:200])


def _decision(entry: Entry, names: dict[int, str]) -> Happening:
    title = str(DECISIONS.get(entry.action) or capfirst(action_label(entry.action)))
    by = names.get(entry.actor_id or 0, entry.actor)
    return Happening(timezone.localdate(entry.at), "file-text", title, by, entry.at, entry.why)
