"""Money comes in, is allocated, paid, comes back, and is corrected: each by a transfer that nothing removes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.management.kinds import kinds
from jingzhun.management.models import Account, Allocation, Project, Source, Transfer
from jingzhun.people.models import Organisation, User
from jingzhun.people.rules import APPROVE_FUNDS, HANDLE_FUNDS
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused

Kind, State = Transfer.Kind, Allocation.State


@dataclass(frozen=True)
class Granted:
    """What a document promises a county for a year, in yuan, for some kinds of projects or for any."""

    county: Area
    year: int
    level: str
    title: str
    document: str
    planned: Decimal
    purposes: tuple[str, ...] = ()
    organisation: Organisation | None = None


@transaction.atomic
def record_source(told: Granted, *, by: User | System = SYSTEM, at: datetime | None = None) -> Source:
    """Record a fund source. Raises Refused, NotYours."""
    require(by, HANDLE_FUNDS, told.county.pk)
    if told.planned <= 0:
        raise Refused.because(_("A source is more than nothing."), "planned")
    for name in ("title", "document"):
        if not getattr(told, name).strip():
            raise Refused.because(_("This must be said."), name)
    if set(told.purposes) - kinds().keys():
        raise Refused.because(_("There is no such kind of project."), "purposes")
    source = Source(
        county=told.county, year=told.year, level=told.level, title=told.title.strip(),
        document=told.document.strip(), planned=told.planned, purposes=list(told.purposes),
        organisation=told.organisation, by=user_of(by), recorded_at=at or timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise Refused.because(_("This source is recorded already."), "title") from error
    Account.objects.get_or_create(kind=Account.Kind.OUTSIDE, county=told.county)
    Account.objects.create(kind=Account.Kind.SOURCE, county=told.county, source=source)
    tell("management.source_recorded", source, {"yuan": str(source.planned), "document": source.document}, by, at)
    return source


@transaction.atomic
def arrive(
    source: Source, amount: Decimal, on: date, document: str, *, by: User | System = SYSTEM, at: datetime | None = None
) -> Transfer:
    """Money of a source arrived. Raises Refused beyond what the document promises, NotYours."""
    source = Source.objects.select_for_update().get(pk=source.pk)
    require(by, HANDLE_FUNDS, source.county_id)
    require_day(on, at)
    left = source.planned - arrived(source)
    if not 0 < amount <= left:
        text = _("Only %(left)s yuan of this source are still to arrive.")
        raise Refused.because(text % {"left": left}, "amount")
    outside = Account.objects.get(kind=Account.Kind.OUTSIDE, county=source.county_id)
    made = transfer(Kind.ARRIVAL, outside, account_of(source), amount, on, document=document, by=by, at=at)
    tell("management.arrived", source, {"yuan": str(amount), "on": str(on), "document": document}, by, at)
    return made


def arrived(source: Source) -> Decimal:
    """Yuan of a source that have arrived: what lies there, at projects, and what was paid."""
    return sum(Account.objects.filter(source=source).values_list("balance", flat=True), Decimal(0))


@transaction.atomic
def propose_allocation(
    source: Source, project: Project, amount: Decimal, document: str, *, by: User, at: datetime | None = None
) -> Allocation:
    """Propose money of a source for a project. Raises Refused, NotYours."""
    require(by, HANDLE_FUNDS, source.county_id)
    project = Project.objects.get(pk=project.pk)  # as it stands now
    _require_fit(source, project, amount)
    if not document.strip():
        raise Refused.because(_("Name the document."), "document")
    made = Allocation.objects.create(
        source=source, project=project, amount=amount, document=document.strip(), proposed_by=by,
        proposed_at=at or timezone.now(),
    )  # fmt: skip
    tell("management.allocation_proposed", project, _told(made), by, at)
    return made


def _require_fit(source: Source, project: Project, amount: Decimal) -> None:
    if project.area_id[: Level.COUNTY.digits] != source.county_id:
        raise Refused.because(_("The project lies in another county."), "project")
    if project.state not in (Project.State.APPROVED, Project.State.UNDER_WAY):
        raise Refused.because(_("Money goes to projects that are approved and not finished."), "project")
    if source.purposes and project.kind not in source.purposes:
        raise Refused.because(_("This money is not for projects of this kind."), "source")
    if amount <= 0:
        raise Refused.because(_("An allocation is more than nothing."), "amount")
    if amount > (left := account_of(source).balance):
        raise Refused.because(_("Only %(left)s yuan of this source are not allocated.") % {"left": left}, "amount")
    given = sum(Account.objects.filter(project=project).values_list("balance", flat=True), Decimal(0))
    if given + amount > project.budget:
        text = _("The project's budget leaves room for %(left)s yuan.")
        raise Refused.because(text % {"left": project.budget - given}, "amount")


@transaction.atomic
def decide_allocation(
    allocation: Allocation, on: date, why: str = "", *, approve: bool, by: User, at: datetime | None = None
) -> Allocation:
    """Approve what somebody else proposed, by which the money goes to the project, or refuse it with a reason.

    Raises Refused, NotYours.
    """
    found = Allocation.objects.select_for_update(of=("self",)).select_related("source", "project").get(pk=allocation.pk)
    require(by, APPROVE_FUNDS, found.source.county_id)
    require_open(found.state, found.proposed_by_id, by)
    require_day(on, at)
    if not approve and not why.strip():
        raise Refused.because(_("Say why."), "why")
    if approve:
        _require_fit(found.source, found.project, found.amount)
    found.state = State.APPROVED if approve else State.REFUSED
    found.decided_by, found.decided_at, found.decided_on, found.why = by, at or timezone.now(), on, why.strip()
    found.save()
    if approve:
        to = project_account(Account.Kind.PROJECT, found.source_id, found.project)
        transfer(Kind.ALLOCATION, account_of(found.source), to, found.amount, on, allocation=found,
                 document=found.document, by=by, at=at)  # fmt: skip
    name = "management.allocation_approved" if approve else "management.allocation_refused"
    tell(name, found.project, _told(found), by, at, why.strip())
    return found


@transaction.atomic
def release(
    source: Source, project: Project, amount: Decimal, on: date, why: str, *, by: User, at: datetime | None = None
) -> Transfer:
    """Money that a project does not need goes back to its source. Raises Refused, NotYours."""
    require(by, APPROVE_FUNDS, source.county_id)
    require_day(on, at)
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    at_project = Account.objects.filter(kind=Account.Kind.PROJECT, source=source, project=project).first()
    if at_project is None or not 0 < amount <= at_project.balance:
        raise Refused.because(_("Not so much money of this source lies at the project."), "amount")
    made = transfer(Kind.RELEASE, at_project, account_of(source), amount, on, why=why.strip(), by=by, at=at)
    told = {"source": str(source), "yuan": str(amount), "on": str(on)}
    tell("management.released", project, told, by, at, why.strip())
    return made


@transaction.atomic
def reverse(found: Transfer, on: date, why: str, *, by: User, at: datetime | None = None) -> Transfer:
    """Correct a mistake by the same transfer back. Raises Refused: reversed already, a reversal, money that is gone."""
    county = found.from_account.county_id
    require(by, APPROVE_FUNDS, county)
    require_day(on, at)
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    if found.reverses_id or Transfer.objects.filter(reverses=found).exists():
        raise Refused.because(_("This transfer is a correction, or was corrected already."))
    made = transfer(
        Kind(found.kind), found.to_account, found.from_account, found.amount, on, reverses=found, why=why.strip(),
        payee=found.payee, allocation=found.allocation, by=by, at=at,
    )  # fmt: skip
    subject = found.to_account.project or found.to_account.source
    if subject is not None:
        tell("management.reversed", subject, {"yuan": str(found.amount), "on": str(on)}, by, at, why.strip())
    return made


def transfer(
    kind: Transfer.Kind, giver: Account, taker: Account, amount: Decimal, on: date, *,
    by: User | System, at: datetime | None = None, **more: Any,
) -> Transfer:  # fmt: skip
    """One transfer. Raises Refused where the database does not let the money go."""
    made = Transfer(kind=kind, from_account=giver, to_account=taker, amount=amount, on=on, by=user_of(by),
                    at=at or timezone.now(), **more)  # fmt: skip
    save_transfers([made])
    return made


def save_transfers(rows: Sequence[Transfer]) -> None:
    """Write transfers in one statement, all or none. Raises Refused where the database does not let the money go."""
    try:
        with transaction.atomic():
            Transfer.objects.bulk_create(rows, batch_size=5_000)
    except IntegrityError as error:
        if "account_not_overdrawn" in str(error):
            raise Refused.because(_("The money is not there any more; look again."), "amount") from error
        raise Refused.because(_("The money cannot go this way; look again.")) from error


def account_of(source: Source) -> Account:
    """Where a source's money lies that is not allocated."""
    return Account.objects.get(kind=Account.Kind.SOURCE, source=source)


