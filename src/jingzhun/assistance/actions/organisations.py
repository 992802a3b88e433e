"""What organisations do in a county: teams sent and withdrawn, what is pledged and what arrives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.models import Arrival, Pledge, Team
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record_many
from jingzhun.people.models import Organisation, User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused


@dataclass(frozen=True)
class Pledged:
    """What an organisation promises a county for a year, in yuan or worth so much."""

    organisation: Organisation
    county: Area
    year: int
    amount: Decimal
    purpose: str
    document: str = ""
    in_kind: bool = False


@dataclass(frozen=True)
class Arrived:
    """What arrived of a pledge, for which area, by what evidence."""

    pledge: Pledge
    on: date
    amount: Decimal
    area: Area
    evidence: str


@transaction.atomic
def send_teams(
    rows: Sequence[tuple[Organisation, Area, date]], *, by: User | System = SYSTEM, at: datetime | None = None
) -> list[Team]:
    """Send teams to villages; all or none. Raises Refused, NotYours."""
    for _organisation, village, _since in rows:
        require(by, ARRANGE_HELP, village.pk)
        if village.level != Level.VILLAGE:
            raise Refused.because(_("A team is sent to a village."), "area")
    try:
        with transaction.atomic():
            made = create_by_copy([Team(organisation=who, area=where, since=since) for who, where, since in rows])
    except IntegrityError as error:
        raise Refused.because(_("The organisation has a team in this village already."), "area") from error
    record_many((_of_team("assistance.team_sent", each) for each in made), by=by, at=at)
    return made


@transaction.atomic
def withdraw_team(team: Team, day: date, why: str, *, by: User, at: datetime | None = None) -> Team:
    """Withdraw a team, with the reason. Raises Refused while people are posted with it, NotYours."""
    found = Team.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=team.pk)
    require(by, ARRANGE_HELP, found.area_id)
    if found.until is not None:
        raise Refused.because(_("This team was withdrawn already."))
    if day < found.since:
        raise Refused.because(_("A team cannot leave before it came."), "day")
    if not why.strip():
        raise Refused.because(_("Say why the team leaves."), "why")
    if number := found.postings.filter(until=None).count():
        raise Refused.because(
            _("%(number)s people are posted with this team; end their postings first.") % {"number": number}
        )
    found.until = day
    found.save(update_fields=["until"])
    record_many([_of_team("assistance.team_withdrawn", found, why.strip())], by=by, at=at)
    return found


@transaction.atomic
def pledge_many(rows: Sequence[Pledged], *, by: User | System = SYSTEM, at: datetime | None = None) -> list[Pledge]:
    """Take pledges; all or none. Raises Refused, NotYours."""
    when, user = at or timezone.now(), by if isinstance(by, User) else None
    for row in rows:
        require(by, ARRANGE_HELP, row.county.pk)
        if row.amount <= 0:
            raise Refused.because(_("A pledge is more than nothing."), "amount")
        if not row.purpose.strip():
            raise Refused.because(_("Say what the pledge is for."), "purpose")
    made = create_by_copy([
        Pledge(organisation=row.organisation, county=row.county, year=row.year, amount=row.amount, in_kind=row.in_kind,
               purpose=row.purpose.strip(), document=row.document, by=user, recorded_at=when)
        for row in rows
    ])  # fmt: skip
    record_many((_of_pledge("assistance.pledged", each) for each in made), by=by, at=when)
    return made


@transaction.atomic
def arrive_many(rows: Sequence[Arrived], *, by: User | System = SYSTEM, at: datetime | None = None) -> list[Arrival]:
    """Note what arrived; all or none. What goes beyond its pledge is refused: pledge the rest first. Raises Refused."""
    when, user = at or timezone.now(), by if isinstance(by, User) else None
    for row in rows:
        require(by, ARRANGE_HELP, row.pledge.county_id)
        if row.amount <= 0:
            raise Refused.because(_("An arrival is more than nothing."), "amount")
        if not row.evidence.strip():
            raise Refused.because(_("Name the evidence: a receipt, a transfer, a delivery note."), "evidence")
        if row.on > timezone.localdate(when):
            raise Refused.because(_("An arrival cannot lie in the future."), "on")
    _require_pledged(rows)
    made = create_by_copy([
        Arrival(pledge=row.pledge, on=row.on, amount=row.amount, area=row.area, evidence=row.evidence.strip(), by=user,
                recorded_at=when)
        for row in rows
    ])  # fmt: skip
    told = (
        _of_pledge("assistance.arrived", each.pledge, {"on": str(each.on), "arrived": str(each.amount)})
        for each in made
    )
    record_many(told, by=by, at=when)
    return made


def _require_pledged(rows: Sequence[Arrived]) -> None:
    """Raises Refused where more arrives than was pledged; the pledges are locked, so that two do not pass at once."""
    keys = sorted({row.pledge.pk for row in rows})
    pledges = {each.pk: each for each in Pledge.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    sums = Arrival.objects.filter(pledge__in=keys).order_by().values_list("pledge").annotate(sum=Sum("amount"))
    total = dict.fromkeys(keys, Decimal(0)) | dict(sums)
    for row in rows:
        total[row.pledge.pk] += row.amount
        left = pledges[row.pledge.pk].amount - (total[row.pledge.pk] - row.amount)
        if pledges[row.pledge.pk].withdrawn_on:
            raise Refused.because(_("This pledge was withdrawn."))
        if total[row.pledge.pk] > pledges[row.pledge.pk].amount:
            raise Refused.because(
                _("Only %(left)s yuan of this pledge are left; pledge the rest first.") % {"left": left}, "amount"
            )


@transaction.atomic
def withdraw_pledge(pledge: Pledge, day: date, why: str, *, by: User, at: datetime | None = None) -> Pledge:
    """Withdraw what has not arrived of a pledge, with the reason. Raises Refused, NotYours."""
    found = Pledge.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pledge.pk)
    require(by, ARRANGE_HELP, found.county_id)
    if found.withdrawn_on:
        raise Refused.because(_("This pledge was withdrawn already."))
    if not why.strip():
        raise Refused.because(_("Say why the pledge is withdrawn."), "why")
    found.withdrawn_on = day
    found.save(update_fields=["withdrawn_on"])
    record_many([_of_pledge("assistance.pledge_withdrawn", found, {}, why.strip())], by=by, at=at)
    return found


def _of_arrival(arrival: Arrival) -> Decision:
    told = {"on": str(arrival.on), "arrived": str(arrival.amount)}
    return _of_pledge("assistance.arrived", arrival.pledge, told)


def _of_team(action: str, team: Team, why: str = "") -> Decision:
    told = {"village": team.area_id, "from": str(team.since)}
    return Decision(action, "organisation", str(team.organisation_id), team.area_id, why=why, values=told)


def _of_pledge(action: str, pledge: Pledge, more: dict[str, str] | None = None, why: str = "") -> Decision:
    told = {"year": pledge.year, "amount": str(pledge.amount), "purpose": pledge.purpose, **(more or {})}
    return Decision(action, "organisation", str(pledge.organisation_id), pledge.county_id, why=why, values=told)
