"""Poor villages: indicators, two committees, town, the panel with sealed scores, leaders, the website. R15."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.identification.villages_stage import SOUND, bring_to_panel, clerk_of, nominated, run_notice, scoring
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_village

from jingzhun.identification import village_rules as rules
from jingzhun.identification.actions import decide, panel, rounds, villages
from jingzhun.identification.models import Judge, Nomination, Result, Score
from jingzhun.identification.village_rules import Indicators, Measures
from jingzhun.journal.models import Entry
from jingzhun.procedure.actions import NotAllowed, NotYours
from jingzhun.procedure.models import Case
from jingzhun.registry.models import VillageYear
from jingzhun.registry.rules.refusals import Refused

MEASURES = Measures(Decimal("0.151"), Decimal("7895"), Decimal(2), Decimal("0.6"))
POOR = Indicators(310, 1000, Decimal("4736.99"), Decimal(0))


# R15


@pytest.mark.parametrize(
    ("changed", "poor"),
    [
        ({}, True),
        ({"per_capita_income": Decimal(4737)}, False),  # equals 60 % of 7,895: it is not below
        ({"per_capita_income": Decimal("4736.99")}, True),
        ({"poor_persons": 302}, True),  # exactly twice 15.1 %
        ({"poor_persons": 301}, False),
        ({"collective_income": Decimal("0.01")}, False),
        ({"collective_income": None}, None),
        ({"per_capita_income": None}, None),
        ({"per_capita_income": None, "poor_persons": 10}, False),
        ({"persons": 0}, None),
    ],
)
def test_r15_one_high_one_low_one_none(changed, poor):
    assert rules.is_poor(Indicators(**(vars(POOR) | changed)), MEASURES) is poor


def test_the_weights_of_the_panel_add_up_to_a_hundred():
    assert sum(each.weight for each in rules.criteria(date(2014, 9, 1)).values()) == 100


@given(st.lists(st.integers(0, 100), min_size=1, max_size=15))
def test_from_seven_judges_on_one_highest_and_one_lowest_are_dropped(totals):
    exact = [Fraction(total) for total in totals]
    used = rules.counted(exact, 7)
    assert len(used) == (len(totals) - 2 if len(totals) >= 7 else len(totals))
    assert min(totals) <= rules.points_of(exact, 7) <= max(totals)
    if len(totals) >= 7:
        assert sum(used) == sum(exact) - max(exact) - min(exact)


def test_ties_go_to_the_higher_incidence():
    points = {1: Decimal(80), 2: Decimal(80), 3: Decimal(90)}
    assert rules.ranking(points, {1: Fraction(3, 10), 2: Fraction(4, 10), 3: Fraction(0)}) == [3, 2, 1]


# The story


def open_panel(stage, judges: int = 7, conflicts: tuple[str, ...] = (), wanted: int | None = None) -> list[Judge]:
    _meeting, made = scoring(stage, judges, conflicts, wanted)
    return [judge for judge, _code in made]


def test_a_village_becomes_a_poor_village_in_the_open(stage):
    first, second = nominated(stage), nominated(stage, f"{VILLAGE[:9]}205", poor=5)
    bring_to_panel(stage, first, second)
    judges = open_panel(stage, wanted=1)
    for number, judge in enumerate(judges):
        given = {first.pk: SOUND, second.pk: SOUND | {"nature": 50 + number}}
        panel.score_many(judge, given, at=stage.tick())
    panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())
    results = {each.nomination_id: each for each in Result.objects.all()}
    assert results[second.pk].listed and not results[first.pk].listed
    assert results[first.pk].points == Decimal("78.00") and results[first.pk].judges == 7
    moved = decide.send_on([first.case_id, second.case_id], by=stage.county, at=stage.tick())
    assert [case.pk for case in moved.cases] == [second.case_id] and "2" in str(moved.blocked[first.case_id][0].message)
    villages.approve_as_leader([second], "town", "镇长", agrees=True, by=stage.town, at=stage.tick())
    assert not decide.send_on([second.case_id], by=stage.county, at=stage.tick()).cases
    villages.approve_as_leader([second], "county", "副县长", agrees=True, by=stage.county, at=stage.tick())
    decide.send_on([second.case_id], by=stage.county, at=stage.tick())
    notice = run_notice(stage, VILLAGE[:6], "announcement", stage.county)
    assert notice.items.get().shown["rank"] == "1"
    VillageYear.objects.create(area=second.area, year=2015)  # recorded before the list was approved
    decide.send_on([second.case_id], by=stage.county, at=stage.tick())
    assert VillageYear.objects.get(area=second.area, year=2014).poor_village
    assert VillageYear.objects.get(area=second.area, year=2015).poor_village
    assert not VillageYear.objects.get(area=first.area, year=2014).poor_village
    actions = set(Entry.objects.filter(record=second.area_id).values_list("action", flat=True))
    assert {
        "identification.village_scored",
        "identification.leader_approved",
        "poor_villages.listing.approve",
    } <= actions


def test_a_village_that_misses_an_indicator_is_nominated_with_a_reason_only(stage):
    make_village(VILLAGE)
    make_household(VILLAGE, members=["张三"])
    place = make_area(VILLAGE)
    with pytest.raises(Refused):
        villages.nominate(stage.round, place, "条件差", by=stage.clerk, at=stage.now)
    found = villages.nominate(stage.round, place, "条件差", exception="整村搬迁", by=stage.clerk, at=stage.now)
    assert found.exception and found.measured["incidence_factor"].startswith("2")
    with pytest.raises(Refused):
        villages.nominate(stage.round, place, "再报", exception="再报", by=stage.clerk, at=stage.now)
    with pytest.raises(NotYours):
        villages.nominate(stage.round, make_village(OTHER_VILLAGE), "好", exception="x", by=stage.clerk, at=stage.now)


def test_scores_rest_sealed_until_all_are_in(stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    judges = open_panel(stage, judges=8)
    for judge in judges[:7]:
        panel.score(judge, first, SOUND, comment="路不通", at=stage.tick())
    assert not Score.objects.exclude(points=None).exists()
    with pytest.raises(Refused, match="1"):
        panel.close_panel(judges[0].panel, by=stage.county)
    panel.mark_absent(judges[7], "请假", by=stage.county, at=stage.tick())
    panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())
    assert Score.objects.filter(points__incidence=90, comment="路不通").count() == 7
    assert Result.objects.get().judges == 7
    with pytest.raises(NotAllowed):
        panel.score(judges[0], first, SOUND)


def test_a_meeting_of_which_too_few_judges_are_left_is_not_closed_until_another_one_is_invited(stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    judges = open_panel(stage)
    for judge in judges[:6]:
        panel.score(judge, first, SOUND, at=stage.tick())
    panel.mark_absent(judges[6], "请假", by=stage.county, at=stage.tick())
    with pytest.raises(Refused, match="7"):
        panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())
    ((seventh, _code),) = panel.invite(judges[0].panel, [panel.Invited("递补评委", "cppcc")], by=stage.county)
    panel.score(seventh, first, SOUND, at=stage.tick())
    panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())
    assert Result.objects.get().judges == 7


def test_a_village_without_persons_does_not_stop_the_meeting(stage):
    first = nominated(stage)
    empty = make_village(f"{VILLAGE[:9]}206", name="空村")
    second = villages.nominate(stage.round, empty, "整村迁出", exception="整村搬迁", by=clerk_of(stage, empty.code),
                               at=stage.tick())  # fmt: skip
    assert second.persons == 0
    bring_to_panel(stage, first, second)
    judges = open_panel(stage)
    for judge in judges:
        panel.score_many(judge, {first.pk: SOUND, second.pk: SOUND}, at=stage.tick())
    panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())
    ranks = dict(Result.objects.values_list("nomination", "rank"))
    assert ranks == {first.pk: 1, second.pk: 2}  # of equal points the one with a known incidence goes first


def test_a_judge_with_a_conflict_or_marked_absent_does_not_score(stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    judges = open_panel(stage, judges=8, conflicts=(VILLAGE,))
    with pytest.raises(NotAllowed):
        panel.score(judges[0], first, SOUND)
    panel.mark_absent(judges[1], "请假", by=stage.county)
    with pytest.raises(NotAllowed):
        panel.score(judges[1], first, SOUND)
    for judge in judges[2:]:
        panel.score(judge, first, SOUND)
    panel.close_panel(judges[0].panel, by=stage.county)
    assert Result.objects.get().judges == 6


@pytest.mark.parametrize(
    "points", [{}, SOUND | {"income": 101}, SOUND | {"income": -1}, SOUND | {"luck": 5}, {"incidence": 90}]
)
def test_every_criterion_takes_0_to_100_points(stage, points):
    first = nominated(stage)
    bring_to_panel(stage, first)
    judges = open_panel(stage)
    with pytest.raises(Refused):
        panel.score(judges[0], first, points)
    assert not Score.objects.exists()


def test_a_panel_needs_enough_judges_and_villages(stage):
    meeting = panel.prepare_panel(stage.round, stage.today, by=stage.county)
    panel.invite(meeting, [panel.Invited(f"评委{n}", "unit") for n in range(6)], by=stage.county)
    with pytest.raises(Refused, match="7"):
        panel.begin_scoring(meeting, by=stage.county)
    panel.invite(meeting, [panel.Invited("评委6", "cppcc")], by=stage.county)
    with pytest.raises(Refused):
        panel.begin_scoring(meeting, by=stage.county)
    with pytest.raises(NotYours):
        panel.invite(meeting, [panel.Invited("评委7", "unit")], by=stage.town)


def before_the_leaders(stage) -> Nomination:
    """A village that the review meeting put on its list."""
    first = nominated(stage)
    bring_to_panel(stage, first)
    judges = open_panel(stage)
    for judge in judges:
        panel.score(judge, first, SOUND)
    panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())
    decide.send_on([first.case_id], by=stage.county, at=stage.tick())
    return first


def test_a_leader_who_does_not_agree_holds_the_village_until_the_matter_is_mended(stage):
    first = before_the_leaders(stage)
    refusal = {"agrees": False, "opinion": "数据有出入", "by": stage.town}
    villages.approve_as_leader([first], "town", "镇长", at=stage.tick(), **refusal)
    villages.approve_as_leader([first], "county", "副县长", agrees=True, by=stage.county, at=stage.tick())
    with pytest.raises(NotAllowed):
        villages.approve_as_leader([first], "town", "镇长", at=stage.tick(), **refusal)
    assert not decide.send_on([first.case_id], by=stage.county, at=stage.tick()).cases
    assert Case.objects.get(pk=first.case_id).step == "approval"
    villages.approve_as_leader([first], "town", "镇长", agrees=True, by=stage.town, at=stage.tick())
    assert decide.send_on([first.case_id], by=stage.county, at=stage.tick()).cases
    assert list(first.approvals.values_list("level", "agrees")) == [("town", False), ("county", True), ("town", True)]


def test_what_the_leaders_approved_before_an_upheld_objection_is_approved_anew(stage):
    first = before_the_leaders(stage)
    for level, by in (("town", stage.town), ("county", stage.county)):
        villages.approve_as_leader([first], level, "负责人", agrees=True, by=by, at=stage.tick())
    decide.send_on([first.case_id], by=stage.county, at=stage.tick())
    decide.send_back(Case.objects.get(pk=first.case_id), "approval", "异议属实", by=stage.county, at=stage.tick())
    assert not decide.send_on([first.case_id], by=stage.county, at=stage.tick()).cases
    for level, by in (("town", stage.town), ("county", stage.county)):
        villages.approve_as_leader([first], level, "负责人", agrees=True, by=by, at=stage.tick())
    assert decide.send_on([first.case_id], by=stage.county, at=stage.tick()).cases


# The round and its villages


def test_a_round_is_not_closed_over_its_villages(stage):
    first = nominated(stage)
    with pytest.raises(Refused, match="1"):
        rounds.close_round(stage.round, by=stage.county, at=stage.tick())
    decide.withdraw(Case.objects.get(pk=first.case_id), "不再申报", by=stage.clerk, at=stage.tick())
    rounds.close_round(stage.round, by=stage.county, at=stage.tick())
    with pytest.raises(Refused):
        nominated(stage, f"{VILLAGE[:9]}205")


def test_a_round_is_not_closed_while_its_review_meeting_is_scored(stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    open_panel(stage)
    decide.withdraw(Case.objects.get(pk=first.case_id), "不再申报", by=stage.clerk, at=stage.tick())
    with pytest.raises(Refused):
        rounds.close_round(stage.round, by=stage.county, at=stage.tick())


def test_a_round_waits_for_the_days_of_appeal(stage):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found, in_favour=3)
    last = stage.today + timedelta(days=15)
    with pytest.raises(Refused, match=str(last)):
        rounds.close_round(stage.round, by=stage.county, at=stage.tick(days=15))
    assert rounds.close_round(stage.round, by=stage.county, at=stage.tick(days=1)).closed_at


def test_a_village_that_is_on_the_list_is_not_nominated_again(stage):
    make_village(VILLAGE)
    VillageYear.objects.create(area_id=VILLAGE, year=2013, poor_village=True, poor_since=date(2013, 12, 1))
    with pytest.raises(Refused):
        villages.nominate(stage.round, make_area(VILLAGE), "条件差", exception="x", by=stage.clerk, at=stage.now)
    VillageYear.objects.create(area_id=VILLAGE, year=2014, poor_village=False)
    assert villages.nominate(stage.round, make_area(VILLAGE), "条件差", exception="x", by=stage.clerk, at=stage.now)


# Sittings of the review meeting


def score_all(stage, judges: list[Judge], *nominations: Nomination) -> None:
    for judge in judges:
        panel.score_many(judge, {each.pk: SOUND for each in nominations}, at=stage.tick())
    panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())


def test_a_village_that_comes_after_the_sitting_is_scored_at_another_one(stage):
    first, late = nominated(stage), nominated(stage, f"{VILLAGE[:9]}205")
    bring_to_panel(stage, first)
    judges = open_panel(stage)
    bring_to_panel(stage, late)  # while the others are scored
    with pytest.raises(NotAllowed):
        panel.score(judges[0], late, SOUND)
    score_all(stage, judges, first)
    (held,) = decide.send_on([first.case_id, late.case_id], by=stage.county, at=stage.tick()).blocked.items()
    assert held[0] == late.case_id
    again = open_panel(stage)
    with pytest.raises(Refused):  # one sitting at a time
        panel.prepare_panel(stage.round, stage.today, by=stage.county)
    score_all(stage, again, late)
    assert decide.send_on([late.case_id], by=stage.county, at=stage.tick()).cases
    assert [each.results.get().panel_id for each in (first, late)] == [judges[0].panel_id, again[0].panel_id]


def test_a_village_that_comes_back_to_the_review_meeting_is_scored_anew(stage):
    first = before_the_leaders(stage)
    decide.send_back(Case.objects.get(pk=first.case_id), "panel", "数据有出入", by=stage.county, at=stage.tick())
    assert decide.send_on([first.case_id], by=stage.county, at=stage.tick()).blocked
    score_all(stage, open_panel(stage), first)
    assert decide.send_on([first.case_id], by=stage.county, at=stage.tick()).cases
    assert first.results.count() == 2


def test_no_sitting_is_called_for_villages_that_were_ranked_and_wait_for_their_refusal(stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    score_all(stage, open_panel(stage), first)
    assert not panel.waiting_villages(stage.round.pk)


def test_the_county_calls_another_sitting_from_the_page_of_the_closed_one(client, stage, settings):
    settings.DEMO = True
    first, late = nominated(stage), nominated(stage, f"{VILLAGE[:9]}205")
    bring_to_panel(stage, first)
    score_all(stage, open_panel(stage), first)
    client.force_login(stage.county)
    of_round = f"{reverse('identification:panel-of-round')}?round={stage.round.pk}"
    assert client.get(f"{of_round}&again=1").status_code == 302  # nobody waits for one
    bring_to_panel(stage, late)
    assert "again=1" in client.get(of_round, follow=True).content.decode()
    answer = client.post(f"{of_round}&again=1", {"held_on": str(stage.today), "place": "县政府"}, follow=True)
    assert stage.round.panels.count() == 2
    assert "李家205村" in answer.content.decode() and "永安村" not in answer.content.decode()


def test_a_village_that_withdraws_after_it_was_scored_does_not_stop_the_closing(stage):
    first, gone = nominated(stage), nominated(stage, f"{VILLAGE[:9]}205")
    bring_to_panel(stage, first, gone)
    judges = open_panel(stage)
    for judge in judges:
        panel.score_many(judge, {first.pk: SOUND, gone.pk: SOUND}, at=stage.tick())
    decide.withdraw(Case.objects.get(pk=gone.case_id), "不再申报", by=clerk_of(stage, gone.area_id), at=stage.tick())
    panel.close_panel(judges[0].panel, by=stage.county, at=stage.tick())
    assert Result.objects.get().nomination_id == first.pk
