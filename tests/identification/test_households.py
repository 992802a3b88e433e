"""Households are identified in the open: R1 to R8 of the field's rules, and everything that must not happen."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.identification.stage import STEPS, picture
from tests.publicity.factories import make_item, make_notice, make_objection
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user, make_village

from jingzhun.identification import rules
from jingzhun.identification.actions import applications, carrying, crosscheck, decide, meetings, rounds, visits
from jingzhun.identification.actions.applications import Filing
from jingzhun.identification.models import Flag, Visit
from jingzhun.identification.queries.cases import Asked, cases
from jingzhun.identification.rules import Tally
from jingzhun.identification.table import HOUSEHOLDS
from jingzhun.journal.models import Entry
from jingzhun.parameters.queries import value
from jingzhun.people.rules import Role
from jingzhun.procedure import queries
from jingzhun.procedure.actions import Blocked, NotAllowed, NotYours, Verdict, advance
from jingzhun.procedure.rules import Decision, State
from jingzhun.publicity.actions.notices import NoticeStillOpen, add_board_photo, close_due, close_notice
from jingzhun.publicity.models import Notice, NoticeItem
from jingzhun.registry import dictionary
from jingzhun.registry.models import Household, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db


def test_a_household_goes_through_every_step_and_stands_on_the_register(stage):
    found = stage.apply(5)
    stage.bring_to("done", *found)
    assert {stage.state_of(each) for each in found} == {State.PASSED}
    assert RegisterSpell.objects.filter(household__in=[each.household_id for each in found]).count() == 5
    household = Household.objects.get(pk=found[0].household_id)
    assert (household.cause_main, household.attribute, household.recognised_by) == ("illness", "general", "national")
    told = Entry.objects.filter(record_type="case", record=household.number).order_by("id")
    assert list(told.values_list("action", flat=True)) == [
        "identification.opened",
        "identification.application.approve",
        "identification.visited",
        "identification.home_visit.approve",
        "identification.voted",
        "identification.village_evaluation.approve",
        "identification.first_notice.approve",
        "identification.visited",
        "identification.town_opinion",
        "identification.town_audit.approve",
        "identification.second_notice.approve",
        "identification.visited",
        "identification.county_opinion",
        "identification.county_review.approve",
        "identification.announcement.approve",
        "identification.registration.approve",
    ]


# R1


@pytest.mark.parametrize(("present", "valid"), [(19, False), (20, True)])
def test_r1_a_meeting_of_19_of_30_is_invalid_of_20_valid(stage, present, valid):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    if valid:
        assert stage.meet(*found, present=present, in_favour=present).signed_at
    else:
        with pytest.raises(Refused, match="19"):
            stage.meet(*found, present=present, in_favour=present)


@pytest.mark.parametrize(("in_favour", "state"), [(10, State.REFUSED), (11, State.OPEN)])
def test_r1_10_of_20_in_favour_fail_11_carry(stage, in_favour, state):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found, present=20, in_favour=in_favour)
    assert stage.state_of(found[0]) == state
    if state == State.REFUSED:
        assert "10" in queries.timeline(stage.fresh(found[0]).case).last().note


def test_everybody_present_is_accounted_for(stage):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    called = meetings.Called(stage.today, 30, 24, "张支书", "刘文书")
    meeting = meetings.hold_meeting(stage.round, make_area(VILLAGE), called, by=stage.clerk, at=stage.tick())
    with pytest.raises(Refused, match="23"):
        meetings.enter_votes(meeting, {found[0].pk: Tally(20, 3, 0, 0)}, by=stage.clerk)
    with pytest.raises(Refused):
        meetings.sign_minutes(meeting, by=stage.clerk, at=stage.tick())


def test_signed_minutes_do_not_change_any_more(stage):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    meeting = stage.meet(*found)
    with pytest.raises(Refused):
        meetings.enter_votes(meeting, {found[0].pk: Tally(24, 0, 0, 0)}, by=stage.clerk)
    with pytest.raises(Refused):
        visits.attach(meeting, picture(), "photo", stage.today, size=900, by=stage.clerk)


# R2


def test_r2_the_second_notice_waits_for_the_first_and_for_the_town(stage):
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    with pytest.raises(Refused):
        stage.post("second_notice", stage.town)
    notice = stage.post("first_notice", stage.clerk)
    with pytest.raises(NoticeStillOpen):
        close_notice(notice, by=stage.clerk, at=stage.now + timedelta(days=7))
    stage.now += timedelta(days=8)
    close_due(stage.now)
    assert stage.step_of(found[0]) == "town_audit"
    with pytest.raises(Refused):
        stage.post("second_notice", stage.town)
    moved = stage.send_on(*found, by=stage.town)
    assert not moved.cases and {each.guard for each in moved.blocked[found[0].case_id]} == {"audited", "revisited"}
    stage.look("town", *found)
    stage.send_on(*found, by=stage.town)
    assert stage.post("second_notice", stage.town).kind == "second_notice"


def test_a_notice_without_a_photo_of_the_board_carries_nobody_until_it_comes(stage):
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    notice = stage.post("first_notice", stage.clerk, photo=False)
    stage.now += timedelta(days=8)
    close_due(stage.now)
    assert stage.step_of(found[0]) == "first_notice"
    add_board_photo(notice, picture(), date(2014, 5, 6), size=900, by=stage.clerk)
    carrying.carry_on(at=stage.tick())
    assert stage.step_of(found[0]) == "town_audit"


def test_what_is_on_a_notice_already_is_not_posted_twice(stage):
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    stage.post("first_notice", stage.clerk)
    with pytest.raises(Refused):
        stage.post("first_notice", stage.clerk)


# R3


def test_r3_only_the_county_announces_and_all_three_notices_exist(stage):
    found = stage.apply(2)
    stage.bring_to("announcement", *found)
    for user in (stage.clerk, stage.town):
        with pytest.raises(NotYours):
            stage.post("announcement", user)
    stage._do("announcement", tuple(found))
    stage._do("registration", tuple(found))
    for each in found:
        kinds = NoticeItem.objects.filter(subject=f"case:{each.case_id}").values_list("notice__kind", flat=True)
        assert sorted(kinds) == ["announcement", "first_notice", "second_notice"]
    assert {notice.area_id for notice in Notice.objects.all()} == {VILLAGE}


# R4


def test_r4_no_notice_tells_a_number_or_an_illness(stage):
    household = make_household(
        members=[{"name": "张病", "health": ["serious_illness"]}],
        survey={"members_counted": 1, "income_wage": Decimal(900)},
        phone="13900001111",
        account="6217001234567890123",
    )
    filing = Filing(household, "clerk", stage.today)
    found = applications.apply_many(stage.round, [filing], by=stage.clerk, at=stage.now)
    stage.bring_to("done", *found)
    shown = " ".join(str(item.shown) for item in NoticeItem.objects.all())
    assert "张" in shown and not re.search(r"\d{6,}", shown)
    for secret in (
        "病支",
        "大病",
        "残",
        "serious",
        household.phone,
        household.account,
        household.members.get().id_number,
    ):
        assert secret not in shown


# R5, R6


def quota(stage, number: int) -> None:
    make_village(OTHER_VILLAGE)
    rounds.set_quotas(stage.round, {VILLAGE: number, OTHER_VILLAGE: 500 - number}, by=stage.county, at=stage.now)


def test_r5_a_binding_quota_lets_the_neediest_go_and_tells_the_others(stage):
    quota(stage, 3)
    found = stage.apply(5)
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found)
    moved = stage.send_on(*found)
    assert [case.pk for case in moved.cases] == [each.case_id for each in found[:3]]  # incomes rise with the number
    assert {each.guard for held in moved.blocked.values() for each in held} == {"within_quota"}
    assert all("3" in str(held[0].message) for held in moved.blocked.values())
    assert {stage.state_of(each) for each in found} == {State.OPEN}  # nobody is refused in silence


def test_r5_the_villages_quotas_add_up_to_the_countys(stage):
    make_village(OTHER_VILLAGE)
    with pytest.raises(Refused, match="499"):
        rounds.set_quotas(stage.round, {VILLAGE: 3, OTHER_VILLAGE: 496}, by=stage.county)
    with pytest.raises(Refused):
        rounds.set_quotas(stage.round, {VILLAGE: 3, "610427101201": 497}, by=stage.county)


def test_r6_from_2016_on_a_quota_is_forbidden_and_the_same_list_passes(stage):
    window = (date(2016, 9, 1), date(2016, 10, 31))
    with pytest.raises(Refused) as refused:
        rounds.open_round(make_area("610426"), 2016, "dynamic", window, by=stage.county, quota=3, at=stage.now)
    assert "quota_households" in refused.value.messages
    stage.round = rounds.open_round(make_area("610426"), 2016, "dynamic", window, by=stage.county, at=stage.now)
    stage.now = stage.now.replace(year=2016, month=9)
    found = stage.apply(5)
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found)
    assert len(stage.send_on(*found).cases) == 5


# R7


def test_r7_a_hit_never_removes_a_household_a_confirmed_veto_blocks_a_review_needs_a_decision(stage):
    found = stage.apply(3)
    stage.bring_to("town_audit", *found)
    stage.look("town", *found)
    flags = [
        crosscheck.raise_flag(stage.fresh(each), line, Flag.Origin.CROSS_CHECK, "", by=stage.clerk, at=stage.now)
        for each, line in zip(found, ("business", "vehicle", "business"), strict=True)
    ]
    assert len(stage.send_on(*found, by=stage.town).blocked) == 3
    assert {stage.state_of(each) for each in found} == {State.OPEN}
    with pytest.raises(Refused):
        crosscheck.decide_flag(flags[0], confirmed=False, reason=" ", by=stage.town)
    with pytest.raises(NotYours):
        crosscheck.decide_flag(flags[0], confirmed=False, reason="不属实", by=stage.clerk)
    crosscheck.decide_flag(flags[0], confirmed=False, reason="已注销的空壳执照", by=stage.town)
    crosscheck.decide_flag(flags[1], confirmed=True, reason="跑运输的面包车", by=stage.town)
    crosscheck.decide_flag(flags[2], confirmed=True, reason="镇上开店", by=stage.town)
    with pytest.raises(NotAllowed):
        crosscheck.decide_flag(flags[2], confirmed=False, reason="改判", by=stage.town)
    moved = stage.send_on(*found, by=stage.town)
    assert [case.pk for case in moved.cases] == [found[0].case_id, found[1].case_id]
    assert [held[0].guard for held in moved.blocked.values()] == ["red_lines_settled"]


# R8


@pytest.mark.parametrize(
    ("main", "others", "faults"),
    [
        ("illness", [], []),
        ("illness", ["schooling", "no_labour"], []),
        ("", [], ["main"]),
        ("bad_luck", [], ["main"]),
        ("illness", ["schooling", "no_labour", "disaster"], ["others"]),
        ("illness", ["illness"], ["repeated"]),
        ("illness", ["schooling", "schooling"], ["others"]),
        ("illness", ["bad_luck"], ["others"]),
    ],
)
def test_r8_one_main_cause_of_twelve_and_at_most_two_others(main, others, faults):
    known = dictionary.codes("cause")
    assert len(known) == 12 and rules.cause_faults(main, others, known) == faults


def test_r8_a_visit_that_finds_poverty_names_its_main_cause(stage):
    found = stage.apply()
    stage.accept(*found)
    with pytest.raises(Refused):
        stage.visit(*found, cause_main="")
    with pytest.raises(Refused):
        stage.visit(*found, causes_other=["illness"])
    assert not Visit.objects.exists()


# What must not happen


def test_nobody_applies_twice_outside_the_window_or_when_registered(stage):
    (application,) = stage.apply()
    with pytest.raises(Refused):
        applications.apply(
            stage.round, Filing(application.household, "clerk", stage.today), by=stage.clerk, at=stage.now
        )
    fresh = make_household(members=["张三"])
    for day in (date(2014, 4, 30), date(2014, 7, 1), date(2014, 5, 6)):  # before, after, tomorrow
        with pytest.raises(Refused):
            applications.apply(stage.round, Filing(fresh, "clerk", day), by=stage.clerk, at=stage.now)
    poor = make_household(members=["张四"], registered_on=date(2014, 1, 1))
    with pytest.raises(Refused):
        applications.apply(stage.round, Filing(poor, "clerk", stage.today), by=stage.clerk, at=stage.now)
    with pytest.raises(Refused):
        applications.apply(stage.round, Filing(fresh, "on_behalf", stage.today), by=stage.clerk, at=stage.now)


def test_a_round_whose_window_is_over_is_not_opened(stage):
    window = (date(2014, 9, 1), date(2014, 9, 30))
    late = datetime(2014, 10, 1, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="closes_on"):
        rounds.open_round(stage.round.area, 2014, "dynamic", window, by=stage.county, at=late)
    rounds.open_round(stage.round.area, 2014, "dynamic", window, by=stage.county, at=late - timedelta(days=1))


def test_papers_of_the_window_are_entered_for_some_days_after_it_and_then_no_more(stage):
    days = int(value("late_entry_days", VILLAGE[:6], stage.round.closes_on))
    last = datetime(2014, 6, 30, 2, tzinfo=UTC) + timedelta(days=days)
    households = [make_household(members=[name]) for name in ("张三", "李四")]
    paper = [Filing(each, "clerk", date(2014, 6, 30)) for each in households]
    applications.apply(stage.round, paper[0], by=stage.clerk, at=last)
    with pytest.raises(Refused, match=f"{timezone.localdate(last)}"):
        applications.apply(stage.round, paper[1], by=stage.clerk, at=last + timedelta(days=1))
    notice = make_notice(area=VILLAGE, items=[make_item("case:1", head="张*")])
    upheld = make_objection(notice, position=None).objection
    for_the_missing = replace(paper[1], answers=upheld)  # may be found out long after the window
    applications.apply(stage.round, for_the_missing, by=stage.clerk, at=last + timedelta(days=40))


def test_another_villages_clerk_files_nothing_and_sees_nothing(stage):
    stranger = make_user(area=OTHER_VILLAGE)
    household = make_household(members=["张三"])
    with pytest.raises(NotYours):
        applications.apply(stage.round, Filing(household, "clerk", stage.today), by=stranger, at=stage.now)
    stage.apply()
    assert not cases(stranger, Asked(stage.round)) and cases(stage.clerk, Asked(stage.round)).count() == 1


def test_evidence_from_before_a_return_does_not_carry_a_case_again(stage):
    found = stage.apply()
    stage.bring_to("town_audit", *found)
    case = stage.fresh(found[0]).case
    decide.send_back(case, "home_visit", "未见到房屋", by=stage.town)
    moved = stage.send_on(*found)
    assert [each.guard for each in moved.blocked[case.pk]] == ["visited"]


def test_a_visit_takes_two_and_the_households_signature(stage):
    found = stage.apply()
    stage.accept(*found)
    with pytest.raises(Refused):
        visits.record_visit(
            stage.fresh(found[0]), visits.Found(stage.today, ("王一", "王一"), "poor", cause_main="illness"),
            by=stage.clerk, at=stage.now,
        )  # fmt: skip
    stage.visit(*found, signed=False)
    with pytest.raises(Blocked):
        advance(stage.fresh(found[0]).case, Verdict(Decision.APPROVE), by=stage.clerk)


@pytest.mark.parametrize("step", STEPS[:-1])
@pytest.mark.parametrize(
    ("role", "area"),
    [
        (Role.VILLAGE_CLERK, OTHER_VILLAGE),
        (Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]),
        (Role.HELPER, VILLAGE),
        (Role.LEADER, "610426"),
        (Role.SUPERVISOR, "610426"),
        (Role.AUDITOR, "610426"),
        (Role.ADMINISTRATOR, "610426"),
    ],
)
def test_no_step_is_decided_by_a_role_that_has_no_part_in_it(stage, step, role, area):
    found = stage.apply()
    stage.bring_to(step, *found)
    with pytest.raises(NotYours):
        stage.send_on(*found, by=make_user(role, area))
    assert stage.step_of(found[0]) == step


@pytest.mark.parametrize("step", STEPS[1:-1])
def test_no_step_is_left_without_its_evidence(stage, step):
    """Whoever may decide on a step is told what is missing, when nothing was done since the case came there."""
    found = stage.apply()
    stage.bring_to(step, *found)
    by = {"village": stage.clerk, "town": stage.town, "county": stage.county}[HOUSEHOLDS.step(step).level]
    moved = stage.send_on(*found, by=by)
    if step == "registration":  # its evidence is what all the steps before have left
        assert moved.cases
    else:
        assert not moved.cases and moved.blocked[found[0].case_id]


def test_a_refused_household_may_appeal_and_the_town_decides(stage):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found, in_favour=3)
    case = decide.appeal(stage.fresh(found[0]).case, "评议时本人不在场", by=stage.clerk, at=stage.tick())
    with pytest.raises(NotYours):
        decide.decide_appeal(case, granted=True, why="可再评", by=stage.clerk)
    case = decide.decide_appeal(case, granted=True, why="可再评", by=stage.town)
    assert (case.step, case.state) == ("village_evaluation", State.OPEN)


def test_a_whole_village_takes_no_more_statements_than_one_household(stage, django_assert_max_num_queries):
    found = stage.apply(40)
    stage.bring_to("town_audit", *found)
    stage.look("town", *found[:8])
    stage.look("town", *found[8:], visited=False)
    with django_assert_max_num_queries(30):
        assert len(stage.send_on(*found, by=stage.town).cases) == 40


def test_a_round_is_closed_only_when_nothing_is_under_way(stage):
    found = stage.apply()
    with pytest.raises(Refused, match="1"):
        rounds.close_round(stage.round, by=stage.county)
    decide.withdraw(stage.fresh(found[0]).case, "自愿放弃", by=stage.clerk)
    assert rounds.close_round(stage.round, by=stage.county).closed_at
