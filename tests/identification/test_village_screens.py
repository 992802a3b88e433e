"""Poor villages on the screen: nominated, noticed, stated, scored on the judges' phones, approved, listed."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from tests.identification.stage import COUNTY, TOWN, VILLAGE
from tests.identification.villages_stage import (
    SECOND,
    SOUND,
    bring_to_panel,
    nominated,
    poor_village,
    run_notice,
    scoring,
)
from tests.registry.factories import OTHER_VILLAGE, make_user, make_village

from jingzhun.identification.actions import panel as panel_actions
from jingzhun.identification.models import Judge, LeaderApproval, Nomination, Panel, Resolution, Result, Round, Score
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import Verdict
from jingzhun.procedure.models import Case
from jingzhun.procedure.rules import Decision
from jingzhun.publicity.models import Notice
from jingzhun.registry.models import VillageYear

pytestmark = pytest.mark.django_db


def url(name: str, *args, **query) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"identification:{name}", args=args) + (f"?{asked}" if asked else "")


def step_of(nomination: Nomination) -> str:
    return Case.objects.get(pk=nomination.case_id).step


def test_a_village_is_nominated_with_its_tests_before_the_eyes(client, stage):
    poor_village(stage)
    client.force_login(stage.clerk)
    page = client.get(url("village-nominate")).content.decode()
    assert page.count("test-met") == 3 and "66.7 %" in page
    assert client.post(url("village-nominate"), {"statement": ""}).status_code == 200
    assert client.post(url("village-nominate"), {"statement": "山大沟深"}).status_code == 302
    found = Nomination.objects.get()
    assert client.get(url("nomination", found.pk)).status_code == 200
    assert client.post(url("village-nominate"), {"statement": "再报"}).status_code == 200
    assert Nomination.objects.count() == 1


def test_a_village_that_misses_a_test_needs_a_reason(client, stage):
    poor_village(stage, poor=0)
    client.force_login(stage.clerk)
    assert "test-missed" in client.get(url("village-nominate")).content.decode()
    assert client.post(url("village-nominate"), {"statement": "山大沟深"}).status_code == 200
    assert client.post(url("village-nominate"), {"statement": "山大沟深", "exception": "整村搬迁"}).status_code == 302


def test_without_the_provinces_values_the_screen_says_so(client, stage):
    from jingzhun.parameters.models import Parameter

    Parameter.objects.filter(name="province_incidence").delete()
    poor_village(stage)
    client.force_login(stage.clerk)
    assert client.get(url("village-nominate")).status_code == 200
    page = client.post(url("village-nominate"), {"statement": "山大沟深"}).text
    assert "全省贫困发生率" in page and "province_incidence" not in page and "永寿县" in page
    assert not Nomination.objects.exists()


def test_the_way_from_the_committees_to_the_towns_statement(client, stage):
    found = nominated(stage)
    client.force_login(stage.clerk)
    told = {"held_on": "2014-05-06", "entitled": 9, "present": 7, "in_favour": 6, "chair": "村支书"}
    page = client.post(url("nomination-resolution", found.pk), told | {"in_favour": 8, "minutes": "会议记录全文"})
    assert page.status_code == 200 and "会议记录全文" in page.content.decode()
    assert not Resolution.objects.exists()
    assert client.post(url("nomination-resolution", found.pk), told | {"chair": ""}).status_code == 200
    client.post(url("nomination-resolution", found.pk), told)
    version = Case.objects.get(pk=found.case_id).version
    client.post(url("nomination-decide", found.pk), {"decision": "approve", "version": version + 1})
    assert step_of(found) == "nomination"
    client.post(url("nomination-decide", found.pk), {"decision": "approve", "version": version})
    assert step_of(found) == "village_notice"
    posted = {"opens_on": str(timezone.localdate()), "place": "公示栏"}
    assert "永安村" in client.get(url("village-notice")).content.decode()
    assert client.post(url("village-notice"), posted).status_code == 302
    assert client.post(url("village-notice"), posted).status_code == 200 and Notice.objects.count() == 1
    assert client.post(url("nomination-statement", found.pk), {"town_statement": "x"}).status_code == 403


def test_the_town_states_and_sends_back_with_a_reason(client, stage):
    from jingzhun.identification.actions import decide, villages

    found = nominated(stage)
    villages.record_resolution(found, villages.Meeting(stage.today, 9, 7, 6, "村支书"), by=stage.clerk, at=stage.tick())
    decide.send_on([found.case_id], by=stage.clerk, at=stage.tick())
    run_notice(stage, VILLAGE, "village_notice", stage.clerk)
    client.force_login(stage.town)
    page = client.get(url("nomination", found.pk)).content.decode()
    assert 'name="town_statement"' in page
    client.post(url("nomination-statement", found.pk), {"town_statement": "数据有出入", "agrees": "no"})
    version = Case.objects.get(pk=found.case_id).version
    told = {"decision": "return", "to": "nomination", "version": version}
    assert client.post(url("nomination-decide", found.pk), told).status_code == 200
    old = told | {"why": "数据有出入", "version": version + 1}
    assert 'value="数据有出入"' in client.post(url("nomination-decide", found.pk), old).content.decode()
    client.post(url("nomination-decide", found.pk), told | {"why": "数据有出入"})
    assert step_of(found) == "nomination"


def test_a_village_sent_back_meets_anew_and_a_stale_page_writes_nothing_down(client, stage):
    from jingzhun.identification.actions import decide, villages

    found = nominated(stage)
    first = {"held_on": str(stage.today), "entitled": 9, "present": 7, "in_favour": 6, "chair": "村支书"}
    villages.record_resolution(found, villages.Meeting(stage.today, 9, 7, 6, "村支书"), by=stage.clerk, at=stage.tick())
    decide.send_on([found.case_id], by=stage.clerk, at=stage.tick())
    run_notice(stage, VILLAGE, "village_notice", stage.clerk)
    client.force_login(stage.clerk)
    stale = client.post(url("nomination-resolution", found.pk), first | {"held_on": str(stage.today)}, follow=True)
    assert "已记下" not in stale.content.decode() and Resolution.objects.count() == 1
    decide.send_back(Case.objects.get(pk=found.case_id), "nomination", "重新开会", by=stage.town, at=stage.tick())
    again = client.post(url("nomination-resolution", found.pk), first, follow=True).content.decode()
    assert f"{stage.today:%Y-%m-%d}" in again and Resolution.objects.count() == 1
    client.post(url("nomination-resolution", found.pk), first | {"held_on": str(stage.today)})
    assert Resolution.objects.count() == 2


def test_what_a_refused_decision_on_a_village_lacks_is_said(client, stage):
    from jingzhun.identification.actions import decide, villages

    found = nominated(stage)
    client.force_login(stage.clerk)
    address = url("nomination-decide", found.pk)

    def said(decision: str) -> str:
        version = Case.objects.get(pk=found.case_id).version
        page = client.post(address, {"decision": decision, "version": version, "why": ""})
        assert page.status_code == 200
        return page.content.decode()

    assert "请写明理由" in said("withdraw")
    villages.record_resolution(found, villages.Meeting(stage.today, 9, 7, 6, "村支书"), by=stage.clerk, at=stage.tick())
    decide.send_on([found.case_id], by=stage.clerk, at=stage.tick())
    run_notice(stage, VILLAGE, "village_notice", stage.clerk)
    stage.now = timezone.now()
    decide.refuse(Case.objects.get(pk=found.case_id), "数据不实", by=stage.town, at=stage.now)
    assert "请写明理由" in said("appeal")
    decide.take(Case.objects.get(pk=found.case_id), Verdict(Decision.APPEAL, "再看"), by=stage.clerk)
    client.force_login(stage.county)
    assert "请写明理由" in said("uphold") and "请写明理由" in said("reopen")


def test_the_meeting_is_called_judged_on_phones_and_closed(client, stage, django_user_model):
    first, second = nominated(stage), nominated(stage, SECOND, poor=5)
    bring_to_panel(stage, first, second)
    client.force_login(stage.county)
    assert client.get(url("panel-of-round")).status_code == 200
    assert client.post(url("panel-of-round"), {"held_on": "2014-06-01", "wanted": "1"}).status_code == 302
    meeting = Panel.objects.get()
    lines = "\n".join(f"评委{n}，单位{n}" for n in range(7))
    slips = client.post(url("panel-invite", meeting.pk), {"capacity": "unit", "judges": lines})
    page = slips.content.decode()
    codes = re.findall(r'secret-code">(\w{4}-\w{4}-\w{3})<', page)
    assert len(codes) == 7 and page.count("<svg") >= 7 and "no-store" in slips["Cache-Control"]
    again = client.post(url("panel-invite", meeting.pk), {"capacity": "unit", "judges": lines})
    for shown in (slips, again):  # drawn at an address that takes no GET: the switches lead back to the meeting
        assert f'name="next" value="{url("panel", meeting.pk)}"' in shown.text
    assert not any(code in client.get(url("panel", meeting.pk)).content.decode() for code in codes)
    client.post(url("panel-begin", meeting.pk))
    phone = type(client)()
    for number, code in enumerate(codes):
        assert phone.post(reverse("judging:enter"), {"code": code.lower()}).status_code == 302
        for each in (first, second):
            points = SOUND | {"nature": 50 + number, "comment": f"意见{number}"}
            assert phone.post(reverse("judging:score", args=[each.pk]), points).status_code == 302
        phone.post(reverse("judging:leave"))
    seen = client.get(url("panel", meeting.pk)).content.decode()
    assert "意见0" not in seen and "78.0" not in seen and not Score.objects.exclude(points=None).exists()
    client.post(url("panel-close", meeting.pk))
    assert Result.objects.count() == 2 and Result.objects.get(rank=1).nomination_id == second.pk
    page = client.get(url("panel", meeting.pk)).content.decode()
    assert "意见0" in page and "bg-orange-lt" in page  # the tie is told
    paper = client.get(url("panel-agenda", meeting.pk))
    assert paper.content.startswith(b"%PDF")
    hall = client.get(url("panel-present", meeting.pk)).content.decode()
    assert "永安村" in hall and "山大沟深" in hall


def test_leaders_approve_many_and_the_list_is_announced(client, stage):
    first, second = nominated(stage), nominated(stage, SECOND, poor=5)
    bring_to_panel(stage, first, second)
    meeting, made = scoring(stage)
    for judge, _code in made:
        panel_actions.score_many(judge, {first.pk: SOUND, second.pk: SOUND}, at=stage.tick())
    panel_actions.close_panel(meeting, by=stage.county, at=stage.tick())
    client.force_login(stage.county)
    ticked = lambda: [f"{case.pk}:{case.version}" for case in Case.objects.filter(nomination__isnull=False)]  # noqa: E731
    client.post(url("villages-send"), {"case": ticked()})
    assert step_of(first) == step_of(second) == "approval"
    both = {"nominations": [first.pk, second.pk], "leader": "副县长", "agrees": "yes"}
    assert client.post(url("village-approvals"), both | {"level": "county", "leader": ""}).status_code == 200
    client.post(url("village-approvals"), both | {"level": "county"})
    assert client.post(url("village-approvals"), both | {"level": "town"}).status_code == 200  # not the county's
    twice = {"nominations": [first.pk], "leader": "副县长", "agrees": "no", "level": "county"}
    page = client.post(url("village-approvals"), twice | {"opinion": ""}).content.decode()
    assert f'value="{first.pk}" checked' in page and f'value="{second.pk}" checked' not in page
    assert 'value="副县长"' in page and '<option value="no" selected>' in page
    held = client.post(url("villages-send"), {"case": ticked()})
    assert held.status_code == 200 and step_of(first) == "approval"
    client.force_login(stage.town)
    client.post(url("village-approvals"), both | {"level": "town", "leader": "镇长"})
    assert LeaderApproval.objects.count() == 4
    client.force_login(stage.county)
    client.post(url("villages-send"), {"case": ticked()})
    stage.now = timezone.now()  # the screens decide in the present
    run_notice(stage, COUNTY, "announcement", stage.county)
    client.post(url("villages-send"), {"case": ticked()})
    assert VillageYear.objects.filter(poor_village=True).count() == 2
    page = client.get(url("villages", step="done")).content.decode()
    assert "永安村" in page and "李家205村" in page


def test_absent_judges_and_conflicts_are_told_on_the_phone(client, stage):
    first, second = nominated(stage), nominated(stage, SECOND)
    bring_to_panel(stage, first, second)
    _meeting, made = scoring(stage, judges=8)
    client.force_login(stage.county)
    (absent, absent_code), (barred, barred_code) = made[0], made[1]
    assert client.post(url("panel-judge", absent.pk), {"what": "absent", "why": ""}).status_code == 302
    assert Judge.objects.get(pk=absent.pk).presence == "present"
    client.post(url("panel-judge", absent.pk), {"what": "absent", "why": "请假"})
    client.post(url("panel-judge", barred.pk), {"what": "conflicts", "villages": [VILLAGE]})
    assert client.post(url("panel-judge", barred.pk), {"what": "nonsense"}).status_code == 404
    phone = type(client)()
    phone.post(reverse("judging:enter"), {"code": absent_code})
    assert "请假" in phone.get(reverse("judging:villages")).content.decode()
    assert phone.post(reverse("judging:score", args=[first.pk]), SOUND).status_code == 200
    phone.post(reverse("judging:enter"), {"code": barred_code})
    assert phone.get(reverse("judging:villages")).content.decode().count('class="barred"') == 1
    assert phone.post(reverse("judging:score", args=[first.pk]), SOUND).status_code == 200
    assert not Score.objects.exists()
    client.post(url("panel-judge", absent.pk), {"what": "present"})
    assert Judge.objects.get(pk=absent.pk).presence == "present"


@pytest.mark.parametrize("wrong", [{"income": "101"}, {"income": "-1"}, {"income": ""}, {"income": "viel"}])
def test_points_lie_between_0_and_100(client, stage, wrong):
    first = nominated(stage)
    bring_to_panel(stage, first)
    _meeting, made = scoring(stage)
    client.post(reverse("judging:enter"), {"code": made[0][1]})
    response = client.post(reverse("judging:score", args=[first.pk]), SOUND | wrong)
    assert response.status_code == 200 and 'role="alert"' in response.content.decode()
    assert not Score.objects.exists()


def test_a_judge_changes_a_score_and_sees_only_the_own_one(client, stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    _meeting, made = scoring(stage)
    address = reverse("judging:score", args=[first.pk])
    client.post(reverse("judging:enter"), {"code": made[0][1]})
    client.post(address, SOUND)
    client.post(address, SOUND | {"income": 81, "comment": "更正"})
    assert Score.objects.count() == 1
    page = client.get(address).content.decode()
    assert 'value="81"' in page and "更正" in page
    other = type(client)()
    other.post(reverse("judging:enter"), {"code": made[1][1]})
    assert "更正" not in other.get(address).content.decode()
    client.cookies["panel"] = client.cookies["panel"].value[:-2] + "xx"
    assert client.get(address).status_code == 302 and client.get(address)["Location"] == reverse("judging:enter")


def test_a_judge_whose_slip_is_lost_gets_another_code_and_the_old_one_ends(client, stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    meeting, made = scoring(stage)
    judge, lost = made[0]
    finder, phone = type(client)(), type(client)()
    finder.post(reverse("judging:enter"), {"code": lost})
    finder.post(reverse("judging:score", args=[first.pk]), SOUND)
    client.force_login(stage.county)
    assert reverse("identification:panel-judge-code", args=[judge.pk]) in client.get(url("panel", meeting.pk)).text
    slip = client.post(url("panel-judge-code", judge.pk))
    code = re.search(r'secret-code">([\w-]+)<', slip.text)[1]
    assert slip["Cache-Control"] == "no-store" and judge.name in slip.text
    assert finder.get(reverse("judging:villages"))["Location"] == reverse("judging:enter")
    assert "secret-code" not in finder.post(reverse("judging:enter"), {"code": lost}).text
    assert phone.post(reverse("judging:enter"), {"code": code}).status_code == 302
    assert phone.get(reverse("judging:villages")).text.count('class="scored"') == 1
    assert Entry.objects.get(action="identification.judge_code_renewed").values == {"judge": judge.pk}
    client.force_login(stage.town)
    assert client.post(url("panel-judge-code", judge.pk)).status_code in (403, 404)


def test_once_the_meeting_is_closed_no_code_is_given_out(client, stage):
    first = nominated(stage)
    bring_to_panel(stage, first)
    meeting, made = scoring(stage)
    Panel.objects.filter(pk=meeting.pk).update(state="closed", closed_at=timezone.now())
    client.force_login(stage.county)
    assert client.post(url("panel-judge-code", made[0][0].pk)).status_code == 302
    assert Judge.objects.get(pk=made[0][0].pk).code == bytes(made[0][0].code)


def test_thirty_five_judges_enter_from_one_hall(client, stage):
    bring_to_panel(stage, nominated(stage))
    _meeting, made = scoring(stage, judges=35)
    for _judge, code in made:
        assert type(client)().post(reverse("judging:enter"), {"code": code}).status_code == 302


def test_a_judges_session_ends_by_itself(client, stage):
    bring_to_panel(stage, nominated(stage))
    _meeting, made = scoring(stage)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post(reverse("judging:enter"), {"code": made[0][1]})
        clock.shift(timedelta(hours=9))
        assert client.get(reverse("judging:villages")).status_code == 200
        clock.shift(timedelta(hours=2))
        assert client.get(reverse("judging:villages"))["Location"] == reverse("judging:enter")


def test_codes_cannot_be_guessed_for_long(client, stage):
    for number in range(31):
        response = client.post(reverse("judging:enter"), {"code": f"AAAAA{number:05d}"})
    assert "请10分钟后再试" in response.text and "secret-code" not in response.text
    nominated_one = nominated(stage)
    bring_to_panel(stage, nominated_one)
    _meeting, made = scoring(stage)
    assert client.post(reverse("judging:enter"), {"code": made[0][1]}).status_code == 200


def test_others_do_not_get_in(client, stage):
    found = nominated(stage)
    make_village(OTHER_VILLAGE)
    client.force_login(make_user(area=OTHER_VILLAGE))
    assert client.get(url("nomination", found.pk)).status_code == 404
    for name in ("nomination-resolution", "nomination-decide"):
        assert client.post(url(name, found.pk), {"decision": "approve", "version": 1}).status_code == 404, name
    assert client.get(url("village-nominate", area=VILLAGE)).status_code == 404
    bring_to_panel(stage, found)
    meeting, _made = scoring(stage)
    client.force_login(stage.town)
    assert client.get(url("panel", meeting.pk)).status_code == 404
    for name in ("panel-invite", "panel-begin", "panel-close"):
        assert client.post(url(name, meeting.pk)).status_code == 403, name
    client.force_login(make_user(Role.LEADER, COUNTY))
    assert client.get(url("panel", meeting.pk)).status_code == 200
    assert client.post(url("panel-close", meeting.pk)).status_code == 403
    assert client.post(url("village-approvals"), {}).status_code == 403
    case = Case.objects.get(pk=found.case_id)
    answer = client.post(url("villages-send"), {"case": [f"{case.pk}:{case.version}"]})
    assert answer.status_code == 403
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    assert client.post(url("panel-of-round"), {"held_on": "2014-06-01"}).status_code == 403


def test_the_list_is_ordered_by_its_heads_and_taken_home_as_it_stands(client, stage):
    client.cookies["django_language"] = "en"
    first, second = nominated(stage), nominated(stage, SECOND)
    Nomination.objects.filter(pk=first.pk).update(per_capita_income=2_000)
    client.force_login(stage.county)
    for sort, order in (("income", [first, second]), ("-income", [second, first]), ("nonsense", [first, second])):
        assert list(client.get(url("villages", sort=sort)).context["rows"]) == order
    response = client.post(url("villages-export", sort="-income"))
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert [row[0] for row in rows[1:]] == [second.area_id, first.area_id] and rows[2][5] == 2_000
    assert rows[1][4] == pytest.approx(float(second.indicators.incidence))  # a number, so that it adds up
    assert Entry.objects.get(action="identification.list_exported").values["rows"] == 2
    assert "Poor villages: nominations" in client.get(url("villages")).content.decode()
    Round.objects.update(closed_at=stage.now)
    assert "List of poor villages" in client.get(url("villages", round=stage.round.pk)).content.decode()


def test_empty_screens_say_what_to_do(client, stage):
    for user in (stage.clerk, stage.town, stage.county):
        client.force_login(user)
        for name in ("villages", "village-approvals", "panel-of-round"):
            assert client.get(url(name)).status_code == 200, (user, name)
        assert client.get(url("village-notice")).status_code == 200
    assert client.get(url("villages", step="listing")).status_code == 200
    assert client.get(reverse("judging:enter")).status_code == 200
    assert client.get(reverse("judging:villages")).status_code == 302


def test_many_villages_take_no_more_statements(client, stage, django_assert_max_num_queries):
    found = [nominated(stage)] + [nominated(stage, f"{TOWN}{300 + n}", homes=2, poor=2) for n in range(11)]
    bring_to_panel(stage, *found)
    meeting, made = scoring(stage, judges=9)
    stage.now += timedelta(hours=1)
    client.force_login(stage.county)
    for address, most in (
        (url("villages"), 22), (url("panel", meeting.pk), 26), (url("panel-present", meeting.pk), 12),
        (url("nomination", found[0].pk), 26),
    ):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200
    phone = type(client)()
    phone.post(reverse("judging:enter"), {"code": made[0][1]})
    with django_assert_max_num_queries(10):
        phone.get(reverse("judging:villages"))
