"""Poor villages: nominated by the village, stated by the town, approved by the leaders in charge, listed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.identification import village_rules
from jingzhun.identification.models import LeaderApproval, Nomination, Resolution, Round
from jingzhun.identification.queries.villages import indicators_of, measures
from jingzhun.identification.village_guards import standing_approvals
from jingzhun.identification.village_rules import NAME, Indicators
from jingzhun.journal.actions import Decision, System, record, record_many
from jingzhun.people.models import User
from jingzhun.people.rules import AUDIT_IN_TOWN, REVIEW_IN_COUNTY, WORK_IN_VILLAGE
from jingzhun.procedure.actions import NewCase, NotAllowed, open_cases
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State
from jingzhun.registry.models import VillageYear
from jingzhun.registry.rules.refusals import Refused


@dataclass(frozen=True)
class Meeting:
    """A meeting of the two committees."""

    held_on: date
    entitled: int
    present: int
    in_favour: int
    chair: str
    minutes: str = ""


def nominate(
    round_: Round,
    village: Area,
    statement: str,
    *,
    by: User | System,
    exception: str = "",
    at: datetime | None = None,
) -> Nomination:
    """Nominate a village with its indicators of the day. Raises Refused, NotYours.

    A village that misses one of the three indicators is nominated only with a written reason.
    """
    when = at or timezone.now()
    day = timezone.localdate(when)
    if village.level != Level.VILLAGE or not village.code.startswith(round_.area_id):
        raise Refused.because(_("Only villages of the county can be nominated."), "area")
    _require_room(round_, village)
    if not statement.strip():
        raise Refused.because(_("Describe the village's situation."), "statement")
    found, against = indicators_of(village.code, round_, day), measures(round_)
    told = Indicators(found.poor_persons, found.persons, found.per_capita_income, found.collective_income)
    if not village_rules.is_poor(told, against) and not exception.strip():
        raise Refused.because(_("The indicators are not met: say why the village is nominated all the same."),
                              "exception")  # fmt: skip
    with transaction.atomic():
        try:
            (case,) = open_cases(NAME, round_.pk, [NewCase(village.code, village.code)], by=by, at=when)
        except IntegrityError as error:
            raise Refused.because(_("The village is nominated in this round already.")) from error
        return Nomination.objects.create(
            case=case,
            round=round_,
            area=village,
            statement=statement.strip(),
            exception=exception.strip(),
            measured={name: str(value) for name, value in asdict(against).items()},
            **asdict(found),
        )


def _require_room(round_: Round, village: Area) -> None:
    """A village is nominated in a round that is not closed, and is not on the list already."""
    if Round.objects.filter(pk=round_.pk, closed_at__isnull=False).exists():
        raise Refused.because(_("The round is closed."))
    latest = VillageYear.objects.filter(area=village, year__lte=round_.year).order_by("-year").first()
    if latest and latest.poor_village:
        raise Refused.because(_("The village is on the list of poor villages already."), "area")


@transaction.atomic
def record_resolution(
    nomination: Nomination, meeting: Meeting, *, by: User | System, at: datetime | None = None
) -> Resolution:
    """Record what the two committees decided, once the village came to them. Raises Refused, NotAllowed, NotYours."""
    require(by, WORK_IN_VILLAGE, nomination.area_id)
    when = at or timezone.now()
    came_on = timezone.localdate(_standing_at("nomination", nomination).since)
    if meeting.held_on > timezone.localdate(when):
        raise Refused.because(_("The day lies in the future."), "held_on")
    if meeting.held_on < came_on:
        told = {"day": came_on, "held": meeting.held_on}
        raise Refused.because(
            _("The village came before the meeting on %(day)s only; this one was held on %(held)s.") % told, "held_on"
        )
    if not meeting.in_favour <= meeting.present <= meeting.entitled:
        raise Refused.because(_("More votes than members present, or more present than members."), "present")
    made = Resolution.objects.create(
        nomination=nomination, recorded_at=when, by=by if isinstance(by, User) else None, **asdict(meeting)
    )
    values = {"on": str(meeting.held_on), "present": meeting.present, "in_favour": meeting.in_favour}
    _tell("identification.committees_resolved", nomination, by, when, values)
    return made


@transaction.atomic
def state_for_town(
    nomination: Nomination, statement: str, *, agrees: bool, by: User | System, at: datetime | None = None
) -> Nomination:
    """The town states what it found of the village, for the review meeting. Raises Refused, NotAllowed, NotYours."""
    require(by, AUDIT_IN_TOWN, nomination.area_id)
    when = at or timezone.now()
    _standing_at("town_review", nomination)
    if not statement.strip():
        raise Refused.because(_("Write down what was found."), "town_statement")
    locked = Nomination.objects.select_for_update().get(pk=nomination.pk)
    locked.town_statement, locked.town_agrees, locked.town_at = statement.strip(), agrees, when
    locked.save(update_fields=["town_statement", "town_agrees", "town_at"])
    _tell("identification.town_stated", locked, by, when, {"agrees": agrees}, statement)
    return locked


def _standing_at(step: str, nomination: Nomination) -> Case:
    """The nomination's case, locked, which is open at a step. Raises NotAllowed."""
    case = Case.objects.select_for_update().get(pk=nomination.case_id)
    if (case.step, case.state) != (step, State.OPEN):
        raise NotAllowed(_("%(subject)s does not stand at this step.") % {"subject": case.subject})
    return case


