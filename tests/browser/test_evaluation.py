"""The grid of votes under the fingers of a clerk, and a judge's phone."""

import pytest
from tests.identification.stage import VILLAGE, set_stage
from tests.identification.villages_stage import bring_to_panel, nominated, scoring
from tests.registry.factories import make_area

from jingzhun.identification.actions import meetings
from jingzhun.identification.models import Ballot, Score

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage(settings):
    settings.DEMO = True
    return set_stage(quota=500)


def test_votes_are_entered_with_the_keyboard_alone_and_add_up_while_typing(page, log_in, stage):
    found = stage.apply(3)
    stage.bring_to("village_evaluation", *found)
    called = meetings.Called(stage.today, 30, 24, "张支书", "刘文书")
    meeting = meetings.hold_meeting(stage.round, make_area(VILLAGE), called, by=stage.clerk)
    log_in(stage.clerk).goto(f"/identification/meetings/{meeting.pk}/")
    page.locator(f"[name=in_favour-{found[0].pk}]").focus()
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    page.keyboard.type("9")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("16")
    row = page.locator("[data-vote]").nth(1)
    assert row.locator("[data-check]").inner_text() == "多出1票"
    page.keyboard.press("Backspace")
    page.keyboard.type("5")
    assert row.locator("[data-check]").inner_text() == "相符"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.name") == f"against-{found[0].pk}"
    assert page.evaluate("document.activeElement.placeholder") == "4"
    page.get_by_role("button", name="保存票数").click()
    page.get_by_text("已录入2户的票数").wait_for()
    assert sorted(Ballot.objects.values_list("in_favour", "against")) == [(9, 15), (20, 4)]
    page.locator("[name=present]").fill("19")
    assert "未达法定人数" in page.locator("[data-quorum]").inner_text()


def test_a_judge_scores_on_a_phone_without_a_login(page, stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    _meeting, made = scoring(stage)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/public/panel/")
    page.get_by_label("纸条上的号码").fill(made[0][1])
    page.keyboard.press("Enter")
    page.get_by_role("link", name="永安村").click()
    for box in page.locator("input[type=number]").all():
        box.fill("80")
    page.locator("input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("input[type=number]").first.input_value() == "81"
    assert "80.3" in page.locator("[data-sum]").inner_text()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_text("您已完成").wait_for()
    assert Score.objects.get().points is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
