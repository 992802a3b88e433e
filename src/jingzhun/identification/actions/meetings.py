"""Village evaluation: a meeting is called, votes are entered, the minutes are signed; then nothing changes any more."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification import guards, rules
from jingzhun.identification.models import Application, Ballot, Meeting, Round
from jingzhun.identification.rules import Tally
from jingzhun.journal.actions import Decision, System, record, record_many
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import WORK_IN_VILLAGE
from jingzhun.procedure.actions import Verdict, advance_many
from jingzhun.procedure.rules import Decision as Decided
from jingzhun.procedure.rules import State
from jingzhun.registry.rules.refusals import Refused

from .permitted import require


@dataclass(frozen=True)
class Called:
    """Who came: representatives entitled and present, who led and who wrote."""

    held_on: date
    entitled: int
    present: int
    chair: str
    recorder: str
    place: str = ""
    minutes: str = ""


@transaction.atomic
def hold_meeting(
    round_: Round, village: Area, called: Called, *, by: User | System, at: datetime | None = None
) -> Meeting:
    """Begin the record of a meeting. Raises Refused, NotYours."""
    require(by, WORK_IN_VILLAGE, village.code)
    _require_sound(called, timezone.localdate(at) if at else timezone.localdate())
    meeting = Meeting.objects.create(
        round=round_, area=village, by=by if isinstance(by, User) else None, **asdict(called)
    )
    told = {"round": round_.pk, "on": str(called.held_on), "entitled": called.entitled, "present": called.present}
    record(Decision("identification.meeting_held", "meeting", str(meeting.pk), village.code, values=told), by=by, at=at)
    return meeting


@transaction.atomic
def correct_meeting(meeting: Meeting, called: Called, *, by: User | System, at: datetime | None = None) -> Meeting:
    """Correct who came, before the minutes are signed. Votes that no longer add up are told when they are signed.

    Raises Refused, NotYours.
    """
    require(by, WORK_IN_VILLAGE, meeting.area_id)
    _require_sound(called, timezone.localdate(at) if at else timezone.localdate())
    locked = _unsigned(meeting)
    told = {name: str(value) for name, value in asdict(called).items() if value != getattr(locked, name)}
    told.pop("minutes", None)
    for name, value in asdict(called).items():
        setattr(locked, name, value)
    locked.save(update_fields=list(asdict(called)))
    if told:
        names = {name: told.pop(name) for name in ("chair", "recorder") if name in told}
        entry = Decision("identification.meeting_corrected", "meeting", str(locked.pk), locked.area_id, values=told,
                         personal=names)  # fmt: skip
        record(entry, by=by, at=at)
    return locked


def votes_seen(meeting: Meeting) -> str:
    """What a meeting's record says, as a digest: who signs it signs what was on the screen."""
    frame = [meeting.held_on, meeting.entitled, meeting.present, meeting.chair, meeting.recorder]
    fields = ("application", "in_favour", "against", "abstained", "recused", "remark")
    votes = list(meeting.ballots.order_by("application").values_list(*fields))
    return hashlib.sha256(repr((frame, votes)).encode()).hexdigest()[:16]


@transaction.atomic
def enter_votes(
    meeting: Meeting,
    votes: Mapping[int, Tally],
    *,
    by: User | System,
    remarks: Mapping[int, str] | None = None,
    struck: Collection[int] = (),
) -> None:
    """Enter or correct the votes on applications (by key), before the minutes are signed. Raises Refused.

    `remarks`: for instance which relatives did not vote, by application; `struck`: votes that are taken out again.
    """
    require(by, WORK_IN_VILLAGE, meeting.area_id)
    locked, told_of = _unsigned(meeting), remarks or {}
    here = set(
        Application.objects.filter(
            round=locked.round_id, household__village_code=locked.area_id, case__step="village_evaluation",
            case__state=State.OPEN, pk__in=votes,
        ).values_list("pk", flat=True)
    )  # fmt: skip
    for key, tally in votes.items():
        if key not in here:
            raise Refused.because(_("This household is not before the meeting."), str(key))
        if not tally.fits(locked.present):
            counted = tally.in_favour + tally.against + tally.abstained + tally.recused
            told = {"counted": counted, "present": locked.present}
            raise Refused.because(_("%(counted)s votes counted, %(present)s were present.") % told, str(key))
    locked.ballots.filter(application__in=struck).delete()
    Ballot.objects.bulk_create(
        [
            Ballot(meeting=locked, application_id=key, remark=told_of.get(key, "")[:200], **asdict(tally))
            for key, tally in votes.items()
        ],
        update_conflicts=True,
        unique_fields=["meeting", "application"],
        update_fields=["in_favour", "against", "abstained", "recused", "remark"],
    )


