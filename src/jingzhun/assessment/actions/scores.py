"""A year's scores: computed as a draft, completed by hand, opened to the judged, appealed against, published."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.assessment.models import Appeal, Point, Score, Scoring
from jingzhun.assessment.queries.computing import Subject, computed_points, subjects_of
from jingzhun.assessment.queries.terms import appeal_days, closing_day
from jingzhun.assessment.rules.scores import Scored, band_of, ranks, rounded, total
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.people.models import User
from jingzhun.people.rules import ANSWER_ASSESSMENT, DECIDE_ASSESSMENT, SET_TASKS, SUPERVISE
from jingzhun.policy.actions.documents import Filed
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused

from .cards import adopt_cards, card_for

State = Scoring.State


@transaction.atomic
def compute(
    county: Area, subject: str, year: int, *, by: User | System = SYSTEM, at: datetime | None = None
) -> Scoring:
    """Compute the draft of a year's scores from the system's figures, or compute it anew; what was entered stays.

    Raises Refused: no card, nobody to judge, no draft any more; NoParameter, NotYours.
    """
    require(by, SET_TASKS, county.pk)
    Area.objects.select_for_update(no_key=True).get(pk=county.pk)
    today = timezone.localdate(at)
    if year > today.year:
        raise Refused.because(_("That year has not come yet."), "year")
    if not county.cards.filter(subject=subject).exists():
        adopt_cards(county, by=by, at=at)
    card, until = card_for(county.pk, subject, year), closing_day(county.pk, subject, year, today)
    found = subjects_of(county, subject, year, until)
    if not found:
        raise Refused.because(_("There is nobody to judge in that year."))
    scoring = _scoring(county, card, subject, year, until, by, at)
    _fill(scoring, found)
    tell("assessment.scores_computed", scoring, {"subjects": len(found), "until": str(until)}, by, at)
    return scoring


def _scoring(county: Area, card: Any, subject: str, year: int, until: date, by: Any, at: Any) -> Scoring:
    """The year's draft. Raises Refused where it is none any more."""
    who, when = by if isinstance(by, User) else None, at or timezone.now()
    found = Scoring.objects.select_for_update().filter(county=county, subject=subject, year=year).first()
    if found is None:
        return Scoring.objects.create(
            county=county, card=card, subject=subject, year=year, until=until, computed_by=who, computed_at=when
        )
    _require_state(found, State.DRAFT)
    found.card, found.until, found.computed_by, found.computed_at = card, until, who, when
    found.save()
    return found


def _fill(scoring: Scoring, subjects: Sequence[Subject]) -> None:
    """Scores and points anew; values entered by hand stay with their subject and indicator."""
    indicators = list(scoring.card.indicators.all())
    entered = {
        (point.score.key, point.indicator.code): point
        for point in Point.objects.filter(score__scoring=scoring, entered_at__isnull=False)
        .select_related("score", "indicator")
    }  # fmt: skip
    scoring.scores.all().delete()
    scores = create_by_copy([Score(scoring=scoring, area_id=each.area, unit_id=each.unit) for each in subjects])
    points = []
    for score, lines in zip(scores, computed_points(scoring, subjects, indicators), strict=True):
        for indicator, point in zip(indicators, lines, strict=True):
            point.score = score
            kept = entered.get((score.key, indicator.code))
            if kept and not indicator.figures:
                _enter(point, kept.value or Decimal(0), kept.note, kept.entered_by, kept.entered_at)
                point.evidence = kept.evidence
            points.append(point)
    create_by_copy(points)
    reckon(scoring)


def _enter(point: Point, value: Decimal, note: str, by: User | None, at: datetime | None) -> None:
    point.value = point.numerator = value
    point.note, point.entered_by, point.entered_at = note, by, at
    point.points = point.indicator.rule.points(value)


def reckon(scoring: Scoring) -> None:
    """Totals, bands and ranks of all scores, from their points; three statements."""
    lines: dict[int, list[Scored]] = {}
    for point in Point.objects.filter(score__scoring=scoring).select_related("indicator"):
        given = point.appealed
        value = given if point.value is None else point.value  # what was given on an appeal was judged
        scored = Scored(point.indicator.rule, value, point.points if given is None else given)
        lines.setdefault(point.score_id, []).append(scored)
    scores = list(scoring.scores.order_by("area", "unit"))
    for score in scores:
        found = total(lines.get(score.pk, []))
        score.total, score.vetoed = found.total, found.vetoed
        score.band = band_of(found.total, scoring.card.bands, vetoed=found.vetoed)
    for score, rank in zip(scores, ranks([score.total for score in scores]), strict=True):
        score.rank = rank
    Score.objects.bulk_update(scores, ["total", "vetoed", "band", "rank"], batch_size=500)


