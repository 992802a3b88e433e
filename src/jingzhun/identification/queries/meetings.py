"""Reads on village evaluation: the agenda of a village, a meeting with its votes and what signing would do."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from jingzhun.areas.models import Area
from jingzhun.identification import guards, rules
from jingzhun.identification.actions.meetings import STEP, is_evidenced
from jingzhun.identification.models import Ballot, Flag, Meeting, Round
from jingzhun.identification.rules import NAME, Tally
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State

from .evidence import Evidence, evidence, heads_of
from .places import Where

QUORUM, MAJORITY = "evaluation_quorum", "evaluation_majority"


def agenda(round_: Round, village: Area) -> list[Evidence]:
    """Households of a village that wait for the meeting's vote, with what the meeting should know."""
    waiting = Case.objects.filter(procedure=NAME, round=round_.pk, step=STEP, state=State.OPEN)
    return evidence(list(waiting.in_areas((village.code,))))


def meetings(user: User, where: Where) -> QuerySet[Meeting]:
    """Meetings of a round in an area, the latest first, each with the number of its `votes`."""
    found = Meeting.objects.visible_to(user, VIEW_CASES).in_areas((where.area.code,)).filter(round=where.round)
    return found.select_related("area").annotate(votes=Count("ballots")).order_by("-held_on", "-pk")


def waiting_by_village(user: User, where: Where) -> list[tuple[Area, int]]:
    """Villages of an area in which households wait for a vote, with how many; two queries."""
    found = where.cases(user).filter(step=STEP, state=State.OPEN).order_by()
    counts = dict(found.values_list("area_code").annotate(number=Count("pk")))
    return [(village, counts[village.code]) for village in Area.objects.filter(code__in=counts).order_by("code")]


@dataclass(frozen=True)
class Law:
    """What a vote needs: so many thirds of the representatives, more than that share of those who vote."""

    thirds: Decimal
    majority: Decimal

    def least_present(self, entitled: int) -> int:
        """The smallest number of representatives that makes a quorum."""
        return rules.least_present(entitled, self.thirds)


def law_of(area_code: str, day: date) -> Law:
    """The shares in force in a village on the meeting's day. Raises KeyError where none is set."""
    told = values([QUORUM, MAJORITY], area_code, day)
    return Law(told[QUORUM], told[MAJORITY])


@dataclass
class Line:
    """One household before a meeting, with its vote and what signing makes of it."""

    row: Evidence
    vote: Ballot | None = None
    fault: str = ""

    @property
    def tally(self) -> Tally | None:
        vote = self.vote
        return Tally(vote.in_favour, vote.against, vote.abstained, vote.recused) if vote else None

    @property
    def fits(self) -> bool:
        return bool(self.vote and self.vote.counted == self.vote.meeting.present)


@dataclass(frozen=True)
class Record:
    """A meeting with its lines. For a signed one they are those that it voted on.

    `gone`: heads whose households left after their vote was entered. `evidenced`: whether there are minutes.
    """

    meeting: Meeting
    lines: list[Line]
    law: Law
    gone: list[str] = field(default_factory=list)
    evidenced: bool = True

    @property
    def quorum(self) -> bool:
        return rules.has_quorum(self.meeting.present, self.meeting.entitled, self.law.thirds)

    @property
    def least_present(self) -> int:
        return self.law.least_present(self.meeting.entitled)

    @property
    def voted(self) -> list[Line]:
        return [line for line in self.lines if line.vote]

    @property
    def carried(self) -> list[Line]:
        return [line for line in self.voted if line.fits and not line.fault]

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.voted if line.fits and line.fault]

    @property
    def wrong(self) -> list[Line]:
        """Votes that do not add up to those present."""
        return [line for line in self.voted if not line.fits]

    @property
    def without_vote(self) -> list[Line]:
        return [line for line in self.lines if not line.vote]

    @property
    def may_sign(self) -> bool:
        return bool(self.voted) and self.quorum and not self.wrong and self.evidenced


def record_of(meeting: Meeting) -> Record:
    """A meeting's record; a bounded number of queries."""
    law = law_of(meeting.area_id, meeting.held_on)
    votes = {each.application_id: each for each in meeting.ballots.select_related("application")}
    if meeting.signed_at:
        cases = list(Case.objects.filter(application__in=votes))
    else:
        here = Case.objects.filter(procedure=NAME, round=meeting.round_id, step=STEP, state=State.OPEN)
        cases = list(here.filter(area_code=meeting.area_id))
    lines = [Line(row, votes.get(row.application.pk)) for row in evidence(cases)]
    for line in lines:
        if line.vote:
            line.vote.meeting = meeting
            line.fault = guards.vote_fault(line.vote, meeting, law.thirds, law.majority)
    shown = {line.row.application.pk for line in lines}
    gone = [vote.application.household_id for key, vote in votes.items() if key not in shown]
    evidenced = bool(meeting.signed_at) or is_evidenced(meeting)
    return Record(meeting, lines, law, list(heads_of(gone).values()) if gone else [], evidenced)


def open_doubts(rows: list[Evidence]) -> int:
    """Red-line flags on the agenda that nobody has decided."""
    return sum(flag.state == Flag.State.OPEN for row in rows for flag in row.flags)


def find(user: User, pk: int, permission: str = VIEW_CASES) -> Meeting | None:
    """A meeting in the user's areas."""
    found = Meeting.objects.visible_to(user, permission).filter(pk=pk)
    return found.select_related("area", "round", "by").first()


def unsigned_of(round_: Round, village: Area) -> Meeting | None:
    """The record that was begun and is not signed yet."""
    return Meeting.objects.filter(Q(signed_at=None), round=round_, area=village).first()
