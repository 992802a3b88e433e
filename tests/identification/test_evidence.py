"""Visits at their own step, and households that are merged or move while their application is under way."""

from datetime import date

import pytest
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user, make_village

from jingzhun.identification.actions import applications, decide
from jingzhun.identification.actions.applications import Filing
from jingzhun.identification.table import HOUSEHOLDS
from jingzhun.procedure.actions import NotAllowed
from jingzhun.registry.actions.events import merge_households, move_household
from jingzhun.registry.actions.recording import record_household
from jingzhun.registry.actions.reversal import reverse_event
from jingzhun.registry.models import Household, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", ["village_evaluation", "town_audit", "registration"])
def test_what_the_home_visit_found_is_not_replaced_behind_it(stage, step):
    found = stage.apply()
    stage.bring_to(step, *found)
    with pytest.raises(NotAllowed):
        stage.visit(*found, cause_main="schooling", signed=False)
    stage.bring_to("done", *found, since=step)
    assert Household.objects.get(pk=found[0].household_id).cause_main == "illness"


def test_who_is_not_sorted_into_a_cause_does_not_leave_the_home_visit(stage):
    found = stage.apply()
    stage.accept(*found)
    stage.visit(*found, opinion="not_poor", cause_main="")
    (held,) = stage.send_on(*found).blocked.values()
    assert [each.guard for each in held] == ["causes_known"]


@pytest.mark.parametrize(("level", "step", "guard"), [("town", "town_audit", "revisited"),
                                                      ("county", "county_review", "spot_checked")])  # fmt: skip
def test_a_share_of_a_villages_households_is_visited_not_ticked(stage, level, step, guard):
    found = stage.apply(6)
    stage.bring_to(step, *found)
    by = stage.town if level == "town" else stage.county
    stage.look(level, *found, visited=False)
    assert {each.guard for held in stage.send_on(*found, by=by).blocked.values() for each in held} == {guard}
    stage.look(level, *found[:2])  # 20 % and 10 % of six are two and one
    assert len(stage.send_on(*found, by=by).cases) == 6


@pytest.mark.parametrize("step", ["village_evaluation", "town_audit", "county_review", "registration"])
def test_a_household_that_was_merged_meanwhile_goes_no_further(stage, step):
    found = stage.apply()
    stage.bring_to(step, *found)
    neighbour = make_household(members=["赵邻"])
    merge_households(neighbour, found[0].household, on=stage.today, by=stage.clerk)
    by = {"village": stage.clerk, "town": stage.town, "county": stage.county}[HOUSEHOLDS.step(step).level]
    (held,) = stage.send_on(*found, by=by).blocked.values()
    assert "living" in {each.guard for each in held} and not RegisterSpell.objects.exists()
    decide.withdraw(stage.fresh(found[0]).case, "并户", by=stage.clerk)


def test_a_household_whose_application_is_under_way_is_not_taken_back(stage):
    head = {"name": "孙七", "sex": "male", "birth_date": date(1980, 1, 1)}
    event = record_household(make_area(VILLAGE), head, {}, on=stage.today, by=stage.clerk)
    filing = Filing(event.household, "clerk", stage.today, "因病", contact="13900001111")
    application = applications.apply(stage.round, filing, by=stage.clerk, at=stage.tick())
    with pytest.raises(Refused, match="正在办理"):
        reverse_event(event, "录错了", by=stage.clerk)
    decide.withdraw(application.case, "不申请了", by=stage.clerk)
    reverse_event(event, "录错了", by=stage.clerk)


def test_a_household_moves_to_another_village_when_its_application_has_ended(stage):
    make_village(OTHER_VILLAGE)
    found = stage.apply()
    household = found[0].household
    with pytest.raises(Refused, match="正在本村办理"):
        move_household(household, make_area(OTHER_VILLAGE), on=stage.today, by=stage.county)
    decide.withdraw(stage.fresh(found[0]).case, "迁出", by=stage.clerk)
    event = move_household(household, make_area(OTHER_VILLAGE), on=stage.today, by=stage.county)
    household.refresh_from_db()
    filing = Filing(household, "clerk", stage.today)
    applications.apply(stage.round, filing, by=make_user(area=OTHER_VILLAGE), at=stage.now)
    with pytest.raises(Refused, match="正在本村办理"):  # nor is the move taken back under the new village's hands
        reverse_event(event, "记错了", by=stage.county)
