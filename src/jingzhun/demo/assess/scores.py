"""Scores of 2014, published, and of 2015 as far as the county has come; its funds evaluated in both years.

What the system cannot know is entered as the office would: the same for everybody where a paper says so, drawn by a
seed where quarters differ. What comes of it is computed, never set.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.random import Generator

from jingzhun.areas.models import Area
from jingzhun.assessment.actions import scores
from jingzhun.assessment.actions.cards import adopt_cards
from jingzhun.assessment.models import Card, Point, Scoring
from jingzhun.demo.story.cast import Cast
from jingzhun.demo.story.moments import at_nine
from jingzhun.people.models import RoleAssignment, User
from jingzhun.people.rules import Role
from jingzhun.policy.actions.documents import Filed
from jingzhun.policy.rules.files import FileKind

YEARS = (2014, 2015)
JUDGED = (Card.Subject.TOWN, Card.Subject.VILLAGE, Card.Subject.DEPARTMENT)
DRAWN = (78, 97)  # what the quarters gave, out of 100
PAPER = "永督发〔{next}〕1号：{year}年四个季度考核通报"
COMPUTED = (4, 2)  # month and day in the next year: after the funds' last day that counts
# Of the funds: value and paper by indicator; what is said of 2014 and 2015 alike but for the number of the paper.
FUNDS: dict[str, tuple[Decimal, str]] = {
    "budget": (Decimal("12.5"), "永财发〔{next}〕6号：县级扶贫预算较上年增长12.5%"),
    "audit": (Decimal(96), "永审报〔{next}〕3号：审计发现问题25个，已整改24个"),
    "income": (Decimal("1.6"), "国家统计局永寿调查队〔{next}〕2号：贫困户收入增速高于全县农村1.6个百分点"),
    "innovation": (Decimal(2), "咸扶办发〔{next}〕9号：推广永寿“六个精准”做法"),
    "violations": (Decimal(0), "永审报〔{next}〕3号：未发现违规违纪资金"),
}


def build(
    county: Area, cast: Cast, seed: int, until: date, told: Callable[[int, int], None] = lambda *_: None
) -> list[Scoring]:
    """Play the scores of the years whose accounts are closed by a day, as far as they get until then."""
    rng, made = np.random.default_rng([seed, 83]), []
    adopt_cards(county, by=cast.county, at=at_nine(date(2014, 1, 6)))
    years = [year for year in YEARS if date(year + 1, *COMPUTED) <= until]
    for done, year in enumerate(years, 1):
        for subject in (*JUDGED, Card.Subject.COUNTY):
            made.append(_year(county, cast, subject, year, rng, until))
        told(done, len(years))
    return made


def supervisor_of(county: Area) -> User:
    """Who reviews: the demo's login, or somebody who cannot log in."""
    held = (
        RoleAssignment.objects.filter(role=Role.SUPERVISOR, area=county).select_related("user").order_by("pk").first()
    )
    if held:
        return held.user
    user = User(username=f"supervisor-{county.pk}", full_name="马督查")
    user.set_unusable_password()
    user.save()
    RoleAssignment.objects.create(user=user, role=Role.SUPERVISOR, area=county, valid_from=date(2014, 1, 1))
    return user


def _year(county: Area, cast: Cast, subject: str, year: int, rng: Generator, until: date) -> Scoring:
    day = date(year + 1, *COMPUTED)
    scoring = scores.compute(county, subject, year, by=cast.county, at=at_nine(day))
    _enter(scoring, cast, day, rng)
    reviewed = day + timedelta(days=3)
    if reviewed > until:
        return scoring
    scoring = scores.review(scoring, by=supervisor_of(county), at=at_nine(reviewed))
    if subject == Card.Subject.TOWN:
        _appeal(scoring, cast, reviewed + timedelta(days=2), until)
    published = (scoring.appeal_until or reviewed) + timedelta(days=4)
    return scores.publish(scoring, by=cast.leader, at=at_nine(published)) if published <= until else scoring


def _enter(scoring: Scoring, cast: Cast, day: date, rng: Generator) -> None:
    """Values with their papers: the quarters differ by who is judged, the funds' papers are the county's."""
    rows = Point.objects.filter(score__scoring=scoring, indicator__figures=[], value=None).order_by("pk")
    wanted: dict[str, dict[str, Decimal]] = {}
    for point in rows.select_related("indicator", "score"):
        code = point.indicator.code
        if scoring.is_fund:
            wanted[code] = {point.score.key: FUNDS[code][0]}
        elif point.indicator.needs_entry:
            wanted.setdefault(code, {})[point.score.key] = Decimal(int(rng.integers(*DRAWN)))
    for code, values in wanted.items():
        note = (FUNDS[code][1] if scoring.is_fund else PAPER).format(year=scoring.year, next=scoring.year + 1)
        paper = Filed(note.encode(), FileKind.TEXT, note)
        scores.enter_for_all(scoring, code, values, note, paper, by=cast.county, at=at_nine(day))


def _appeal(scoring: Scoring, cast: Cast, day: date, until: date) -> None:
    """The last town appeals against its quarterly points, and gets one more."""
    last = scoring.scores.order_by("-rank", "area").first()
    commissioner = cast.towns.get(last.area_id) if last else None
    if last is None or commissioner is None or day + timedelta(days=3) > until:
        return
    point = last.points.select_related("indicator").get(indicator__code="quarterly")
    more = min(point.points + 1, point.indicator.weight)
    asked = scores.appeal(
        point, "三季度道路工程因连阴雨停工，属不可抗力，请核减扣分。", by=commissioner, at=at_nine(day)
    )
    told = "查气象资料属实，核增。"
    scores.decide_appeal(asked, more, told, by=cast.leader, at=at_nine(day + timedelta(days=3)))
