"""What a meeting of the representatives must be before its votes hold."""

from datetime import timedelta

import pytest
from tests.identification.stage import picture
from tests.registry.factories import VILLAGE, make_area

from jingzhun.identification.actions import decide, meetings, visits
from jingzhun.identification.rules import Tally
from jingzhun.journal.models import Entry
from jingzhun.procedure.rules import State
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("in_favour", "state"), [(10, State.REFUSED), (11, State.OPEN)])
def test_relatives_do_not_vote_and_are_present_all_the_same(stage, in_favour, state):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found, present=20, in_favour=in_favour, recused=1)
    assert stage.state_of(found[0]) == state


def voted(stage, *found, in_favour: int = 20):
    """A meeting with its votes entered, not signed."""
    called = meetings.Called(stage.today, 30, 24, "张支书", "刘文书", minutes="同意")
    meeting = meetings.hold_meeting(stage.round, make_area(VILLAGE), called, by=stage.clerk, at=stage.tick())
    votes = {each.pk: Tally(in_favour, 24 - in_favour, 0, 0) for each in found}
    meetings.enter_votes(meeting, votes, by=stage.clerk)
    return meeting


@pytest.mark.parametrize("in_favour", [20, 3])
def test_a_household_that_left_after_its_vote_does_not_hold_up_the_signing(stage, in_favour):
    found = stage.apply(3)
    stage.bring_to("village_evaluation", *found)
    meeting = voted(stage, *found, in_favour=in_favour)
    seen = meetings.votes_seen(meeting)
    decide.withdraw(stage.fresh(found[0]).case, "自愿放弃", by=stage.clerk, at=stage.now)
    decide.send_back(stage.fresh(found[1]).case, "home_visit", "收入不清", by=stage.clerk, at=stage.now)
    with pytest.raises(Refused, match="修改了记录"):  # who signs has not seen it yet
        meetings.sign_minutes(meeting, by=stage.clerk, at=stage.tick(), seen=seen)
    called = meetings.Called(stage.today, 30, 23, "张支书", "刘文书", minutes="同意")
    meeting = meetings.correct_meeting(meeting, called, by=stage.clerk, at=stage.now)
    meetings.enter_votes(meeting, {found[2].pk: Tally(in_favour, 23 - in_favour, 0, 0)}, by=stage.clerk)
    meetings.sign_minutes(meeting, by=stage.clerk, at=stage.tick(), seen=meetings.votes_seen(meeting))
    left = State.OPEN if in_favour == 20 else State.REFUSED
    assert [stage.state_of(each) for each in found] == [State.WITHDRAWN, State.OPEN, left]
    assert stage.step_of(found[1]) == "home_visit"
    assert list(meeting.ballots.values_list("application", flat=True)) == [found[2].pk]
    told = Entry.objects.get(action="identification.minutes_signed").values
    assert told["fell_away"] == [found[0].case_id, found[1].case_id]


def test_a_meeting_from_before_a_household_came_to_it_does_not_vote_on_it(stage):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    day = stage.today
    called = meetings.Called(day - timedelta(days=1), 30, 24, "张支书", "刘文书", minutes="同意")
    meeting = meetings.hold_meeting(stage.round, make_area(VILLAGE), called, by=stage.clerk, at=stage.tick())
    votes = {found[0].pk: Tally(20, 4, 0, 0)}
    with pytest.raises(Refused, match=str(day)):
        meetings.enter_votes(meeting, votes, by=stage.clerk)
    same_day = meetings.Called(day, 30, 24, "张支书", "刘文书", minutes="同意")
    meeting = meetings.correct_meeting(meeting, same_day, by=stage.clerk, at=stage.now)
    meetings.enter_votes(meeting, votes, by=stage.clerk)
    with pytest.raises(Refused):
        meetings.correct_meeting(meeting, called, by=stage.clerk, at=stage.now)
    decide.send_back(stage.fresh(found[0]).case, "home_visit", "收入不清", by=stage.clerk, at=stage.tick(days=1))
    stage.visit(*found)
    stage.send_on(*found)
    with pytest.raises(Refused, match="才提交民主评议"):  # visited again after the vote
        meetings.sign_minutes(meeting, by=stage.clerk, at=stage.tick())


@pytest.mark.parametrize(("kind", "enough"), [("photo", False), ("minutes", True), ("sign_in", True)])
def test_minutes_are_words_or_a_picture_of_them(stage, kind, enough):
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    called = meetings.Called(stage.today, 30, 24, "张支书", "刘文书")
    meeting = meetings.hold_meeting(stage.round, make_area(VILLAGE), called, by=stage.clerk, at=stage.tick())
    meetings.enter_votes(meeting, {found[0].pk: Tally(20, 4, 0, 0)}, by=stage.clerk)
    visits.attach(meeting, picture(), kind, stage.today, size=900, by=stage.clerk)
    if enough:
        assert meetings.sign_minutes(meeting, by=stage.clerk, at=stage.tick()).signed_at
    else:
        with pytest.raises(Refused, match="会议记录"):
            meetings.sign_minutes(meeting, by=stage.clerk, at=stage.tick())
        assert meetings.sign_minutes(meeting, by=stage.clerk, minutes="同意", at=stage.tick()).signed_at


def test_forty_that_are_not_carried_take_no_more_statements_than_four(stage, django_assert_max_num_queries):
    found = stage.apply(40)
    stage.bring_to("village_evaluation", *found)
    meeting = voted(stage, *found, in_favour=3)
    with django_assert_max_num_queries(40):
        meetings.sign_minutes(meeting, by=stage.clerk, at=stage.tick())
    assert {stage.state_of(each) for each in found} == {State.REFUSED}
