"""Needs of households: whose they are to answer, and what is overdue."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from jingzhun.assistance.models import Need
from jingzhun.journal.models import Entry
from jingzhun.journal.rules.labels import action_label
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import APPROVE_MEASURES, ARRANGE_HELP, ASSIST
from jingzhun.registry.queries.history import names_of

from .mine import seen_by

ANSWERED_BY = {
    Need.Routed.VILLAGE: ASSIST,
    Need.Routed.TOWN: APPROVE_MEASURES,
    Need.Routed.COUNTY: ARRANGE_HELP,
    Need.Routed.ORGANISATION: ARRANGE_HELP,
}


def needs_for(user: User) -> QuerySet[Need]:
    """Needs that the user may read: of households whose help is open to them, or given to their organisation."""
    own = Q(routed=Need.Routed.ORGANISATION, organisation__in=organisations_of(user))
    rows = Need.objects.filter(Q(household__in=seen_by(user).values("pk")) | own)
    return rows.select_related("household", "organisation").order_by("due_on", "pk")


def organisations_of(user: User) -> QuerySet[Cadre, dict[str, Any]]:
    """Organisations for which the user serves as a cadre."""
    return Cadre.objects.serving(timezone.localdate()).filter(user=user).values("organisation")


def given_to(user: User) -> Q:
    """Condition on needs that wait for the user: given to the level of their office, or to their organisation."""
    levels = [Need.Routed.VILLAGE] if user.can(ASSIST) else []
    levels = [Need.Routed.TOWN] if user.can(APPROVE_MEASURES) else levels
    levels = [Need.Routed.COUNTY] if user.can(ARRANGE_HELP) else levels
    own = Q(routed=Need.Routed.ORGANISATION, organisation__in=organisations_of(user))
    return Q(state=Need.State.OPEN) & (Q(routed__in=levels) | own)


@dataclass(frozen=True)
class Step:
    """What was decided about a need: when, what, by whom, given to whom."""

    at: datetime
    action: str
    by: str
    given_to: str = ""

    @property
    def label(self) -> str:
        return action_label(self.action)


def history_of(need: Need) -> list[Step]:
    """The way of a need by the journal, the first first; two queries."""
    entries = Entry.objects.filter(record_type="household", record=need.household.number, values__need=need.pk)
    found = list(entries.filter(action__startswith="assistance.need_").order_by("pk"))
    names = names_of({entry.actor_id for entry in found})
    labels = dict(Need.Routed.choices)
    return [
        Step(entry.at, entry.action, names.get(entry.actor_id or 0) or entry.actor,
             entry.values.get("organisation") or str(labels.get(entry.values.get("given_to", ""), "")))
        for entry in found
    ]  # fmt: skip


def may_answer(user: User, need: Need) -> bool:
    """Whether the need was given to the user's level; a level above may answer for those below."""
    if user.can(ANSWERED_BY[Need.Routed(need.routed)], need.household.village_code):
        return True
    return need.organisation_id is not None and _belongs(user, need.organisation_id)


def _belongs(user: User, organisation: int) -> bool:
    """Whether the user serves for an organisation, as a cadre of it."""
    return organisations_of(user).filter(organisation=organisation).exists()


def overdue(on: date) -> Q:
    """Condition on needs that should have been answered."""
    return Q(state=Need.State.OPEN, due_on__lt=on)
