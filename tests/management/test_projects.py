"""A project's way from its draft to its upkeep: with a goal, stages, two-weekly reports, money and pictures."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.assistance.factories import make_organisation
from tests.management.stage import drafted, give, in_days, key_project, make_project, make_source, steps, today
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.journal.models import Entry
from jingzhun.management.actions import projects as actions
from jingzhun.management.models import Allocation, Order, Project, Report, Source
from jingzhun.management.queries.projects import Asked, live_rows, numbers
from jingzhun.management.rules.projects import (
    Planned,
    Standing,
    done,
    forecast,
    next_report,
    planned,
    report_days,
    standing,
)
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

DAY = date(2015, 3, 1)


def jpeg() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (80, 60), "white").save(file, "JPEG")
    file.seek(0)
    return file


def test_r23_without_a_goal_no_project_comes_into_the_library(officer):
    made = actions.draft(drafted(goal=""), steps(), by=officer)
    with pytest.raises(Refused, match="绩效目标"):
        actions.admit(made, by=officer)
    with pytest.raises(Refused, match="100%"):
        actions.change_draft(made, drafted(), steps()[:2], by=officer)
    actions.change_draft(made, drafted(), steps(), by=officer)
    assert actions.admit(made, by=officer).state == Project.State.LIBRARY
    with pytest.raises(Refused, match="只有草案"):
        actions.change_draft(made, drafted(), steps(), by=officer)


def test_a_project_goes_its_way_and_no_other(officer, leader, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    made = actions.draft(drafted(), steps(), by=officer)
    for early in (
        lambda: actions.begin(made, today(), by=officer),
        lambda: actions.complete(made, today(), by=officer),
    ):
        with pytest.raises(Refused, match="不能办理"):
            early()
    actions.admit(made, by=officer)
    with pytest.raises(NotYours):
        actions.approve(made, by=officer)
    actions.approve(made, by=leader)
    actions.begin(made, in_days(-40), by=officer)
    with pytest.raises(Refused, match="还有3个环节"):
        actions.complete(made, today(), by=officer)
    first, *others = made.stages.all()
    with pytest.raises(Refused, match="逾期"):
        actions.stage_done(first, today(), by=officer)
    actions.stage_done(first, today(), "招标流标一次", by=officer)
    for stage in others:
        actions.stage_done(stage, today(), by=officer)
    actions.complete(made, today(), by=officer)
    with pytest.raises(Refused, match="照片"):
        actions.accept(made, today(), "村委会", by=leader)
    picture = jpeg()
    actions.add_photo(made, "after", (picture, len(picture.getvalue())), today(), by=officer)
    assert actions.accept(made, today(), "村委会", by=leader).state == Project.State.ACCEPTED
    with pytest.raises(Refused, match="不能办理"):
        actions.drop(made, "x", by=officer)
    assert [each.split("_")[1] for each in Entry.objects.filter(record=made.number).order_by("pk").values_list(
        "action", flat=True)] == ["drafted", "admitted", "approved", "begun", "done", "done", "done", "completed",
                                  "added", "accepted"]  # fmt: skip


def test_r24_a_key_project_reports_every_two_weeks_and_a_late_stage_needs_a_reason(officer, leader):
    project = key_project(officer, leader)
    row = next(row for row in live_rows(leader, today()))
    assert row.report_missing and row.standing == Standing.RED  # the first stage was due a month ago
    with pytest.raises(Refused, match="说明原因"):
        actions.report(project, 10, "完成招标", by=officer)
    actions.report(project, 15, "完成招标", "阴雨", by=officer)
    actions.report(project, 20, "路基开工", "阴雨", by=officer)
    assert Report.objects.get().percent == 20  # the later word of the same two weeks
    row = next(row for row in live_rows(leader, today()))
    assert not row.report_missing and row.report_due > today()
    assert numbers(leader, Asked(), today())["missing"] == 0
    with pytest.raises(Refused, match="县级领导包抓"):
        made = actions.draft(drafted(kind="relocation"), steps(), by=officer)
        household = make_household(VILLAGE, registered_on=date(2014, 10, 1))
        actions.name_beneficiaries(made, [household], by=officer)
        actions.admit(made, by=officer)
        actions.approve(made, by=leader)


def test_who_a_project_is_for_lives_there_and_is_on_the_register(officer, leader):
    project = make_project(officer, leader)
    here, gone = make_household(VILLAGE, registered_on=date(2014, 10, 1)), make_household(VILLAGE)
    beyond = make_household(OTHER_VILLAGE, registered_on=date(2014, 10, 1))
    for wrong, message in ((beyond, "不在项目所在区域"), (gone, "不在册")):
        with pytest.raises(Refused, match=message):
            actions.name_beneficiaries(project, [here, wrong], by=officer)
    assert actions.name_beneficiaries(project, [here, here], by=officer) == 2
    assert project.beneficiaries.count() == 1


def test_a_project_with_money_is_not_dropped_and_a_town_runs_only_its_own(officer, leader):
    project = make_project(officer, leader)
    give(make_source(officer), project, 10, officer, leader)
    with pytest.raises(Refused, match="结存"):
        actions.drop(project, "改线", by=officer)
    stranger = make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9])
    for act in (lambda: actions.report(project, 1, "x", by=stranger), lambda: actions.draft(drafted(), by=stranger)):
        with pytest.raises(NotYours):
            act()


stages = st.lists(st.builds(Planned, st.integers(1, 40), st.dates(DAY, DAY + timedelta(days=300)),
                            st.none() | st.just(DAY)), max_size=6)  # fmt: skip


@given(stages, st.dates(DAY, DAY + timedelta(days=400)), st.integers(0, 30))
def test_red_is_late_yellow_is_near_and_what_is_finished_is_neither(found, today_, warning):
    end = DAY + timedelta(days=300)
    colour = standing(found, end, today_, warning, finished=False)
    days = [stage.due_on for stage in found if stage.done_on is None] + [end]
    assert (colour == Standing.RED) == (min(days) < today_)
    assert (colour == Standing.GREEN) == (min(days) > today_ + timedelta(days=warning))
    assert standing(found, end, today_, warning, finished=True) == Standing.DONE
    assert done(found) <= sum(stage.weight for stage in found) >= planned(found, today_)


@given(st.integers(1, 60), st.integers(1, 500))
def test_reports_are_due_by_the_calendar(every, days):
    day = DAY + timedelta(days=days)
    due = next_report(DAY, day, every)
    assert day <= due < day + timedelta(days=every) and (due - DAY).days % every == 0
    assert report_days(DAY, due, every)[-1] == due


def test_the_forecast_goes_on_as_it_went():
    assert forecast(DAY, DAY + timedelta(days=50), 25) == DAY + timedelta(days=200)
    assert forecast(DAY, DAY + timedelta(days=50), 0) is None


def test_an_officer_and_a_leader_work_on_the_screens(client, officer, leader, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(officer)
    unit = make_organisation("永寿县水利局")
    typed = {"title": "永安村人饮工程", "kind": "water", "area": VILLAGE, "year": "2015", "responsible": unit.pk,
             "content": "新打机井一眼", "goal": "116户饮水安全", "budget": "80000",
             "begins_on": in_days(-30).isoformat(), "due_on": in_days(60).isoformat(),
             "stages": f"打井 60 {in_days(5)}\n管网 三十 {in_days(60)}"}  # fmt: skip
    add = reverse("management:project-add")
    assert "第2行" in client.post(add, typed).content.decode()
    typed["stages"] = f"打井 60 {in_days(5)}\n管网 40 {in_days(60)}"
    assert client.post(add, typed).status_code == 302
    project = Project.objects.get()
    page = reverse("management:project", args=[project.pk])

    def go(name: str, **sent: str) -> None:
        answer = client.post(reverse("management:project-step", args=[project.pk, name]), sent)
        assert answer.status_code == 302, answer.content.decode()[-3000:]

    go("admit")
    source = {"year": "2015", "level": "city", "title": "市级水利资金", "document": "咸财农〔2015〕7号",
              "planned": "50000", "purposes": ["water"]}  # fmt: skip
    assert client.post(reverse("management:source-add"), source).status_code == 302
    money = Source.objects.get()
    came = {"amount": "50000", "on": today().isoformat(), "document": "凭证"}
    assert client.post(reverse("management:source-arrival", args=[money.pk]), came).status_code == 302
    client.force_login(leader)
    go("approve")
    client.force_login(officer)
    go("begin", on=in_days(-20).isoformat())
    allocate = reverse("management:source-allocate", args=[money.pk])
    assert client.post(allocate, {"project": project.pk, "amount": "30000", "document": "文"}).status_code == 302
    decide = reverse("management:allocation-decide", args=[Allocation.objects.get().pk])
    assert client.get(decide).status_code == 403
    client.force_login(leader)
    sent = {"on": today().isoformat(), "decision": "approve"}
    assert client.post(decide, sent).status_code == 302
    assert "已经审批" in client.post(decide, sent).content.decode()
    household = make_household(VILLAGE, registered_on=date(2014, 10, 1), members=["王大山"])
    client.force_login(officer)
    order = reverse("management:order-add", args=[project.pk])
    lines = f"{household.number} 王大山 1,200.50\n61042600000000000 没有 3"
    told = {"payees": "households", "title": "入户管道补助", "reference": "名单1", "lines": lines}
    assert "第2行" in client.post(order, told).content.decode()
    assert client.post(order, told | {"lines": lines.splitlines()[0]}).status_code == 302
    made = Order.objects.get()
    client.force_login(leader)
    assert "1200.50" in client.get(reverse("management:order-decide", args=[made.pk])).content.decode()
    assert client.post(reverse("management:order-decide", args=[made.pk]), sent).status_code == 302
    shown = client.get(page).content.decode()
    assert "已安排30,000元，已支付1,201元" in shown
    client.force_login(officer)
    assert client.post(reverse("management:project-report", args=[project.pk]),
                       {"percent": "30", "told": "井深180米"}).status_code == 302  # fmt: skip
    photo = {"moment": "before", "taken_on": today().isoformat(),
             "file": SimpleUploadedFile("a.jpg", jpeg().getvalue(), "image/jpeg")}  # fmt: skip
    assert client.post(reverse("management:project-photo", args=[project.pk]), photo).status_code == 302
    picture = project.photos.get()
    assert client.get(reverse("management:picture", args=[picture.pk]))["Content-Type"] == "image/jpeg"
    refund = reverse("management:payee-refund", args=[made.lines.get().pk])
    back = {"amount": "200.50", "on": today().isoformat(), "why": "账号有误"}
    assert client.post(refund, back).status_code == 302
    for name in ("funds", "projects", "decisions"):
        assert client.get(reverse(f"management:{name}")).status_code == 200
    assert "账号有误" in client.get(reverse("management:order", args=[made.pk])).content.decode()
    assert "井深180米" in client.get(page).content.decode()
    assert client.get(reverse("management:projects-export")).content.startswith(b"PK")
    client.cookies["django_language"] = "en"
    assert "Stages" in client.get(page).content.decode()


def test_lists_take_as_many_queries_for_many_as_for_few(client, officer, leader, django_assert_max_num_queries):
    for number in range(6):
        project = make_project(officer, leader, title=f"项目{number}")
        give(make_source(officer, title=f"资金{number}"), project, 10, officer, leader)
    client.force_login(leader)
    with django_assert_max_num_queries(26):
        rows = client.get(reverse("management:projects")).context["rows"]
    assert len(rows) == 6 and all(row.given == Decimal(10) for row in rows)
    with django_assert_max_num_queries(26):
        assert len(client.get(reverse("management:projects"), {"standing": "red"}).context["rows"]) == 6
    with django_assert_max_num_queries(20):
        assert len(client.get(reverse("management:funds")).context["lines"]) == 6
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    make_area(OTHER_VILLAGE)
    assert client.get(reverse("management:projects")).context["rows"] == []


def test_what_was_decided_is_all_there_page_by_page(client, officer, leader):
    project = make_project(officer, leader)
    source = make_source(officer)
    for _number in range(51):
        give(source, project, 1, officer, leader)
    client.force_login(leader)
    address, asked = reverse("management:decisions"), {"state": "approved", "what": "allocations"}
    first, second = (client.get(address, asked | {"page": page}).context for page in (1, 2))
    assert (len(first["page"]), len(second["page"]), first["numbers"]["allocations"]) == (50, 1, 51)