@transaction.atomic
def enter_value(
    point: Point, value: Decimal, note: str, filed: Filed | None, *, by: User, at: datetime | None = None
) -> Point:
    """Enter what the system cannot know, with its evidence. Raises Refused, NotYours."""
    scoring, found = _locked(point)
    require(by, SET_TASKS, scoring.county_id)
    _require_state(scoring, State.DRAFT)
    if found.indicator.figures:
        raise Refused.because(_("This value comes from the system's own records: correct it there."), "value")
    if not note.strip():
        raise Refused.because(_("Say where the value comes from."), "note")
    if filed is None and not found.evidence:
        raise Refused.because(_("Add the file that proves it."), "file")
    _enter(found, rounded(value), note.strip(), by, at or timezone.now())
    if filed:
        found.evidence.save(f"{scoring.year}-{found.pk}.{filed.kind}", ContentFile(filed.content), save=False)
    found.save()
    reckon(scoring)
    told = {"indicator": found.indicator.code, "value": str(found.value), "subject": found.score.key}
    tell("assessment.value_entered", scoring, told | ({"sha256": filed.digest} if filed else {}), by, at, note.strip())
    return found


@transaction.atomic
def enter_for_all(
    scoring: Scoring, code: str, values: Mapping[str, Decimal], note: str, filed: Filed,
    *, by: User, at: datetime | None = None,
) -> int:  # fmt: skip
    """Enter an indicator's values for many of the judged (by key) from one paper; number of them.

    Raises Refused for somebody who is not judged, NotYours.
    """
    found = _taken(scoring, by, SET_TASKS)
    _require_state(found, State.DRAFT)
    rows = Point.objects.filter(score__scoring=found, indicator__code=code, indicator__figures=[])
    points = {point.score.key: point for point in rows.select_related("score", "indicator")}
    if not note.strip():
        raise Refused.because(_("Say where the value comes from."), "note")
    if wrong := sorted(set(values) - points.keys()):
        raise Refused.because(_("“%(name)s” is not judged by this card.") % {"name": wrong[0]}, "values")
    changed = [points[key] for key in values]
    for key, point in zip(values, changed, strict=True):
        _enter(point, rounded(values[key]), note.strip(), by, at or timezone.now())
        if point is changed[0]:
            name = f"{found.year}-{code}-{found.pk}.{filed.kind}"
            point.evidence.save(name, ContentFile(filed.content), save=False)
        point.evidence = changed[0].evidence
    names = ["value", "numerator", "points", "note", "entered_by", "entered_at", "evidence"]
    Point.objects.bulk_update(changed, names, batch_size=500)
    reckon(found)
    told = {"indicator": code, "subjects": len(changed), "sha256": filed.digest}
    tell("assessment.value_entered", found, told, by, at, note.strip())
    return len(changed)


@transaction.atomic
def review(scoring: Scoring, *, by: User, at: datetime | None = None) -> Scoring:
    """Open the draft to the judged, who may appeal for some days; by somebody else than who computed it.

    Raises Refused while a value is missing, NotYours.
    """
    found = _taken(scoring, by, SUPERVISE)
    _require_state(found, State.DRAFT)
    if found.computed_by_id == by.pk:
        raise Refused.because(_("Somebody else must decide on what you prepared."))
    missing = Point.objects.filter(score__scoring=found, indicator__figures=[], indicator__kind="score", value=None)
    if number := missing.count():
        raise Refused.because(_("%(number)s values must be entered first.") % {"number": number})
    today = timezone.localdate(at)
    days = 0 if found.is_fund else appeal_days(found.county_id, today)
    found.state, found.reviewed_by, found.reviewed_at = State.REVIEWED, by, at or timezone.now()
    found.appeal_until = today + timedelta(days=days)
    found.save()
    tell("assessment.scores_reviewed", found, {"until": str(found.appeal_until)}, by, at)
    return found


@transaction.atomic
def send_back(scoring: Scoring, why: str, *, by: User, at: datetime | None = None) -> Scoring:
    """Make scores a draft again as long as nobody appealed. Raises Refused, NotYours."""
    found = _taken(scoring, by, SUPERVISE)
    _require_state(found, State.REVIEWED)
    if not why.strip():
        raise Refused.because(_("Say why."), "why")
    if Appeal.objects.filter(point__score__scoring=found).exists():
        raise Refused.because(_("Somebody appealed already: decide on the appeals."))
    found.state, found.reviewed_by, found.reviewed_at, found.appeal_until = State.DRAFT, None, None, None
    found.save()
    tell("assessment.scores_returned", found, {}, by, at, why.strip())
    return found


