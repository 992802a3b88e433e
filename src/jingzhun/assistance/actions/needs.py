"""Needs: given to somebody else, answered, closed with the household content or not."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assistance.models import Need
from jingzhun.assistance.queries.needs import may_answer
from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import Organisation, User
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

from .permitted import require_help
from .visits import answer_due


@transaction.atomic
def route(
    need: Need,
    routed: str,
    organisation: Organisation | None,
    due_on: date,
    *,
    by: User,
    at: datetime | None = None,
) -> Need:
    """Give an open need to somebody else. Raises Refused, NotYours."""
    need = _open(need)
    require_help(by, [need.household])
    if routed == Need.Routed.ORGANISATION and organisation is None:
        raise Refused.because(_("Choose the organisation that is to answer."), "organisation")
    if due_on < timezone.localdate(at):
        raise Refused.because(_("Name a day that is still to come."), "due_on")
    need.routed, need.organisation, need.due_on = routed, organisation, due_on
    need.save(update_fields=["routed", "organisation", "due_on"])
    told = {"given_to": routed, "until": str(due_on)}
    if organisation is not None:
        told["organisation"] = organisation.name
    _tell("assistance.need_routed", need, told, by, at)
    return need


@transaction.atomic
def answer(need: Need, text: str, *, by: User, at: datetime | None = None) -> Need:
    """Answer a need: what is done about it. Raises Refused, NotYours."""
    need = _open(need)
    if not may_answer(by, need):
        raise NotYours(_("This need is not yours to answer."))
    if not text.strip():
        raise Refused.because(_("Say what is done about it."), "answer")
    need.state, need.answer, need.answered_at = Need.State.ANSWERED, text.strip(), at or timezone.now()
    need.save(update_fields=["state", "answer", "answered_at"])
    _tell("assistance.need_answered", need, {}, by, at)
    return need


@transaction.atomic
def close(need: Need, satisfied: bool, *, by: User, at: datetime | None = None) -> Need:
    """Close an answered need after asking the household; if it is not content, the need is open anew with a new term.

    Raises Refused, NotYours, NoParameter.
    """
    need = _locked(need)
    require_help(by, [need.household])
    if need.state != Need.State.ANSWERED:
        raise Refused.because(_("Only a need that was answered can be closed."))
    need.satisfied = satisfied
    today = timezone.localdate(at)
    if satisfied:
        need.state, need.closed_at = Need.State.CLOSED, at or timezone.now()
    else:
        need.state, need.due_on = Need.State.OPEN, answer_due(need.household.village_code, today)
    need.save(update_fields=["satisfied", "state", "closed_at", "due_on"])
    _tell("assistance.need_closed" if satisfied else "assistance.need_reopened", need, {}, by, at)
    return need


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(of=("self",)).select_related("household").get(pk=need.pk)


def _open(need: Need) -> Need:
    need = _locked(need)
    if need.state != Need.State.OPEN:
        raise Refused.because(_("This need was answered already."))
    return need


def _tell(action: str, need: Need, told: dict[str, Any], by: User, at: datetime | None) -> None:
    household = need.household
    decision = Decision(action, "household", household.number, household.village_code, values=told | {"need": need.pk},
                        personal={"answer": need.answer})  # fmt: skip
    record(decision, by=by, at=at)
