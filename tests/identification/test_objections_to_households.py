"""An objection is about a household, not about one list: it holds, and an upheld one returns, wherever the case is."""

from datetime import timedelta

import pytest
from tests.identification.stage import picture
from tests.identification.villages_stage import nominated
from tests.publicity.factories import make_objection
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_village

from jingzhun.identification.actions import applications, decide, village_notices, villages
from jingzhun.identification.actions.applications import Filing
from jingzhun.identification.table import HOUSEHOLDS
from jingzhun.identification.village_table import VILLAGES
from jingzhun.journal.models import Entry
from jingzhun.procedure.models import Case
from jingzhun.publicity.actions import objections
from jingzhun.publicity.actions.notices import add_board_photo, close_due
from jingzhun.publicity.models import Objection
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db


def settled(stage, objection: Objection, outcome: str, by=None) -> Objection:
    by = by or stage.town
    objection.refresh_from_db()
    objections.add_finding(objection, "入户核查", by=by, at=stage.tick())
    return objections.settle(objection, outcome, reason="入户核查", reply="谢谢", by=by, at=stage.tick())


def objected_to_and_dismissed(stage, found) -> Objection:
    """The first notice ran; the town dismissed an objection, the case went on."""
    notice = stage.post("first_notice", stage.clerk)
    objection = settled(stage, make_objection(notice, at=stage.tick()).objection, "dismissed")
    stage.now += timedelta(days=8)
    close_due(stage.now)
    assert stage.step_of(found) == "town_audit"
    return objection


@pytest.mark.parametrize(
    ("step", "back"),
    [("town_audit", "home_visit"), ("second_notice", "home_visit"), ("county_review", "home_visit")],
)
def test_an_appeal_that_the_county_upholds_returns_the_household_from_any_step(stage, step, back):
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    objection = objected_to_and_dismissed(stage, found[0])
    objections.appeal(objection, "没有调查", at=stage.tick())
    moved = stage.send_on(*found, by=stage.town)
    stage.look("town", *found)
    moved = stage.send_on(*found, by=stage.town)
    assert [each.guard for each in moved.blocked[found[0].case_id]] == ["no_open_objection"]
    if step != "town_audit":  # the case went on before the objector appealed
        Objection.objects.update(state="dismissed")
        stage.send_on(*found, by=stage.town)
        if step == "county_review":
            stage.run_notice("second_notice", stage.town)
        Objection.objects.update(state="appealed")
    assert stage.step_of(found[0]) == step
    settled(stage, objection, "upheld", by=stage.county)
    assert stage.step_of(found[0]) == back


def test_from_registration_an_upheld_appeal_goes_back_to_the_county(stage):
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    objection = objected_to_and_dismissed(stage, found[0])
    for name in ("town_audit", "second_notice", "county_review", "announcement"):
        stage._do(name, tuple(found))
    Objection.objects.update(state="appealed", level="county")
    moved = stage.send_on(*found, by=stage.county)
    assert [each.guard for each in moved.blocked[found[0].case_id]] == ["no_open_objection"]
    settled(stage, objection, "upheld", by=stage.county)
    assert stage.step_of(found[0]) == "county_review"


def test_nobody_is_registered_while_an_objector_may_still_go_one_level_up(stage):
    found = stage.apply()
    stage.bring_to("second_notice", *found)
    notice = stage.post("second_notice", stage.town)
    objection = make_objection(notice, at=stage.tick()).objection
    stage.now += timedelta(days=12)
    close_due(stage.now)
    assert stage.step_of(found[0]) == "second_notice"
    until = settled(stage, objection, "dismissed").appeal_until
    stage._do("county_review", tuple(found))
    stage._do("announcement", tuple(found))
    for day, goes in ((until, False), (until + timedelta(days=1), True)):
        stage.now = stage.now.replace(month=day.month, day=day.day, hour=2)
        moved = stage.send_on(*found, by=stage.county)
        assert bool(moved.cases) is goes and (goes or str(until) in str(moved.blocked[found[0].case_id][0].message))


