"""Village evaluation: a meeting is called, votes are entered, the minutes are signed; then nothing changes any more."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.identification import guards, rules
from jingzhun.identification.models import Application, Attachment, Ballot, Meeting, Round
from jingzhun.identification.rules import Tally
from jingzhun.journal.actions import Decision, System, record, record_many
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import WORK_IN_VILLAGE
from jingzhun.procedure.actions import Verdict, advance_many
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import Decision as Decided
from jingzhun.procedure.rules import State
from jingzhun.registry.rules.refusals import Refused

STEP = "village_evaluation"
MINUTES = (Attachment.Kind.MINUTES, Attachment.Kind.SIGN_IN)


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
    _require_in_order(called.held_on, [ballot.application.case for ballot in before_the_meeting(locked)])
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
    """What a meeting's record says, as a digest: who signs it signs what was on the screen.

    Of the votes only those that signing acts on: when a household leaves, the record has changed.
    """
    frame = [meeting.held_on, meeting.entitled, meeting.present, meeting.chair, meeting.recorder]
    fields = ("application", "in_favour", "against", "abstained", "recused", "remark")
    votes = list(before_the_meeting(meeting).values_list(*fields))
    return hashlib.sha256(repr((frame, votes)).encode()).hexdigest()[:16]


def before_the_meeting(meeting: Meeting) -> QuerySet[Ballot]:
    """Votes of a record on households that still wait for the meeting; one that left meanwhile is not voted on."""
    waiting = {"application__case__step": STEP, "application__case__state": State.OPEN}
    return meeting.ballots.filter(**waiting).select_related("application__case").order_by("application")


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
    waiting = Application.objects.filter(
        round=locked.round_id, household__village_code=locked.area_id, case__step=STEP, case__state=State.OPEN,
        pk__in=votes,
    )  # fmt: skip
    seen = waiting.select_related("case").only("case__subject", "case__since")
    here = {each.pk: each.case for each in seen}
    for key, tally in votes.items():
        if key not in here:
            raise Refused.because(_("This household is not before the meeting."), str(key))
        if not tally.fits(locked.present):
            counted = tally.in_favour + tally.against + tally.abstained + tally.recused
            told = {"counted": counted, "present": locked.present}
            raise Refused.because(_("%(counted)s votes counted, %(present)s were present.") % told, str(key))
    _require_in_order(locked.held_on, here.values())
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

    `seen`: votes_seen of the record on the screen of who signs. Votes on households that left meanwhile (withdrawn,
    sent back) fall away, and the journal says which. Raises Refused without a quorum (the meeting is invalid, call
    another), without votes, where votes do not add up, where a household came after the meeting's day, and without
    minutes: words, or a picture of the signed minutes or the sign-in sheet.
    """
    require(by, WORK_IN_VILLAGE, meeting.area_id)
    locked, when = _unsigned(meeting), at or timezone.now()
    _hold(locked)
    if seen and seen != votes_seen(locked):
        raise Refused.because(_("Somebody changed the record meanwhile. Look at it again before you sign."))
    locked.signed_at, locked.minutes = when, minutes or locked.minutes
    told = values(["evaluation_quorum", "evaluation_majority"], locked.area_id, locked.held_on)
    ballots = list(before_the_meeting(locked))
    _require_valid(locked, ballots, told["evaluation_quorum"])
    locked.save(update_fields=["signed_at", "minutes"])
    _tell(locked, ballots, _fall_away(locked, ballots), by, when)
    refused: dict[str, list[int]] = defaultdict(list)
    for ballot in ballots:
        if fault := guards.vote_fault(ballot, locked, told["evaluation_quorum"], told["evaluation_majority"]):
            refused[fault].append(ballot.application.case_id)
    for fault, cases in refused.items():
        advance_many(cases, Verdict(Decided.REFUSE, fault), by=by, at=when)
    return locked


def is_evidenced(meeting: Meeting) -> bool:
    """Whether there are minutes: words, or a picture of the signed minutes or of the sign-in sheet."""
    return bool(meeting.minutes.strip()) or meeting.attachments.filter(kind__in=MINUTES).exists()


def _hold(meeting: Meeting) -> None:
    """Lock the cases that the meeting voted on, in the engine's order: nobody moves them while it is signed."""
    cases = Case.objects.filter(application__ballots__meeting=meeting)
    list(cases.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _fall_away(meeting: Meeting, ballots: Sequence[Ballot]) -> list[int]:
    """Take out the votes on households that are not before the meeting any more; keys of their cases."""
    gone = meeting.ballots.exclude(pk__in=[ballot.pk for ballot in ballots])
    cases = list(gone.order_by("application__case").values_list("application__case", flat=True))
    gone.delete()
    return cases


def _require_valid(meeting: Meeting, ballots: Sequence[Ballot], thirds: Decimal) -> None:
    if not rules.has_quorum(meeting.present, meeting.entitled, thirds):
        counted = {"present": meeting.present, "entitled": meeting.entitled}
        raise Refused.because(
            _("No quorum: %(present)s of %(entitled)s representatives were present. Call another meeting.") % counted
        )
    if not ballots:
        raise Refused.because(_("No votes are entered yet."))
    _require_all_counted(meeting, ballots)
    _require_in_order(meeting.held_on, [ballot.application.case for ballot in ballots])
    if not is_evidenced(meeting):
        raise Refused.because(
            _("Write the minutes, or add a picture of the signed minutes or of the sign-in sheet."), "minutes"
        )


def _require_in_order(held_on: date, cases: Iterable[Case]) -> None:
    """A meeting votes on households that were before it: visited, and sent on to it by its day."""
    late = next((case for case in cases if timezone.localdate(case.since) > held_on), None)
    if late:
        told = {"number": late.subject, "day": timezone.localdate(late.since), "held": held_on}
        raise Refused.because(
            _("Household %(number)s came before the meeting on %(day)s only; this one was held on %(held)s.") % told,
            "held_on",
        )


def _tell(meeting: Meeting, ballots: list[Ballot], gone: list[int], by: User | System, at: datetime) -> None:
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
    counted = {"present": meeting.present, "entitled": meeting.entitled, "votes": len(ballots), "fell_away": gone}
    entries.append(
        Decision("identification.minutes_signed", "meeting", str(meeting.pk), meeting.area_id, values=counted)
    )
    record_many(entries, by=by, at=at)


def _require_all_counted(meeting: Meeting, ballots: Sequence[Ballot]) -> None:
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