@transaction.atomic
def approve_as_leader(
    nominations: Sequence[Nomination],
    level: str,
    leader: str,
    *,
    agrees: bool,
    by: User | System,
    opinion: str = "",
    at: datetime | None = None,
) -> list[LeaderApproval]:
    """A leader in charge examined villages of the review meeting's list, or decides anew once a matter is mended.

    Raises Refused, NotYours, NotAllowed where the leader of the level has said the same already.
    """
    permission = AUDIT_IN_TOWN if level == LeaderApproval.Level.TOWN else REVIEW_IN_COUNTY
    if not leader.strip():
        raise Refused.because(_("Name the leader who approves."), "leader")
    if not agrees and not opinion.strip():
        raise Refused.because(_("Say why."), "opinion")
    for each in nominations:
        require(by, permission, each.area_id)
    _require_undecided(nominations, level, agrees)
    when, actor = at or timezone.now(), by if isinstance(by, User) else None
    told = {"level": level, "leader": leader.strip(), "agrees": agrees, "opinion": opinion.strip()}
    made = LeaderApproval.objects.bulk_create(
        LeaderApproval(nomination=each, at=when, by=actor, **told) for each in nominations
    )
    values = {"level": level, "agrees": agrees}
    entries = (
        Decision("identification.leader_approved", "case", each.area_id, each.area_id, why=opinion, values=values)
        for each in nominations
    )
    record_many(entries, by=by, at=when)
    return made


def _require_undecided(nominations: Sequence[Nomination], level: str, agrees: bool) -> None:
    """Lock the cases; each stands at the approval, and the level has not said the same since it came there."""
    locked = Case.objects.select_for_update().filter(nomination__in=nominations, step="approval", state=State.OPEN)
    standing = list(locked.order_by("pk"))
    if strange := {each.area_id for each in nominations} - {case.subject for case in standing}:
        raise NotAllowed(_("%(subject)s does not stand at this step.") % {"subject": min(strange)})
    said = standing_approvals(standing)
    if any(each.agrees == agrees for (_case, at_level), each in said.items() if at_level == level):
        raise NotAllowed(_("This leader has decided already."))


def list_villages(cases: Sequence[Case], by: object, at: datetime) -> None:
    """Effect of passing the last step: the villages stand on the list of poor villages of the round's year."""
    day = timezone.localdate(at)
    nominations = list(Nomination.objects.select_related("round").filter(case__in=cases))
    for round_ in {each.round for each in nominations}:
        codes = [each.area_id for each in nominations if each.round_id == round_.pk]
        there = set(VillageYear.objects.filter(area__in=codes, year=round_.year).values_list("area_id", flat=True))
        VillageYear.objects.bulk_create(
            VillageYear(area_id=code, year=round_.year) for code in codes if code not in there
        )
        reported = VillageYear.objects.filter(area__in=codes, year__gte=round_.year)  # of the next year already, too
        reported.filter(Q(year=round_.year) | Q(poor_village=False)).update(poor_village=True, poor_since=day)


def _tell(
    action: str, nomination: Nomination, by: User | System, at: datetime, values: dict[str, object], why: str = ""
) -> None:
    record(Decision(action, "case", nomination.area_id, nomination.area_id, why=why, values=values), by=by, at=at)
