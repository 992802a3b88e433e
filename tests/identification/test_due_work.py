"""What the clock reminds of is read by whoever has to do it; a refused village may appeal like a household."""

from datetime import timedelta

import pytest
from tests.identification.villages_stage import nominated, run_notice
from tests.registry.factories import OTHER_VILLAGE, make_user

from jingzhun.identification.actions import decide, villages
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import remind
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import State

pytestmark = pytest.mark.django_db


def work(client, stage, user) -> str:
    client.force_login(user)
    page = client.get(f"/identification/work/?round={stage.round.pk}").text
    return page.split('id="reminders"')[1].split("</details>")[0] if 'id="reminders"' in page else ""


def test_a_reminder_is_read_in_my_work_by_whose_step_it_is_and_gone_when_the_case_moves_on(stage, client):
    (found,) = stage.apply()
    assert work(client, stage, stage.clerk) == ""
    remind(stage.today + timedelta(days=20))
    assert "张0" in work(client, stage, stage.clerk)
    for other in (stage.town, make_user(area=OTHER_VILLAGE)):
        assert work(client, stage, other) == ""
    stage.accept(found)
    assert work(client, stage, stage.clerk) == ""


def test_a_poor_village_and_an_appeal_are_reminded_of_like_a_household(stage, client):
    (found,) = stage.apply()
    stage.bring_to("village_evaluation", found)
    stage.meet(found, in_favour=3)
    decide.appeal(stage.fresh(found).case, "家中有病人", by=stage.clerk, at=stage.tick())
    place = nominated(stage)
    late = stage.today + timedelta(days=60)
    remind(late)
    village = f"/identification/villages/{place.pk}/"
    assert village in work(client, stage, stage.clerk) and "张0" not in work(client, stage, stage.clerk)
    assert "张0" in work(client, stage, stage.town) and village not in work(client, stage, stage.town)
    client.force_login(stage.clerk)
    page = client.get(f"/identification/work/?round={stage.round.pk}").text
    assert village in page.split('id="poor-villages"')[1]


def refused_village(stage):
    found = nominated(stage)
    villages.record_resolution(found, villages.Meeting(stage.today, 9, 7, 6, "村支书"), by=stage.clerk, at=stage.tick())
    decide.send_on([found.case_id], by=stage.clerk, at=stage.tick())
    run_notice(stage, found.area_id, "village_notice", stage.clerk)
    decide.refuse(Case.objects.get(pk=found.case_id), "数字有出入", by=stage.town)
    return found


def decided(client, user, found, decision: str, why: str = "请复核") -> Case:
    client.force_login(user)
    case = Case.objects.get(pk=found.case_id)
    told = {"decision": decision, "why": why, "version": case.version}
    client.post(f"/identification/villages/{found.pk}/decide/", told)
    return Case.objects.get(pk=found.case_id)


def test_a_refused_village_appeals_on_its_page_and_the_level_above_decides_there(stage, client):
    found = refused_village(stage)
    client.force_login(stage.clerk)
    page = client.get(f"/identification/villages/{found.pk}/").text
    assert 'value="appeal"' in page and 'value="reopen"' not in page
    case = decided(client, stage.clerk, found, "appeal")
    assert case.state == State.APPEALED and case.due_on
    client.force_login(stage.county)
    assert 'value="uphold"' in client.get(f"/identification/villages/{found.pk}/").text
    assert decided(client, stage.town, found, "reopen").state == State.APPEALED  # not the town's own refusal
    case = decided(client, stage.county, found, "reopen")
    assert (case.state, case.step) == (State.OPEN, "town_review")


def test_a_village_withdraws_on_its_page_with_a_reason(stage, client):
    found = nominated(stage)
    assert decided(client, stage.clerk, found, "withdraw", why="").state == State.OPEN
    assert decided(client, make_user(Role.HELPER), found, "withdraw").state == State.OPEN
    assert decided(client, stage.clerk, found, "withdraw").state == State.WITHDRAWN
