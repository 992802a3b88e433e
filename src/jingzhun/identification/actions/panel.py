"""The county leading group's review meeting: judges score on their own phones, sealed until all are in."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.identification import village_rules as rules
from jingzhun.identification.models import Judge, Nomination, Panel, Result, Round, Score
from jingzhun.journal.actions import Decision, System, record, record_many
from jingzhun.parameters.queries import value
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import REVIEW_IN_COUNTY
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.rules import State
from jingzhun.publicity.codes import new_code
from jingzhun.registry.rules.refusals import Refused

LEAST = "panel_judges_least"
CODE_LENGTH = 10  # signs of 31 kinds, and a check sign
PURPOSE = "panel.judge"


@dataclass(frozen=True)
class Invited:
    """A judge to be invited; villages (by code) that they may not score: kin, home, own unit's village."""

    name: str
    capacity: str
    unit: str = ""
    conflicts: tuple[str, ...] = ()


@transaction.atomic
def prepare_panel(
    round_: Round, held_on: date, *, by: User | System, place: str = "", wanted: int | None = None,
    at: datetime | None = None,
) -> Panel:  # fmt: skip
    """Call a sitting of a round's review meeting, once the one before is closed. Raises Refused, NotYours."""
    require(by, REVIEW_IN_COUNTY, round_.area_id)
    if Panel.objects.filter(round=round_).exclude(state=Panel.State.CLOSED).exists():
        raise Refused.because(_("The round has its review meeting already."))
    panel = Panel.objects.create(round=round_, area_id=round_.area_id, held_on=held_on, place=place, wanted=wanted)
    _tell("identification.panel_prepared", panel, by, at, {"on": str(held_on), "wanted": wanted})
    return panel


@transaction.atomic
def invite(
    panel: Panel, invited: Sequence[Invited], *, by: User | System, at: datetime | None = None
) -> list[tuple[Judge, str]]:
    """Invite judges; each with the code that opens their scores, shown this once. Raises Refused, NotAllowed, NotYours.

    Also while it is scored, for instance in the place of one who left.
    """
    require(by, REVIEW_IN_COUNTY, panel.area_id)
    locked = _open(panel)
    codes = [new_code(CODE_LENGTH) for _each in invited]
    try:
        with transaction.atomic():
            judges = Judge.objects.bulk_create(
                Judge(
                    panel=locked, name=each.name, capacity=each.capacity, unit=each.unit, code=index_of(code, PURPOSE)
                )
                for each, code in zip(invited, codes, strict=True)
            )
    except IntegrityError as error:
        raise Refused.because(_("One of them is invited already."), "name") from error
    for judge, each in zip(judges, invited, strict=True):
        if each.conflicts:
            judge.conflicts.set(Nomination.objects.filter(round=locked.round, area__in=each.conflicts))
    _tell("identification.judges_invited", locked, by, at, {"judges": len(judges)})
    return list(zip(judges, codes, strict=True))


@transaction.atomic
def renew_code(judge: Judge, *, by: User | System, at: datetime | None = None) -> tuple[Judge, str]:
    """Give a judge whose slip is lost another code, shown this once; the old one ends, and who came in with it.

    What was scored stays. Raises NotAllowed once the meeting is closed, NotYours.
    """
    require(by, REVIEW_IN_COUNTY, judge.panel.area_id)
    _open(judge.panel)
    code = new_code(CODE_LENGTH)
    judge.code = index_of(code, PURPOSE)
    judge.save(update_fields=["code"])
    _tell("identification.judge_code_renewed", judge.panel, by, at, {"judge": judge.pk})
    return judge, code


@transaction.atomic
def begin_scoring(panel: Panel, *, by: User | System, at: datetime | None = None) -> Panel:
    """Fix villages and criteria and open the judges' phones. Raises Refused without enough judges or villages."""
    require(by, REVIEW_IN_COUNTY, panel.area_id)
    locked = _locked(panel, Panel.State.PREPARED)
    _require_judges(locked)
    villages = before_panel(locked)
    if not villages:
        raise Refused.because(_("No village stands before the meeting yet."))
    locked.villages.set(villages)
    locked.criteria = {code: each.weight for code, each in rules.criteria(locked.held_on).items()}
    locked.state = Panel.State.SCORING
    locked.save(update_fields=["criteria", "state"])
    _tell("identification.scoring_begun", locked, by, at, {"criteria": locked.criteria})
    return locked


