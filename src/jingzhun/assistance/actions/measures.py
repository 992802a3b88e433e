"""Measures for households: planned, approved, delivered, confirmed by the household's signature, or dropped."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.assistance.models import HouseholdPlan, Measure, MeasurePaper, Need, Season
from jingzhun.assistance.queries.measures import persons_of, terms_of
from jingzhun.assistance.rules import measures as rules
from jingzhun.assistance.rules.seasons import needed_by
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record_many
from jingzhun.people.models import Organisation, User
from jingzhun.people.rules import APPROVE_MEASURES
from jingzhun.policy.actions.receipts import Received, record_receipts
from jingzhun.policy.models import Policy, Receipt
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.actions.photos import redraw
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

from .permitted import require_help

State = Measure.State
CHANGED = ("kind", "content", "due_on", "amount", "quantity", "months", "area_m2", "self_payment", "policy", "season",
           "provider")  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """A measure to be planned. `amount` and `self_payment` in yuan, `area_m2` of floor, `months` of a credit."""

    household: Household
    kind: str
    content: str
    due_on: date
    amount: Decimal | None = None
    quantity: str = ""
    months: int | None = None
    area_m2: Decimal | None = None
    self_payment: Decimal | None = None
    policy: Policy | None = None
    need: Need | None = None
    plan: HouseholdPlan | None = None
    season: Season | None = None
    provider: Organisation | None = None


@dataclass(frozen=True)
class Signed:
    """The household's word for a measure: who signed, when; `effect` on the year's income in yuan, if any."""

    measure: Measure
    signed_by: str
    on: date
    effect: Decimal | None = None


@transaction.atomic
def plan_measures(rows: Sequence[Wanted], *, by: User | System = SYSTEM, at: datetime | None = None) -> list[Measure]:
    """Plan measures; all or none. Raises Refused naming the field, NotYours, NoParameter.

    A credit beyond the sum or the term of the rule has no interest paid: it comes with no policy (R19).
    """
    if not rows:
        return []
    when = at or timezone.now()
    require_help(by, [row.household for row in rows])
    terms = terms_of(rows[0].household.village_code, timezone.localdate(when))
    persons = persons_of([row.household.pk for row in rows if row.kind == rules.RELOCATION], timezone.localdate(when))
    for row in rows:
        _require_sound(row, _doubts(row, terms, persons))
    made = create_by_copy([_measure(row, by, when) for row in rows])
    record_many((_told("assistance.measure_planned", each, {"kind": each.kind, "until": str(each.due_on)})
                 for each in made), by=by, at=when)  # fmt: skip
    return made


def _doubts(row: Wanted, terms: rules.Terms, persons: dict[int, int]) -> frozenset[rules.Doubt]:
    counted = persons.get(row.household.pk, 0)
    return rules.doubts(row.kind, terms, persons=counted, amount=row.amount, months=row.months, area=row.area_m2,
                        self_payment=row.self_payment)  # fmt: skip


def _require_sound(row: Wanted, found: frozenset[rules.Doubt]) -> None:
    if not row.content.strip():
        raise Refused.because(_("Say what the household gets."), "content")
    if row.amount is not None and row.amount < 0:
        raise Refused.because(_("An amount is not negative."), "amount")
    if row.season is not None and row.due_on > (needed := needed_by(row.season.work_of_year, row.due_on)):
        text = _("Too late for this work: its inputs are needed by %(day)s.")
        raise Refused.because(text % {"day": needed.isoformat()}, "due_on")
    if row.policy is not None and found & rules.CREDIT:
        text = _(
            "No interest is paid on this credit: its sum or its term is beyond the rule. Plan it without the policy."
        )
        raise Refused.because(text, "months" if rules.Doubt.CREDIT_TERM in found else "amount")


def _measure(row: Wanted, by: User | System, when: datetime) -> Measure:
    return Measure(
        household=row.household, plan=row.plan, need=row.need, policy=row.policy, season=row.season, kind=row.kind,
        year=row.due_on.year, content=row.content.strip(), amount=row.amount, quantity=row.quantity,
        months=row.months, area_m2=row.area_m2, self_payment=row.self_payment, provider=row.provider,
        due_on=row.due_on, planned_at=when, planned_by=by if isinstance(by, User) else None,
    )  # fmt: skip


@transaction.atomic
def change(measure: Measure, wanted: Wanted, *, by: User, at: datetime | None = None) -> Measure:
    """Change a measure that is only planned; its household, need and plan stay. Raises Refused, NotYours.

    The same rules hold as when it was planned (R19).
    """
    (row,) = _locked([measure])
    require_help(by, [row.household])
    if row.state != State.PLANNED:
        raise Refused.because(_("Only what is not approved yet can be changed; drop it and plan anew."))
    today = timezone.localdate(at)
    persons = persons_of([row.household.pk], today) if wanted.kind == rules.RELOCATION else {}
    _require_sound(wanted, _doubts(wanted, terms_of(row.household.village_code, today), persons))
    if row.plan is not None and wanted.due_on.year != row.plan.year:
        raise Refused.because(_("The day lies in the year of the plan."), "due_on")
    before = {name: getattr(row, name) for name in CHANGED}
    for name in CHANGED:
        setattr(row, name, getattr(wanted, name))
    row.content, row.year = wanted.content.strip(), wanted.due_on.year
    row.save(update_fields=[*CHANGED, "year"])
    told = {"fields": [name for name in CHANGED if getattr(row, name) != before[name]]}
    record_many([_told("assistance.measure_changed", row, told)], by=by, at=at)
    return row


@transaction.atomic
def approve(measures: Iterable[Measure], *, by: User | System = SYSTEM, at: datetime | None = None) -> int:
    """Approve planned measures; all or none. Raises Refused, NotYours.

    A credit by a policy says its sum and its term, so that R19 holds for it.
    """
    rows, when = _locked(measures), at or timezone.now()
    for village in {row.household.village_code for row in rows}:
        require(by, APPROVE_MEASURES, village)
    _require_state(rows, State.APPROVED)
    _require_terms(rows)
    user = by if isinstance(by, User) else None
    _update(rows, state=State.APPROVED, approved_at=when, approved_by=user)
    record_many((_told("assistance.measure_approved", row, {}) for row in rows), by=by, at=when)
    return len(rows)


@transaction.atomic
def deliver(
    measures: Iterable[Measure],
    on: date,
    photo: tuple[BinaryIO, int] | None = None,
    *,
    by: User | System = SYSTEM,
    at: datetime | None = None,
) -> int:
    """Note approved measures as delivered on a day; the household has yet to confirm. Raises Refused, NotYours.

    `photo`: a picture of what was delivered and its bytes.
    """
    rows, when = _locked(measures), at or timezone.now()
    require_help(by, [row.household for row in rows])
    _require_state(rows, State.DELIVERED)
    if on > timezone.localdate(when):
        raise Refused.because(_("A delivery cannot lie in the future."), "on")
    _update(rows, state=State.DELIVERED, delivered_on=on)
    if photo is not None:
        drawn = _drawn(photo, "photo")
        for row in rows:
            _keep(row, drawn, when, signature=False)
    record_many((_told("assistance.measure_delivered", row, {"on": str(on)}) for row in rows), by=by, at=when)
    return len(rows)


@transaction.atomic
def confirm(
    signed: Sequence[Signed],
    paper: tuple[BinaryIO, int] | None = None,
    *,
    by: User | System = SYSTEM,
    at: datetime | None = None,
) -> int:
    """The household confirms with its signature that it received; only now a measure counts (R18). Raises Refused.

    A person gives the signature (`paper`: a picture of it and its bytes); the system, which speaks for a signed list,
    needs none.
    """
    when = at or timezone.now()
    words = {each.measure.pk: each for each in signed}
    rows = _locked(each.measure for each in signed)
    require_help(by, [row.household for row in rows])
    _require_state(rows, State.CONFIRMED)
    if isinstance(by, User) and paper is None:
        raise Refused.because(_("Let the household sign, or take a photo of its signature on paper."), "signature")
    for row in rows:
        word = words[row.pk]
        if not word.signed_by.strip():
            raise Refused.because(_("Say who signed."), "signed_by")
        if row.delivered_on is None or word.on < row.delivered_on or word.on > timezone.localdate(when):
            raise Refused.because(_("The signature lies between the delivery and today."), "on")
        row.state, row.confirmed_on, row.signed_by = State.CONFIRMED, word.on, word.signed_by.strip()
        row.income_effect = word.effect
    Measure.objects.bulk_update(rows, ["state", "confirmed_on", "signed_by", "income_effect"], batch_size=2000)
    if paper is not None:
        drawn = _drawn(paper, "signed_form")
        for row in rows:
            _keep(row, drawn, when)
    record_receipts([_received(row) for row in rows if row.policy], by=by, at=when)
    record_many((_told("assistance.measure_confirmed", row, {"on": str(row.confirmed_on)}, {"signed_by": row.signed_by})
                 for row in rows), by=by, at=when)  # fmt: skip
    return len(rows)


def _received(row: Measure) -> Received:
    """What a confirmed measure brings of its policy."""
    if row.policy is None or row.confirmed_on is None:
        raise ValueError("a receipt comes of a confirmed measure with a policy")
    amount = None if row.kind == rules.CREDIT_KIND else row.amount  # what is lent is not given
    return Received(
        row.household, row.policy, row.year, amount, row.confirmed_on, Receipt.Source.MEASURE, f"measure:{row.pk}"
    )


def _drawn(picture: tuple[BinaryIO, int], field: str) -> bytes:
    try:
        return redraw(*picture)
    except Refused as refused:
        raise refused.renamed(file=field) from refused


def _keep(measure: Measure, drawn: bytes, when: datetime, signature: bool = True) -> None:
    kept = MeasurePaper(measure=measure, signature=signature, added_at=when)
    kept.file.save(f"{secrets.token_hex(12)}.jpg", ContentFile(drawn), save=True)


@transaction.atomic
def drop(measure: Measure, why: str, *, by: User, at: datetime | None = None) -> None:
    """Drop a measure that is not confirmed yet, with the reason. Raises Refused, NotYours."""
    (row,) = _locked([measure])
    require_help(by, [row.household])
    if not why.strip():
        raise Refused.because(_("Say why the measure is dropped."), "why")
    _require_state([row], State.DROPPED)
    _update([row], state=State.DROPPED, dropped_because=why.strip())
    record_many([_told("assistance.measure_dropped", row, {}, why=why.strip())], by=by, at=at)


def _require_terms(rows: Iterable[Measure]) -> None:
    for row in rows:
        if row.kind == rules.CREDIT_KIND and row.policy_id and (row.amount is None or row.months is None):
            told = {"measure": row.content, "household": row.household.number}
            text = _("“%(measure)s” of %(household)s is a credit: change it and say its sum and its term first.")
            raise Refused.because(text % told)


def _locked(measures: Iterable[Measure]) -> list[Measure]:
    """The measures as they stand now, locked in one order."""
    keys = [each.pk for each in measures]
    rows = Measure.objects.select_for_update(of=("self",)).select_related("household", "policy").order_by("pk")
    return list(rows.filter(pk__in=keys))


def _require_state(rows: Sequence[Measure], wanted: str) -> None:
    """Raises Refused for the first that cannot go there."""
    for row in rows:
        if not rules.may_become(row.state, wanted):
            told = {"measure": row.content, "state": row.get_state_display()}
            raise Refused.because(_("“%(measure)s” is: %(state)s. Look at it again.") % told)


def _update(rows: Sequence[Measure], **values: Any) -> None:
    Measure.objects.filter(pk__in=[row.pk for row in rows]).update(**values)


def _told(
    action: str, row: Measure, told: dict[str, Any], personal: dict[str, str] | None = None, why: str = ""
) -> Decision:
    household = row.household
    return Decision(action, "household", household.number, household.village_code, why=why,
                    values=told | {"measure": row.pk}, personal=personal or {})  # fmt: skip