def test_an_open_objection_is_not_shaken_off_by_a_new_list(stage):
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    objection = make_objection(stage.post("first_notice", stage.clerk), at=stage.tick()).objection
    decide.send_back(stage.fresh(found[0]).case, "village_evaluation", "重新评议", by=stage.clerk, at=stage.tick())
    stage.meet(*found)
    stage.send_on(*found)
    stage.run_notice("first_notice", stage.clerk)
    assert stage.step_of(found[0]) == "first_notice"
    settled(stage, objection, "dismissed")
    assert stage.step_of(found[0]) == "town_audit"


def test_an_objection_upheld_after_the_household_came_back_to_its_visit_changes_nothing_more(stage):
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    objection = make_objection(stage.post("first_notice", stage.clerk), at=stage.tick()).objection
    decide.send_back(stage.fresh(found[0]).case, "home_visit", "重新入户", by=stage.clerk, at=stage.tick())
    settled(stage, objection, "upheld")
    assert stage.step_of(found[0]) == "home_visit"


def test_every_step_from_the_first_list_on_asks_for_open_objections():
    for table in (HOUSEHOLDS, VILLAGES):
        names = [step.name for step in table.steps]
        first = next(number for number, step in enumerate(table.steps) if step.notice)
        asking = [step.name for step in table.steps if "no_open_objection" in step.guards]
        assert asking == names[first:]


def test_a_village_is_held_by_an_objection_like_a_household(stage):
    found = nominated(stage)
    villages.record_resolution(found, villages.Meeting(stage.today, 9, 7, 6, "村支书"), by=stage.clerk, at=stage.tick())
    decide.send_on([found.case_id], by=stage.clerk, at=stage.tick())
    notice = village_notices.post_village_notice(
        stage.round, make_area(VILLAGE), "village_notice", stage.today, by=stage.clerk, at=stage.tick()
    )
    add_board_photo(notice, picture(), stage.today, size=900, by=stage.clerk)
    objection = settled(stage, make_objection(notice, at=stage.tick()).objection, "dismissed")
    stage.now += timedelta(days=8)
    close_due(stage.now)
    villages.state_for_town(found, "情况属实", agrees=True, by=stage.town, at=stage.tick())
    objections.appeal(objection, "数字有假", at=stage.tick())
    moved = decide.send_on([found.case_id], by=stage.town, at=stage.tick())
    assert [each.guard for each in moved.blocked[found.case_id]] == ["no_open_objection"]
    settled(stage, objection, "upheld", by=stage.county)
    assert Case.objects.get(pk=found.case_id).step == "nomination"


# Somebody is missing


@pytest.fixture
def overlooked(stage):
    """The list is posted, somebody says that the Zhaos are missing, and the town finds it so."""
    found = stage.apply()
    stage.bring_to("first_notice", *found)
    return settled(stage, make_objection(stage.post("first_notice", stage.clerk), None, at=stage.tick()).objection,
                   "upheld")  # fmt: skip


def test_the_village_is_told_of_a_household_that_was_overlooked_until_it_takes_its_application(
    stage, overlooked, client
):
    household = make_household(members=["赵漏评"])
    work = f"/identification/work/?round={stage.round.pk}"
    client.force_login(stage.clerk)
    assert "赵漏评" in client.get(work).text and "王举报" not in client.get(work).text
    page = client.get(f"/identification/applications/new/?round={stage.round.pk}&missing={overlooked.number}").text
    assert "赵漏评" in page and household.number in page
    sent = {"household": household.number, "filed_on": stage.today, "reason": "漏评"}
    client.post(f"/identification/applications/new/?round={stage.round.pk}&missing={overlooked.number}", sent)
    application = household.applications.get()
    assert application.answers == overlooked
    assert Entry.objects.get(record=household.number, action="identification.opened").values["answers"] == (
        overlooked.number
    )
    assert "赵漏评" not in client.get(work).text.split("step-tiles")[0]


def test_other_villages_are_not_told_and_cannot_answer(stage, overlooked, client):
    make_village(OTHER_VILLAGE)
    household = make_household(OTHER_VILLAGE, members=["赵漏评"])
    with pytest.raises(Refused):
        filing = Filing(household, "clerk", stage.today, answers=overlooked)
        applications.apply(stage.round, filing, by=stage.county, at=stage.now)
    client.force_login(stage.town)
    assert "赵漏评" not in client.get(f"/identification/work/?round={stage.round.pk}").text