@transaction.atomic
def sign_minutes(
    meeting: Meeting, *, by: User | System, minutes: str = "", at: datetime | None = None, seen: str = ""
) -> Meeting:
    """End a meeting: its votes hold. Those not carried are refused with the count; they may appeal.

    `seen`: votes_seen of the record on the screen of who signs. Raises Refused without a quorum (the meeting is
    invalid, call another), without votes, and where votes do not add up.
    """
    require(by, WORK_IN_VILLAGE, meeting.area_id)
    locked, when = _unsigned(meeting), at or timezone.now()
    if seen and seen != votes_seen(locked):
        raise Refused.because(_("Somebody changed the record meanwhile. Look at it again before you sign."))
    told = values(["evaluation_quorum", "evaluation_majority"], locked.area_id, locked.held_on)
    if not rules.has_quorum(locked.present, locked.entitled, told["evaluation_quorum"]):
        counted = {"present": locked.present, "entitled": locked.entitled}
        raise Refused.because(
            _("No quorum: %(present)s of %(entitled)s representatives were present. Call another meeting.") % counted
        )
    ballots = list(locked.ballots.select_related("application__case"))
    if not ballots:
        raise Refused.because(_("No votes are entered yet."))
    _require_all_counted(locked, ballots)
    locked.signed_at, locked.minutes = when, minutes or locked.minutes
    locked.save(update_fields=["signed_at", "minutes"])
    _tell(locked, ballots, by, when)
    for ballot in ballots:
        fault = guards.vote_fault(ballot, locked, told["evaluation_quorum"], told["evaluation_majority"])
        if fault:
            advance_many([ballot.application.case_id], Verdict(Decided.REFUSE, fault), by=by, at=when)
    return locked


def _tell(meeting: Meeting, ballots: list[Ballot], by: User | System, at: datetime) -> None:
    fields = ("in_favour", "against", "abstained", "recused")
    entries = [
        Decision(
            "identification.voted",
            "case",
            ballot.application.case.subject,
            meeting.area_id,
            values={"meeting": meeting.pk} | {name: getattr(ballot, name) for name in fields},
        )
        for ballot in ballots
    ]
    counted = {"present": meeting.present, "entitled": meeting.entitled, "votes": len(ballots)}
    entries.append(
        Decision("identification.minutes_signed", "meeting", str(meeting.pk), meeting.area_id, values=counted)
    )
    record_many(entries, by=by, at=at)


def _require_all_counted(meeting: Meeting, ballots: list[Ballot]) -> None:
    for ballot in ballots:
        if ballot.counted != meeting.present:
            told = {"number": ballot.application.case.subject, "counted": ballot.counted, "present": meeting.present}
            raise Refused.because(
                _("Household %(number)s: %(counted)s votes counted, %(present)s were present.") % told
            )


def _unsigned(meeting: Meeting) -> Meeting:
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.signed_at:
        raise Refused.because(_("The minutes are signed: nothing changes any more."))
    return locked


def _require_sound(called: Called, today: date) -> None:
    if called.held_on > today:
        raise Refused.because(_("The day lies in the future."), "held_on")
    if called.present > called.entitled:
        raise Refused.because(_("More are present than entitled."), "present")
    if not called.chair.strip() or not called.recorder.strip():
        raise Refused.because(_("Name who led the meeting and who wrote the minutes."), "chair")
