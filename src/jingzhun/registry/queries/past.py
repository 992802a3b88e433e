"""A household as it was on a past day.

Two clocks run: what was true (people joined and left, spells began and ended, a household moved) has a day of its own;
what was written down has the moment of writing. Dated facts are taken as they are known now, the events after the day
taken back; all other values are those that stood in the register at the end of the day, or the first ones written.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from jingzhun.registry.models import Event, Household, Member, RegisterSpell, Survey

from .history import Version, versions_of
from .status import Status

DATED = {
    "household": {"area_id", "closed_on"},
    "member": {"relation", "joined_on", "join_reason", "left_on", "leave_reason"},
    "survey": {"year", "visited_on"},
}


@dataclass(frozen=True)
class HouseholdAt:
    """A household on a day. The rows are copies with the day's values: to be shown, never to be saved."""

    day: date
    household: Household
    members: list[Member]
    spells: list[RegisterSpell]
    surveys: list[Survey]
    since: date | None

    @property
    def is_unknown(self) -> bool:
        """Whether the register did not know the household yet."""
        return self.since is not None and self.day < self.since

    @property
    def head(self) -> Member | None:
        return next((member for member in self.members if member.relation == "head"), None)

    @property
    def status(self) -> str:
        return status_of(self.spells, self.day)

    @property
    def survey(self) -> Survey | None:
        """The latest survey known on the day."""
        return self.surveys[0] if self.surveys else None


def household_at(household: Household, day: date) -> HouseholdAt:
    """The household's state at the end of a day; six queries."""
    moment = _end_of(day)
    versions = _standing(versions_of(household), moment)
    later = _later_facts(household, day)
    members = [_as_of("member", row, versions, later) for row in household.members.all()]
    surveys = [_as_of("survey", row, versions, {}) for row in household.surveys.order_by("-year")]
    return HouseholdAt(
        day,
        _as_of("household", household, versions, later),
        [member for member in members if is_present(member, day)],
        [spell for spell in household.spells.order_by("registered_on") if spell.registered_on <= day],
        [survey for survey in surveys if _known(survey, day)],
        min((member.joined_on for member in members), default=None),
    )


def status_of(spells: Iterable[RegisterSpell], day: date) -> str:
    """The status on a day that a household's spells give (queries.status.Status)."""
    begun = [spell for spell in spells if spell.registered_on <= day]
    if not begun:
        return Status.NEVER
    last = max(begun, key=lambda spell: spell.registered_on)
    if last.exited_on and last.exited_on <= day:
        return Status.EXITED
    return Status.RELAPSED if last.relapse else Status.REGISTERED


def is_present(member: Member, day: date) -> bool:
    return member.joined_on <= day and (member.left_on is None or member.left_on > day)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _known(survey: Survey, day: date) -> bool:
    """A survey is known from its visit on; without a day of visit, from the end of its year on."""
    return survey.visited_on <= day if survey.visited_on else survey.year < day.year


def _standing(versions: list[Version], moment: datetime) -> dict[tuple[str, int], Version]:
    """By row, the version that stood at a moment; rows whose present values stood then are absent."""
    standing: dict[tuple[str, int], Version] = {}
    for version in versions:
        if version.until >= moment:
            standing.setdefault((version.kind, version.row_id), version)
    return standing


def _later_facts(household: Household, day: date) -> dict[tuple[str, str], dict[str, Any]]:
    """Facts that events after a day changed, as they were before the first of these; one query."""
    events = (
        Event.objects.filter(Q(household=household) | Q(other=household), on__gt=day, reversed_by=None)
        .exclude(kind="reversal")
        .order_by("-on", "-pk")
    )
    before: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        for kind, key, values in reversed(event.before.get("facts", [])):
            before.setdefault((kind, key), {}).update(values or {})
    return before


def _as_of(
    kind: str, row: Any, versions: dict[tuple[str, int], Version], later: dict[tuple[str, str], dict[str, Any]]
) -> Any:
    then = copy(row)
    version = versions.get((kind, row.pk))
    values = {name: value for name, value in version.values.items() if name not in DATED[kind]} if version else {}
    if kind != "survey":
        values |= later.get((kind, row.number), {})
    for name, value in values.items():
        _set(then, name, value)
    return then


def _set(row: models.Model, name: str, value: Any) -> None:
    field: Any = row._meta.get_field(name.removesuffix("_id"))
    if isinstance(field, models.ForeignKey):
        if getattr(row, field.attname) != value:
            setattr(row, field.attname, value)
        return
    setattr(row, name, field.to_python(value) if isinstance(value, str) else value)
