"""Payments: an order with its payees, prepared by one, approved by another, paid at once; what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.rules import Level
from jingzhun.journal.actions import Decision, record_many
from jingzhun.management.models import Account, Order, Payee, Project, Transfer
from jingzhun.management.rules.money import NotEnough, draw
from jingzhun.people.models import User
from jingzhun.people.rules import APPROVE_FUNDS, HANDLE_FUNDS
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.models import Household, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

from .money import project_account, require_day, require_open, save_transfers, tell, transfer


@dataclass(frozen=True)
class ToPay:
    """Who gets how much: a household, or a supplier or village by name."""

    name: str
    amount: Decimal
    household: Household | None = None


@transaction.atomic
def prepare_order(
    project: Project, payees: str, title: str, reference: str, lines: Sequence[ToPay], *,
    by: User, at: datetime | None = None,
) -> Order:  # fmt: skip
    """Prepare a payment. Raises Refused naming the field, NotYours."""
    require(by, HANDLE_FUNDS, project.area_id[: Level.COUNTY.digits])
    project = Project.objects.get(pk=project.pk)  # as it stands now
    _require_sound(project, payees, title, reference, lines, timezone.localdate(at))
    order = Order(project=project, payees=payees, title=title.strip(), reference=reference.strip(), prepared_by=by,
                  prepared_at=at or timezone.now())  # fmt: skip
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError as error:
        raise Refused.because(_("This contract, invoice or list has its order already."), "reference") from error
    rows = [Payee(order=order, household=each.household, name=each.name.strip(), amount=each.amount) for each in lines]
    Payee.objects.bulk_create(rows, batch_size=5_000)
    told = {"reference": order.reference, "payees": len(rows), "yuan": str(sum(each.amount for each in lines))}
    tell("management.order_prepared", project, told, by, at)
    return order


def _require_sound(
    project: Project, payees: str, title: str, reference: str, lines: Sequence[ToPay], today: date
) -> None:
    if project.state not in (Project.State.UNDER_WAY, Project.State.COMPLETED):
        raise Refused.because(_("Only a project that is under way or completed pays."))
    for name, text in (("title", title), ("reference", reference)):
        if not text.strip():
            raise Refused.because(_("This must be said."), name)
    if not lines or any(each.amount <= 0 or not each.name.strip() for each in lines):
        raise Refused.because(_("Each payee has a name and an amount above nothing."), "lines")
    if payees != Order.Payees.HOUSEHOLDS:
        return
    households = [each.household.pk for each in lines if each.household]
    if len(households) < len(lines):
        raise Refused.because(_("Each payee of this order is a household of the register."), "lines")
    if len(set(households)) < len(households):
        raise Refused.because(_("A household stands twice in this order."), "lines")
    spells = RegisterSpell.objects.on(today).filter(household__in=households)
    registered = set(spells.values_list("household", flat=True))
    if wrong := [each.name for each in lines if each.household and each.household.pk not in registered]:
        told = {"names": "、".join(wrong[:5]), "number": len(wrong)}
        text = _("%(number)s payees are not on the register: %(names)s")
        raise Refused.because(text % told, "lines")


@transaction.atomic
def decide_order(
    order: Order, on: date, why: str = "", *, approve: bool, by: User, at: datetime | None = None
) -> Order:
    """Approve and pay what somebody else prepared, or refuse it with a reason. Raises Refused, NotYours.

    The money is drawn from the project's sources in the order in which they came; a household's part is told in the
    journal.
    """
    found = Order.objects.select_for_update(of=("self",)).select_related("project").get(pk=order.pk)
    require(by, APPROVE_FUNDS, found.project.area_id[: Level.COUNTY.digits])
    require_open(found.state, found.prepared_by_id, by)
    require_day(on, at)
    if not approve and not why.strip():
        raise Refused.because(_("Say why."), "why")
    found.state = Order.State.APPROVED if approve else Order.State.REFUSED
    found.decided_by, found.decided_at, found.why = by, at or timezone.now(), why.strip()
    found.paid_on = on if approve else None
    found.save()
    if approve:
        _pay(found, on, by, at)
    name = "management.order_paid" if approve else "management.order_refused"
    tell(name, found.project, {"reference": found.reference, "on": str(on)}, by, at, why.strip())
    return found


def _pay(order: Order, on: date, by: User, at: datetime | None) -> None:
    purses = Account.objects.filter(kind=Account.Kind.PROJECT, project=order.project).select_for_update()
    accounts = {account.pk: account for account in purses.order_by("pk")}
    lines = list(order.lines.select_related("household").order_by("pk"))
    try:
        parts = draw([(pk, each.balance) for pk, each in accounts.items()], [line.amount for line in lines])
    except NotEnough as error:
        text = _("The project lacks %(yuan)s yuan for this order.")
        raise Refused.because(text % {"yuan": error.missing}, "amount") from error
    paid = {pk: project_account(Account.Kind.PAID, accounts[pk].source_id, order.project)
            for pk in {account for _place, account, _part in parts}}  # fmt: skip
    save_transfers([
        Transfer(kind=Transfer.Kind.PAYMENT, from_account=accounts[account], to_account=paid[account], amount=part,
                 on=on, payee=lines[place], document=order.reference, by=by, at=at or timezone.now())
        for place, account, part in parts
    ])  # fmt: skip
    record_many((_paid(line, line.household, order) for line in lines if line.household), by=by, at=at)


def _paid(line: Payee, household: Household, order: Order) -> Decision:
    told = {"yuan": str(line.amount), "project": order.project.number, "reference": order.reference}
    return Decision("management.paid_to_household", "household", household.number, household.village_code, values=told)


@transaction.atomic
def refund(
    payee: Payee, amount: Decimal, on: date, why: str, *, by: User, at: datetime | None = None
) -> list[Transfer]:
    """Money that came back from a payee returns to the project, source by source. Raises Refused, NotYours."""
    line = Payee.objects.select_for_update(of=("self",)).select_related("order__project").get(pk=payee.pk)
    project = line.order.project
    require(by, HANDLE_FUNDS, project.area_id[: Level.COUNTY.digits])
    require_day(on, at)
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    held = [(account, yuan) for account, yuan in _held(line).items() if yuan > 0]
    if not 0 < amount <= sum(yuan for _account, yuan in held):
        raise Refused.because(_("Not so much was paid to this payee."), "amount")
    accounts = Account.objects.in_bulk([account for account, _yuan in held])
    made = [
        transfer(
            Transfer.Kind.REFUND, accounts[account],
            project_account(Account.Kind.PROJECT, accounts[account].source_id, project), part, on, payee=line,
            why=why.strip(), by=by, at=at,
        )
        for _place, account, part in draw(held, [amount])
    ]  # fmt: skip
    told = {"reference": line.order.reference, "yuan": str(amount), "on": str(on)}
    tell("management.refunded", project, told, by, at, why.strip())
    return made


def _held(line: Payee) -> dict[int, Decimal]:
    """What a payee has got and not given back, by the account that it counts in."""
    found: dict[int, Decimal] = {}
    for row in Transfer.objects.filter(payee=line).order_by("pk"):
        paid = row.kind == Transfer.Kind.PAYMENT
        account = row.to_account_id if paid != bool(row.reverses_id) else row.from_account_id
        sign = 1 if paid != bool(row.reverses_id) else -1
        found[account] = found.get(account, Decimal(0)) + sign * row.amount
    return found
