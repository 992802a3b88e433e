"""Receipts: a household received a benefit, by a confirmed measure or a department's list; and what was recorded in
error is taken back."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import Decision, System, record, record_many
from jingzhun.people.models import User
from jingzhun.people.rules import APPROVE_MEASURES, ASSIST, HAND_IN_LISTS, HELP_OWN
from jingzhun.policy.models import Policy, Receipt
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.actions.saving import digested
from jingzhun.registry.models import Household, Member
from jingzhun.registry.rules.refusals import Refused

BY_SOURCE = {Receipt.Source.MEASURE: (ASSIST, APPROVE_MEASURES, HELP_OWN), Receipt.Source.LIST: (HAND_IN_LISTS,)}


@dataclass(frozen=True)
class Received:
    """A benefit that arrived. `year` is the one it is for; `amount` is yuan, None where it is no money."""

    household: Household
    policy: Policy
    year: int
    amount: Decimal | None
    received_on: date
    source: str
    reference: str
    member: Member | None = None


@transaction.atomic
def record_receipts(rows: Sequence[Received], *, by: User | System, at: datetime | None = None) -> list[Receipt]:
    """Record what was received, all or nothing; each reference once, unless it was taken back.

    Raises NotYours, Refused.
    """
    when = at or timezone.now()
    for each in rows:
        _require_right(by, each.source, each.household.village_code)
        _require_sound(each, timezone.localdate(when))
    _require_new(rows)
    back = {each.reference: each for each in _known(rows) if each.revoked_at is not None}
    made = [_receipt(each, back.get(each.reference), when, by) for each in rows]
    try:
        with transaction.atomic():
            create_by_copy([each for each in made if each.pk is None])
            for again in (each for each in made if each.reference in back):
                again.save(force_update=True)
    except IntegrityError as error:
        raise Refused.because(_("Somebody has just recorded the same receipt."), "reference") from error
    record_many((_told("policy.receipt_recorded", each) for each in made), by=by, at=when)
    return made


@transaction.atomic
def take_back(reference: str, *, by: User | System, at: datetime | None = None, why: str = "") -> Receipt:
    """A receipt was recorded in error: it counts no longer. Raises NotYours, Refused."""
    when = at or timezone.now()
    found = Receipt.objects.select_for_update(of=("self",)).select_related("household", "policy", "member")
    receipt = found.filter(reference=reference).first()
    if receipt is None:
        raise Refused.because(_("There is no receipt with the reference %(reference)s.") % {"reference": reference})
    _require_right(by, receipt.source, receipt.household.village_code)
    if receipt.revoked_at is not None:
        raise Refused.because(_("This receipt was taken back already."))
    receipt.revoked_at = when
    receipt.save(update_fields=["revoked_at"])
    record(_told("policy.receipt_taken_back", receipt, why), by=by, at=when)
    return receipt


def _require_right(by: User | System, source: str, village_code: str) -> None:
    allowed = BY_SOURCE[Receipt.Source(source)]
    if isinstance(by, User) and not any(by.can(each, village_code) for each in allowed):
        require(by, allowed[0], village_code[:6] if allowed[0] == HAND_IN_LISTS else village_code)


def _require_sound(each: Received, today: date) -> None:
    told = {"household": each.household.number, "policy": each.policy.code}
    if not each.household.village_code.startswith(each.policy.area_id):
        text = _("The policy %(policy)s does not hold where the household %(household)s lives.")
        raise Refused.because(text % told, "policy")
    if each.member is not None and each.member.household_id != each.household.pk:
        raise Refused.because(_("The person does not belong to the household %(household)s.") % told, "member")
    if each.received_on > today:
        raise Refused.because(_("Nothing is received on a day that is still to come."), "received_on")
    if not 2000 <= each.year <= each.received_on.year:
        raise Refused.because(_("A benefit is received in the year that it is for, or later."), "year")
    if each.amount is not None and each.amount < 0:
        raise Refused.because(_("An amount is not below zero."), "amount")


def _require_new(rows: Sequence[Received]) -> None:
    twice = [reference for reference, times in Counter(each.reference for each in rows).items() if times > 1]
    twice += [each.reference for each in _known(rows) if each.revoked_at is None]
    if twice:
        text = _("Recorded already: %(references)s.") % {"references": ", ".join(sorted(twice)[:5])}
        raise Refused.because(text, "reference")


def _known(rows: Iterable[Received]) -> list[Receipt]:
    return list(Receipt.objects.select_for_update().filter(reference__in=[each.reference for each in rows]))


def _receipt(each: Received, before: Receipt | None, when: datetime, by: User | System) -> Receipt:
    return Receipt(
        pk=before.pk if before else None,
        household=each.household,
        member=each.member,
        policy=each.policy,
        year=each.year,
        amount=each.amount,
        received_on=each.received_on,
        source=each.source,
        reference=each.reference,
        recorded_at=when,
        by=by if isinstance(by, User) else None,
    )


def _told(action: str, receipt: Receipt, why: str = "") -> Decision:
    values = {"policy": receipt.policy.code, "year": receipt.year, "source": str(receipt.source),
              "reference": receipt.reference}  # fmt: skip
    return Decision(
        action, "household", receipt.household.number, receipt.household.village_code, why=why, values=values,
        personal={"amount": digested(receipt, "amount", receipt.amount)},
    )  # fmt: skip