@transaction.atomic
def mark_absent(judge: Judge, why: str, *, by: User | System, at: datetime | None = None) -> Judge:
    """A judge did not come, or left: their scores do not count and are not waited for. Raises Refused, NotYours."""
    require(by, REVIEW_IN_COUNTY, judge.panel.area_id)
    _open(judge.panel)
    if not why.strip():
        raise Refused.because(_("Say why."), "absent_why")
    judge.presence, judge.absent_why = Judge.Presence.ABSENT, why.strip()
    judge.save(update_fields=["presence", "absent_why"])
    _tell("identification.judge_absent", judge.panel, by, at, {"judge": judge.pk}, why)
    return judge


@transaction.atomic
def mark_present(judge: Judge, *, by: User | System, at: datetime | None = None) -> Judge:
    """A judge who was marked as absent came after all. Raises NotAllowed, NotYours."""
    require(by, REVIEW_IN_COUNTY, judge.panel.area_id)
    _open(judge.panel)
    judge.presence, judge.absent_why = Judge.Presence.PRESENT, ""
    judge.save(update_fields=["presence", "absent_why"])
    _tell("identification.judge_present", judge.panel, by, at, {"judge": judge.pk})
    return judge


@transaction.atomic
def record_conflicts(
    judge: Judge, villages: Sequence[str], *, by: User | System, at: datetime | None = None
) -> list[Nomination]:
    """Record which villages (by code) a judge may not score: kin, home, own unit's village.

    A score that was given meanwhile is taken out. Raises NotAllowed once the meeting is closed, NotYours.
    """
    require(by, REVIEW_IN_COUNTY, judge.panel.area_id)
    _open(judge.panel)
    found = list(Nomination.objects.filter(round=judge.panel.round_id, area__in=villages))
    judge.conflicts.set(found)
    judge.scores.filter(nomination__in=found).delete()
    values = {"judge": judge.pk, "villages": [each.area_id for each in found]}
    _tell("identification.judge_conflicts", judge.panel, by, at, values)
    return found


@transaction.atomic
def score(
    judge: Judge, nomination: Nomination, points: Mapping[str, int], *, comment: str = "", at: datetime | None = None
) -> Score:
    """Give a village its points, sealed; changed until the meeting is closed. Raises Refused, NotAllowed."""
    return score_many(judge, {nomination.pk: points}, comments={nomination.pk: comment}, at=at)[0]


@transaction.atomic
def score_many(
    judge: Judge,
    given: Mapping[int, Mapping[str, int]],
    *,
    comments: Mapping[int, str] | None = None,
    at: datetime | None = None,
) -> list[Score]:
    """Give villages (by nomination) their points; all or none. Raises Refused, NotAllowed."""
    panel = _locked(judge.panel, Panel.State.SCORING)
    if judge.presence != Judge.Presence.PRESENT:
        raise NotAllowed(_("You are marked as absent."))
    before = {each.pk for each in before_panel(panel)}
    conflicts = set(judge.conflicts.values_list("pk", flat=True))
    for key, points in given.items():
        if key not in before:
            raise NotAllowed(_("This village is not before the meeting."))
        if key in conflicts:
            raise NotAllowed(_("You do not score this village: a conflict of interest is recorded."))
        if faults := rules.faults_of_score(points, panel.criteria):
            raise Refused.because(_("Give each criterion 0 to 100 points."), faults[0])
    told = comments or {}
    return Score.objects.bulk_create(
        [
            Score(
                judge=judge,
                nomination_id=key,
                sealed=json.dumps({"points": dict(points), "comment": told.get(key, "")}),
                given_at=at or timezone.now(),
            )
            for key, points in given.items()
        ],
        update_conflicts=True,
        unique_fields=["judge", "nomination"],
        update_fields=["sealed", "given_at"],
    )


@transaction.atomic
def close_panel(panel: Panel, *, by: User | System, at: datetime | None = None) -> Panel:
    """Open all scores together, count and rank.

    Raises Refused naming how many are still out, or that too few judges are left (domain.md §3.3), and NotYours.
    """
    require(by, REVIEW_IN_COUNTY, panel.area_id)
    locked, when = _locked(panel, Panel.State.SCORING), at or timezone.now()
    _require_judges(locked)
    if out := missing_scores(locked):
        raise Refused.because(_("%(count)s scores are not in yet.") % {"count": len(out)})
    nominations = {each.pk: each for each in before_panel(locked)}
    results = _ranked(locked, nominations, _totals(locked, nominations))
    Result.objects.bulk_create(results)
    for each in results:
        nominations[each.nomination_id].result = each
    Nomination.objects.bulk_update(nominations.values(), ["result"])
    locked.state, locked.closed_at = Panel.State.CLOSED, when
    locked.save(update_fields=["state", "closed_at"])
    _tell_results(locked, [(nominations[each.nomination_id], each) for each in results], by, when)
    return locked


