"""Reads on the county's review meeting: who judges, who is still out, the sheets to present, the ranking."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from jingzhun.identification import village_rules
from jingzhun.identification.actions.panel import PURPOSE, before_panel, missing_scores, waiting_villages
from jingzhun.identification.models import Judge, Nomination, Panel, Result, Round, Score
from jingzhun.identification.village_rules import Criterion
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.publicity.codes import cleaned
from jingzhun.registry.models import VillageYear

from .nominations import Test, frozen_tests


def of_round(user: User, round_: Round) -> Panel | None:
    """The latest sitting of the round's review meeting, where the user sees the whole county."""
    found = Panel.objects.visible_to(user, VIEW_CASES).filter(round=round_)
    return found.select_related("area", "round").order_by("-pk").first()


def waiting_for_another(panel: Panel) -> int:
    """How many villages came to the review meeting too late for a sitting that is closed."""
    return waiting_villages(panel.round_id).count() if panel.state == Panel.State.CLOSED else 0


def find(user: User, pk: int, permission: str = VIEW_CASES) -> Panel | None:
    return Panel.objects.visible_to(user, permission).filter(pk=pk).select_related("area", "round").first()


@dataclass(frozen=True)
class Seat:
    """A judge with how many villages they still have to score; never with what they gave."""

    judge: Judge
    out: int
    wanted: int

    @property
    def given(self) -> int:
        return self.wanted - self.out


def seats(panel: Panel) -> list[Seat]:
    """Judges with their progress; a bounded number of queries, and no score is opened."""
    out: dict[int, int] = defaultdict(int)
    for key, _nomination in missing_scores(panel):
        out[key] += 1
    before = {each.pk for each in before_panel(panel)}
    found = []
    for judge in panel.judges.prefetch_related("conflicts__area").order_by("pk"):
        barred = {each.pk for each in judge.conflicts.all()} & before
        wanted = len(before - barred) if judge.presence == Judge.Presence.PRESENT else 0
        found.append(Seat(judge, out[judge.pk], wanted))
    return found


def criteria_of(panel: Panel) -> list[Criterion]:
    """The criteria with their names; the weights that were fixed when scoring began, else those in force."""
    known = village_rules.criteria(panel.held_on)
    weights = panel.criteria or {code: each.weight for code, each in known.items()}
    return [known[code] for code in known if code in weights]


@dataclass(frozen=True)
class Sheet:
    """One village as it is presented: its figures, the three tests, what it reports."""

    nomination: Nomination
    tests: list[Test]
    report: VillageYear | None


def sheets(panel: Panel) -> list[Sheet]:
    """The villages before the meeting, or those that were; three queries."""
    closed = panel.state == Panel.State.CLOSED
    found = (
        list(panel.villages.filter(results__panel=panel).order_by("results__rank")) if closed else before_panel(panel)
    )
    keys = [each.pk for each in found]
    full = Nomination.objects.select_related("area__parent", "round").in_bulk(keys)
    reports = {
        each.area_id: each
        for each in VillageYear.objects.filter(area__in=[full[key].area_id for key in keys], year=panel.round.year)
    }
    return [Sheet(full[key], frozen_tests(full[key])[1], reports.get(full[key].area_id)) for key in keys]


@dataclass(frozen=True)
class Ranked:
    """A village in the ranking; `tied`: another one has the same points, and the higher incidence decided."""

    result: Result
    tied: bool
    comments: list[str]

    @property
    def nomination(self) -> Nomination:
        return self.result.nomination


def ranking(panel: Panel) -> list[Ranked]:
    """The ranking of a closed meeting with the judges' comments (without names); two queries."""
    results = list(
        Result.objects.filter(panel=panel)
        .select_related("nomination__area__parent", "nomination__case")
        .order_by("rank")
    )
    comments: dict[int, list[str]] = defaultdict(list)
    said = Score.objects.filter(judge__panel=panel).exclude(comment="").order_by("nomination", "comment")
    for nomination, comment in said.values_list("nomination", "comment"):
        comments[nomination].append(comment)
    points = [each.points for each in results]
    return [Ranked(each, points.count(each.points) > 1, comments[each.nomination_id]) for each in results]


def judge_of(typed: str) -> Judge | None:
    """The judge whose code it is."""
    code = index_of(cleaned(typed), PURPOSE) or b""
    return Judge.objects.select_related("panel__round", "panel__area").filter(code=code).first()


def judge_by_key(key: int, code: str) -> Judge | None:
    """A judge by key, as long as the code (its digest, as hexadecimal text) is the one that they have now."""
    found = Judge.objects.select_related("panel__round", "panel__area").filter(pk=key).first()
    return found if found and bytes(found.code).hex() == code else None


@dataclass(frozen=True)
class Ballot:
    """A village on a judge's phone."""

    nomination: Nomination
    scored: bool
    barred: bool


def ballots(judge: Judge) -> list[Ballot]:
    """The villages before the meeting, with what this judge has done; three queries."""
    given = set(Score.objects.filter(judge=judge).values_list("nomination", flat=True))
    barred = set(judge.conflicts.values_list("pk", flat=True))
    found = Nomination.objects.filter(pk__in=[each.pk for each in before_panel(judge.panel)])
    return [Ballot(each, each.pk in given, each.pk in barred) for each in found.select_related("area__parent")]


def given(judge: Judge, nomination: int) -> dict[str, Any]:
    """What this judge gave a village, for their own phone only: unsealed here, written nowhere."""
    score = Score.objects.filter(judge=judge, nomination=nomination).first()
    if score is None:
        return {}
    told = json.loads(score.sealed)
    return {**told["points"], "comment": told["comment"]}