def project_account(kind: str, source: int | None, project: Project) -> Account:
    """Where a source's money at a project lies, or what of it was paid; opened at the first use."""
    found, _made = Account.objects.get_or_create(
        kind=kind, source_id=source, project=project, defaults={"county_id": project.area_id[: Level.COUNTY.digits]}
    )
    return found


def require_day(on: date, at: datetime | None) -> None:
    """Raises Refused for a day to come."""
    if on > timezone.localdate(at):
        raise Refused.because(_("The day lies in the future."), "on")


def require_open(state: str, prepared_by: int | None, by: User) -> None:
    """Raises Refused for what is decided already, and for who would decide on the own proposal."""
    if state != State.PROPOSED:
        raise Refused.because(_("This is decided already."))
    if prepared_by == by.pk:
        raise Refused.because(_("Somebody else must decide on what you prepared."))


def user_of(by: User | System) -> User | None:
    return by if isinstance(by, User) else None


def _told(allocation: Allocation) -> dict[str, Any]:
    return {"source": str(allocation.source), "yuan": str(allocation.amount), "document": allocation.document}


def tell(
    action: str, subject: Project | Source, told: dict[str, Any], by: User | System, at: datetime | None, why: str = ""
) -> None:
    """Record a decision about a project or a source."""
    if isinstance(subject, Project):
        decision = Decision(action, "project", subject.number, subject.area_id, why=why, values=told)
    else:
        decision = Decision(action, "fund_source", str(subject.pk), subject.county_id, why=why, values=told)
    record(decision, by=by, at=at)