def _totals(panel: Panel, nominations: Mapping[int, Nomination]) -> dict[int, list[Fraction]]:
    """What the judges gave each village, out of 100; scores of a village that left meanwhile count nothing."""
    totals: dict[int, list[Fraction]] = {key: [] for key in nominations}
    for each in _opened(panel):
        if each.points is None:
            raise TypeError(each)
        if each.nomination_id in totals:
            totals[each.nomination_id].append(rules.weighted(each.points, panel.criteria))
    if bare := [nominations[key].area_id for key, given in totals.items() if not given]:
        raise Refused.because(_("No judge may score %(village)s.") % {"village": bare[0]})
    return totals


def _ranked(
    panel: Panel, nominations: Mapping[int, Nomination], totals: Mapping[int, Sequence[Fraction]]
) -> list[Result]:
    """The results in the order of their ranks."""
    trim_from = int(value(LEAST, panel.area_id, panel.held_on))
    points = {key: rules.points_of(given, trim_from) for key, given in totals.items()}
    ordered = rules.ranking(points, {key: each.indicators.incidence for key, each in nominations.items()})
    listed = set(ordered if panel.wanted is None else ordered[: panel.wanted])
    return [
        Result(panel=panel, nomination_id=key, points=points[key], judges=len(totals[key]), rank=rank,
               listed=key in listed)
        for rank, key in enumerate(ordered, 1)
    ]  # fmt: skip


def before_panel(panel: Panel) -> list[Nomination]:
    """Villages that stand before a sitting, by area: once scoring began those that were there then, and still are."""
    if panel.state == Panel.State.PREPARED:
        return list(waiting_villages(panel.round_id))
    return list(panel.villages.filter(case__step="panel", case__state=State.OPEN).order_by("area"))


def waiting_villages(round_: int) -> QuerySet[Nomination]:
    """Villages of a round (by key) that wait for a sitting: none has scored them since they came to it."""
    unscored = Q(result=None) | Q(result__panel__closed_at__lt=F("case__since"))
    found = Nomination.objects.filter(unscored, round=round_, case__step="panel", case__state=State.OPEN)
    return found.order_by("area")


def missing_scores(panel: Panel) -> set[tuple[int, int]]:
    """(judge, nomination) pairs not scored yet, without absent judges and conflicts; four queries."""
    judges = list(panel.judges.filter(presence=Judge.Presence.PRESENT).prefetch_related("conflicts"))
    barred = {(judge.pk, each.pk) for judge in judges for each in judge.conflicts.all()}
    wanted = {(judge.pk, each.pk) for judge in judges for each in before_panel(panel)} - barred
    given = Score.objects.filter(judge__in=judges).values_list("judge", "nomination")
    return rules.still_out(wanted, given)


def _opened(panel: Panel) -> list[Score]:
    """The scores that count, unsealed and written down."""
    found = list(Score.objects.filter(judge__panel=panel, judge__presence=Judge.Presence.PRESENT))
    for each in found:
        told = json.loads(each.sealed)
        each.points, each.comment = told["points"], told["comment"][:300]
    Score.objects.bulk_update(found, ["points", "comment"], batch_size=2_000)
    return found


def _locked(panel: Panel, state: str) -> Panel:
    locked = Panel.objects.select_for_update().get(pk=panel.pk)
    if locked.state != state:
        raise NotAllowed(_("The review meeting is %(state)s.") % {"state": locked.get_state_display()})
    return locked


def _open(panel: Panel) -> Panel:
    locked = Panel.objects.select_for_update().get(pk=panel.pk)
    if locked.state == Panel.State.CLOSED:
        raise NotAllowed(_("The review meeting is closed."))
    return locked


def _require_judges(panel: Panel) -> None:
    least = int(value(LEAST, panel.area_id, panel.held_on))
    if panel.judges.filter(presence=Judge.Presence.PRESENT).count() < least:
        raise Refused.because(_("At least %(least)s judges are needed.") % {"least": least})


def _tell(
    action: str, panel: Panel, by: User | System, at: datetime | None, values: dict[str, object], why: str = ""
) -> None:
    entry = Decision(action, "panel", str(panel.pk), panel.area_id, why=why, values=values)
    record(entry, by=by, at=at)


def _tell_results(panel: Panel, results: Iterable[tuple[Nomination, Result]], by: User | System, at: datetime) -> None:
    entries = [
        Decision(
            "identification.village_scored",
            "case",
            nomination.area_id,
            nomination.area_id,
            values={"panel": panel.pk, "points": str(each.points), "rank": each.rank, "listed": each.listed},
        )
        for nomination, each in results
    ]
    entries.append(Decision("identification.panel_closed", "panel", str(panel.pk), panel.area_id))
    record_many(entries, by=by, at=at)
