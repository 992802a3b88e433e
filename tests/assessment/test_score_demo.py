"""How the demo plays its scores: what comes of it is computed, and only years whose accounts are closed are judged."""

from datetime import date

from tests.assessment.score_stage import COUNTY, SECOND, TOWN, make_year
from tests.registry.factories import make_user

from jingzhun.areas.models import Area
from jingzhun.assessment.models import Appeal, Point, Score, Scoring
from jingzhun.assessment.rules.scores import band_of
from jingzhun.demo.assess.scores import build
from jingzhun.demo.story.cast import Cast
from jingzhun.people.rules import Role


def test_the_demo_plays_its_scores_through_the_actions(officer, leader, tmp_path):
    make_year(8, officer, leader)
    towns = {town: make_user(Role.TOWN_COMMISSIONER, town) for town in (TOWN, SECOND[:9])}
    cast, county = Cast({}, towns, officer, leader), Area.objects.get(pk=COUNTY)
    assert build(county, cast, 7, date(2015, 4, 1)) == []
    made = build(county, cast, 7, date(2016, 4, 8))
    state = {(each.year, each.subject): each.state for each in made}
    assert [state[2014, subject] for subject in ("town", "village", "department", "county")] == ["published"] * 4
    assert (state[2015, "town"], state[2015, "county"]) == ("reviewed", "reviewed")
    assert Appeal.objects.get(point__score__scoring__year=2014).state == "upheld"
    fund = Score.objects.get(scoring__year=2014, scoring__subject="county")
    assert fund.band == band_of(fund.total, fund.scoring.card.bands)
    entered = Point.objects.filter(score=fund, indicator__figures=[])
    assert entered.count() == 5 and all(point.evidence and point.note for point in entered)
    assert Scoring.objects.count() == 8