@transaction.atomic
def appeal(point: Point, text: str, *, by: User, at: datetime | None = None) -> Appeal:
    """The judged does not agree. Raises Refused: not open, too late, one waits already; NotYours."""
    scoring, found = _locked(point)
    require(by, ANSWER_ASSESSMENT, found.score.area_id)
    _require_state(scoring, State.REVIEWED)
    if scoring.appeal_until is None or timezone.localdate(at) > scoring.appeal_until:
        raise Refused.because(_("The days for appeals are over."))
    if not text.strip():
        raise Refused.because(_("Say why."), "text")
    try:
        with transaction.atomic():
            made = Appeal.objects.create(point=found, text=text.strip(), by=by, at=at or timezone.now())
    except IntegrityError as error:
        raise Refused.because(_("An appeal against this point waits already.")) from error
    told = {"indicator": found.indicator.code, "subject": found.score.key}
    tell("assessment.appealed", scoring, told, by, at, text.strip())
    return made


@transaction.atomic
def decide_appeal(asked: Appeal, points: Decimal | None, reply: str, *, by: User, at: datetime | None = None) -> Appeal:
    """Decide: other points (upheld) or None (dismissed), always with a reply. Raises Refused, NotYours."""
    scoring, point = _locked(asked.point)
    found = Appeal.objects.select_for_update().get(pk=asked.pk)
    require(by, DECIDE_ASSESSMENT, scoring.county_id)
    _require_state(scoring, State.REVIEWED)
    if found.state != Appeal.State.OPEN:
        raise Refused.because(_("This was decided already."))
    if by.pk in (found.by_id, scoring.reviewed_by_id, scoring.computed_by_id):
        raise Refused.because(_("Somebody else must decide on what you prepared."))
    if not reply.strip():
        raise Refused.because(_("Say why."), "reply")
    if points is not None and not 0 <= points <= point.indicator.weight:
        raise Refused.because(_("From 0 to %(most)s points.") % {"most": point.indicator.weight}, "points")
    found.state = Appeal.State.DISMISSED if points is None else Appeal.State.UPHELD
    found.reply, found.decided_by, found.decided_at = reply.strip(), by, at or timezone.now()
    found.save()
    if points is not None:
        point.appealed = rounded(points)
        point.save(update_fields=["appealed"])
        reckon(scoring)
    told = {"indicator": point.indicator.code, "subject": point.score.key, "points": str(points or "")}
    tell("assessment.appeal_decided", scoring, told, by, at, reply.strip())
    return found


@transaction.atomic
def publish(scoring: Scoring, *, by: User, at: datetime | None = None) -> Scoring:
    """Publish scores; from then on the database lets nobody change them.

    Raises Refused while the judged may appeal or an appeal waits, NotYours.
    """
    found = _taken(scoring, by, DECIDE_ASSESSMENT)
    _require_state(found, State.REVIEWED)
    if by.pk in (found.reviewed_by_id, found.computed_by_id):
        raise Refused.because(_("Somebody else must decide on what you prepared."))
    if Appeal.objects.filter(point__score__scoring=found, state=Appeal.State.OPEN).exists():
        raise Refused.because(_("An appeal waits: decide on it first."))
    if not found.is_fund and found.appeal_until and timezone.localdate(at) <= found.appeal_until:
        raise Refused.because(_("The judged may appeal until %(day)s.") % {"day": found.appeal_until})
    found.state, found.published_by, found.published_at = State.PUBLISHED, by, at or timezone.now()
    found.save()
    best = found.scores.filter(rank=1).order_by("area", "unit").first()
    told = {"subjects": found.scores.count()} | ({"total": str(best.total), "band": best.band} if best else {})
    tell("assessment.scores_published", found, told, by, at)
    return found


def _taken(scoring: Scoring, by: User, permission: str) -> Scoring:
    found = Scoring.objects.select_for_update(of=("self",)).select_related("card").get(pk=scoring.pk)
    require(by, permission, found.county_id)
    return found


def _locked(point: Point) -> tuple[Scoring, Point]:
    """The point's scores, locked before the point is read."""
    scoring = Scoring.objects.select_for_update(of=("self",)).select_related("card").get(scores__points=point.pk)
    return scoring, Point.objects.select_related("score", "indicator").get(pk=point.pk)


def _require_state(scoring: Scoring, state: str) -> None:
    if scoring.state != state:
        told = {"state": scoring.get_state_display()}
        raise Refused.because(_("These scores are “%(state)s”: this cannot be done with them.") % told)


def tell(
    action: str, scoring: Scoring, told: dict[str, Any], by: User | System, at: datetime | None, why: str = ""
) -> None:
    values = {"year": scoring.year, "for": scoring.subject} | told
    record(Decision(action, "scores", str(scoring.pk), scoring.county_id, why=why, values=values), by=by, at=at)
