"""The county's plan: drafted, divided among years and towns, adopted, measured against what really happened."""

import io
import threading
from datetime import UTC, date, datetime

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.journal.models import Entry
from jingzhun.people.models import Organisation
from jingzhun.people.rules import Role
from jingzhun.policy.actions import plan as actions
from jingzhun.policy.actions.plan import Aim, Stretch, Task
from jingzhun.policy.models import Plan, PlanMeasure, Target
from jingzhun.policy.queries.plan import exits, in_force, plan_page, plans_for
from jingzhun.policy.rules.plan import Counts, Progress, When, differences, progress, remaining, stands
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.models import VillageYear
from jingzhun.registry.rules.refusals import Refused

COUNTY, TOWN, OTHER_TOWN = VILLAGE[:6], VILLAGE[:9], OTHER_VILLAGE[:9]
TODAY = date(2016, 12, 31)
NOON = datetime(2016, 12, 31, 4, tzinfo=UTC)
PHASES = [
    Stretch("一年起步", date(2014, 1, 1), date(2014, 12, 31), name_en="start in one year"),
    Stretch("两年打基础", date(2015, 1, 1), date(2015, 12, 31)),
    Stretch("三年稳定脱贫", date(2016, 1, 1), date(2018, 12, 31)),
]
GRID = {
    (COUNTY, 2015): Counts(3, 9, 1),
    (TOWN, 2015): Counts(2, 6, 1),
    (OTHER_TOWN, 2015): Counts(1, 3, 0),
    (COUNTY, 2016): Counts(2, 5, 0),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(settings):
    settings.DEMO = True
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def officer(db):
    make_area(OTHER_VILLAGE)
    make_area(VILLAGE)
    return make_user(Role.COUNTY_OFFICER, COUNTY)


def draft(officer, title="永寿县脱贫规划", **values) -> Plan:
    aim = Aim(title, 2014, 2018, "2018年贫困人口基本退出", **values)
    made = actions.draft_plan(make_area(COUNTY), aim, by=officer)
    for each in PHASES:
        actions.save_phase(made, each, by=officer)
    return actions.set_targets(made, GRID, by=officer)


def adopted(officer, on=date(2014, 3, 1), **values) -> Plan:
    return actions.adopt_plan(draft(officer, **values), on, by=officer)


def measure_of(plan: Plan, officer, due_on=date(2014, 9, 30), number=0) -> PlanMeasure:
    unit, _made = Organisation.objects.get_or_create(name="县扶贫办", defaults={"level": "county"})
    task = Task("完成建档立卡", plan.phases.order_by("begins_on")[number], unit, due_on)
    return actions.save_measure(plan, task, by=officer)


def test_towns_that_do_not_add_up_to_their_county_are_told_year_by_year():
    grid = {("c", 1): Counts(5, 9, 1), ("a", 1): Counts(2, 4, 1), ("b", 1): Counts(2, 5, 0), ("c", 2): Counts(1, 1, 0)}
    assert differences(grid, "c", ["a", "b"], (1, 2)) == {1: Counts(-1, 0, 0)}
    assert differences(grid | {("b", 1): Counts(3, 5, 0)}, "c", ["a", "b"], (1, 2)) == {}
    assert differences({("a", 1): Counts(1, 1, 0)}, "c", ["a"], (1,)) == {1: Counts(1, 1, 0)}


def test_the_poor_become_fewer_by_each_years_target_and_never_less_than_none():
    assert remaining(10, {("c", 1): Counts(1, 4), ("c", 3): Counts(1, 9)}, "c", (1, 2, 3)) == {1: 6, 2: 6, 3: 0}


def test_a_phase_lasts_to_its_last_day_and_a_measure_is_late_the_day_after():
    first, last = date(2014, 1, 1), date(2014, 12, 31)
    assert [stands(first, last, day) for day in (date(2013, 12, 31), first, last, date(2015, 1, 1))] == [
        When.TO_COME, When.NOW, When.NOW, When.OVER,
    ]  # fmt: skip
    assert progress(last, None, last) == Progress.OPEN and progress(last, None, date(2015, 1, 1)) == Progress.LATE
    assert progress(last, last, last) == Progress.DONE and progress(first, last, last) == Progress.DONE_LATE


def leave(village: str, year: int, members=2, **values):
    return make_household(
        village, members=["张三"] * members, registered_on=date(2014, 10, 1), exited_on=date(year, 12, 31), **values
    )


def test_what_really_left_is_counted_by_town_and_year():
    leave(VILLAGE, 2015, 3)
    leave(VILLAGE, 2016, 1)
    leave(OTHER_VILLAGE, 2015)
    leave(VILLAGE, 2015, closed_on=date(2015, 12, 31))  # merged away: not out of poverty
    make_household(VILLAGE, registered_on=date(2014, 10, 1))
    VillageYear.objects.create(area_id=VILLAGE, year=2015, poor_village=True, exited_on=date(2015, 12, 31))
    assert exits(COUNTY, 9, 2014, 2018, TODAY) == {
        (TOWN, 2015): Counts(1, 3, 1),
        (TOWN, 2016): Counts(1, 1, 0),
        (OTHER_TOWN, 2015): Counts(1, 2, 0),
    }


def test_the_page_shows_planned_beside_real_and_each_number_opens_its_households(client, officer):
    leave(VILLAGE, 2015, 3)
    left, stays = leave(OTHER_VILLAGE, 2015), make_household(VILLAGE, registered_on=date(2014, 10, 1))
    plan = adopted(officer)
    client.force_login(officer)
    page = client.get(reverse("policy:plan", args=[plan.pk])).text
    link = f"{reverse('registry:households')}?area={OTHER_TOWN}&amp;year=2015&amp;exit_year=2015"
    assert link in page and "三年稳定脱贫" in page
    listed = client.get(link.replace("&amp;", "&")).text
    assert left.number in listed and stays.number not in listed
    found = plan_page(officer, plan, TODAY)
    county = found.rows[0]
    assert county.planned == Counts(5, 14, 1) and county.actual == Counts(2, 5, 0)
    assert found.to_do == Counts(3, 9, 1)
    assert [step.poor_persons for step in found.way] == [6, 1, 1, None, None]
    assert [step.persons_left for step in found.way] == [6, 0, 0, 0, 0]


def test_whoever_left_in_an_earlier_year_is_not_in_the_list_of_another(client, officer):
    early, late = leave(VILLAGE, 2015), leave(VILLAGE, 2016)
    client.force_login(officer)
    listed = client.get(reverse("registry:households"), {"year": 2016, "exit_year": 2016}).text
    assert late.number in listed and early.number not in listed
    assert client.get(reverse("registry:households"), {"exit_year": "x"}).status_code == 200


def test_a_town_sees_the_plan_and_only_its_own_numbers(client, officer):
    leave(VILLAGE, 2015, 3)
    leave(OTHER_VILLAGE, 2015)
    plan = adopted(officer)
    town = make_user(Role.TOWN_COMMISSIONER, TOWN)
    found = plan_page(town, plan, TODAY)
    assert [(row.area.code, row.actual) for row in found.rows] == [
        (COUNTY, None), (TOWN, Counts(1, 3, 0)), (OTHER_TOWN, None),
    ]  # fmt: skip
    assert found.shown and found.shown.area.code == TOWN
    client.force_login(town)
    page = client.get(reverse("policy:plan-current"), follow=True).text
    assert "一年起步" in page and f"area={OTHER_TOWN}" not in page
    client.force_login(make_user(Role.VILLAGE_CLERK, VILLAGE))
    page = client.get(reverse("policy:plan", args=[plan.pk]))
    assert page.status_code == 200 and "area=" not in page.text


def test_a_draft_is_seen_by_its_writers_only(client, officer):
    plan = draft(officer)
    clerk, stranger = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.COUNTY_OFFICER, "610427")
    assert not plans_for(clerk).exists() and not plans_for(stranger).exists() and in_force(clerk) is None
    for user in (clerk, stranger):
        client.force_login(user)
        assert client.get(reverse("policy:plan", args=[plan.pk])).status_code == 404
    actions.adopt_plan(plan, date(2014, 3, 1), by=officer)
    assert in_force(clerk) == plan and in_force(stranger) is None


def test_one_plan_is_in_force_and_a_new_one_replaces_it(officer):
    first = adopted(officer)
    second = actions.draft_plan(make_area(COUNTY), Aim("调整规划", 2015, 2018, "目标不变"), by=officer, like=first)
    assert second.phases.count() == 2 and second.targets.count() == 4
    with pytest.raises(Refused, match="on"):
        actions.adopt_plan(second, date(2014, 2, 1), by=officer)
    actions.adopt_plan(second, date(2015, 3, 1), by=officer)
    first.refresh_from_db()
    assert first.state == Plan.State.REPLACED and in_force(officer) == second
    assert Entry.objects.filter(action="policy.plan_adopted").order_by("-id")[0].values["replaces"] == first.title


def test_an_adopted_plan_stays_as_it_is(client, officer):
    plan = adopted(officer)
    phase = plan.phases.first()
    for act in (
        lambda: actions.set_targets(plan, {}, by=officer),
        lambda: actions.save_phase(plan, PHASES[0], phase, by=officer),
        lambda: actions.drop_phase(phase, by=officer),
        lambda: actions.change_plan(plan, Aim("x", 2014, 2018, "x"), by=officer),
        lambda: actions.drop_plan(plan, by=officer),
        lambda: actions.adopt_plan(plan, TODAY, by=officer),
    ):
        with pytest.raises(Refused):
            act()
    client.force_login(officer)
    assert client.get(reverse("policy:plan-targets", args=[plan.pk])).status_code == 404
    assert Target.objects.filter(plan=plan).count() == 4


def test_an_empty_draft_is_not_adopted(officer):
    bare = actions.draft_plan(make_area(COUNTY), Aim("空", 2014, 2018, "无"), by=officer)
    with pytest.raises(Refused):
        actions.adopt_plan(bare, TODAY, by=officer)
    actions.save_phase(bare, PHASES[0], by=officer)
    with pytest.raises(Refused):
        actions.adopt_plan(bare, TODAY, by=officer)
    actions.drop_plan(bare, by=officer)
    assert not Plan.objects.exists() and Entry.objects.filter(action="policy.plan_dropped").count() == 1


def test_towns_that_do_not_add_up_are_shown_and_stand_in_the_entry(client, officer):
    plan = draft(officer)
    actions.set_targets(plan, GRID | {(OTHER_TOWN, 2015): Counts(4, 12, 0)}, by=officer)
    client.force_login(officer)
    for name in ("plan", "plan-adopt"):
        assert "各乡镇目标之和不等于全县目标" in client.get(reverse(f"policy:{name}", args=[plan.pk])).text
    assert client.post(reverse("policy:plan-adopt", args=[plan.pk]), {"on": "2016-12-01"}).status_code == 302
    assert Entry.objects.get(action="policy.plan_adopted").values["off"] == {"2015": [3, 9, 0]}


def test_the_grid_is_typed_and_what_is_no_number_is_told(client, officer):
    plan = draft(officer)
    client.force_login(officer)
    address = reverse("policy:plan-targets", args=[plan.pk])
    assert 'value="9"' in client.get(address).text
    wrong = client.post(address, {f"{TOWN}-2015-households": "好多", f"{TOWN}-2015-persons": "5"}).text
    assert "好多" in wrong and "店头镇" in wrong and 'value="5"' in wrong
    fewer = client.post(address, {f"{TOWN}-2015-households": "6", f"{TOWN}-2015-persons": "5"})
    assert fewer.status_code == 200 and Target.objects.filter(plan=plan).count() == 4
    client.post(address, {f"{COUNTY}-2016-households": "1,200", f"{COUNTY}-2016-persons": "4000"})
    assert [(t.area_id, t.households) for t in Target.objects.filter(plan=plan)] == [(COUNTY, 1200)]


def test_the_grid_goes_out_as_a_workbook_and_comes_back(client, officer):
    plan = draft(officer)
    client.force_login(officer)
    body = client.get(reverse("policy:plan-targets-export", args=[plan.pk])).content
    Target.objects.filter(plan=plan).delete()
    address = reverse("policy:plan-targets-import", args=[plan.pk])
    assert client.post(address, {"file": SimpleUploadedFile("a.xlsx", body)}).status_code == 302
    found = {(t.area_id, t.year): Counts(t.households, t.persons, t.villages) for t in plan.targets.all()}
    assert found == GRID


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["610426", "", 2015, "三", 5, 0]], "第 2 行"),
        ([["610426", "", "来年", 3, 5, 0]], "第 2 行"),
        ([["610426", "", 2015, 3, 5, 0], ["610426", "", 2015, 4, 5, 0]], "第 3 行"),
        ([["610427", "", 2015, 3, 5, 0]], "610427"),
        ([["610426", "", 2030, 3, 5, 0]], "2030"),
        ([["610426", "", 2015, 9, 5, 0]], "人数少于户数"),
        ([["永寿县", "", 2015, 3, 5, 0]], "第 2 行"),
        ([], "没有一行"),
    ],
)
def test_a_wrong_workbook_changes_nothing_and_says_where(client, officer, rows, said):
    plan, book, target = draft(officer), openpyxl.Workbook(), io.BytesIO()
    for row in [["区划代码", "区划", "年份", "户数", "人数", "贫困村"], *rows]:
        book.active.append(row)
    book.save(target)
    client.force_login(officer)
    address = reverse("policy:plan-targets-import", args=[plan.pk])
    page = client.post(address, {"file": SimpleUploadedFile("a.xlsx", target.getvalue())})
    assert page.status_code == 200 and said in page.text
    assert plan.targets.count() == 4


def test_a_file_that_is_no_workbook_is_refused(client, officer):
    plan = draft(officer)
    client.force_login(officer)
    page = client.post(
        reverse("policy:plan-targets-import", args=[plan.pk]), {"file": SimpleUploadedFile("a.xlsx", b"%PDF-1.4")}
    )
    assert page.status_code == 200 and "invalid-feedback" in page.text


def test_a_measure_is_due_within_its_phase_and_done_when_it_is_reported(client, officer):
    plan = draft(officer)
    with pytest.raises(Refused, match="due_on"):
        measure_of(plan, officer, due_on=date(2015, 1, 1))
    late, done = measure_of(plan, officer), measure_of(plan, officer, date(2014, 10, 31))
    with pytest.raises(Refused):
        actions.drop_phase(plan.phases.first(), by=officer)
    with pytest.raises(Refused):
        actions.report_done(done, date(2014, 10, 1), by=officer)  # a draft binds nobody
    actions.adopt_plan(plan, date(2014, 3, 1), by=officer)
    client.force_login(officer)
    address = reverse("policy:plan-measure-done", args=[done.pk])
    assert client.post(address, {"done_on": "2017-01-01"}).status_code == 200
    assert client.post(address, {"done_on": "2014-02-01"}).status_code == 200
    assert client.post(address, {"done_on": "2014-10-30", "note": "已验收"}).status_code == 302
    with pytest.raises(Refused):
        actions.report_done(done, date(2014, 10, 1), by=officer)
    listed = client.get(reverse("policy:plan-measures", args=[plan.pk]), {"state": "late"}).text
    assert reverse("policy:plan-measure-done", args=[late.pk]) in listed and "已验收" not in listed
    assert "已验收" in client.get(reverse("policy:plan-measures", args=[plan.pk]), {"state": "done"}).text
    book = client.get(reverse("policy:plan-measures-export", args=[plan.pk]), {"state": "late"}).content
    assert openpyxl.load_workbook(io.BytesIO(book)).active.max_row == 2


def test_the_screens_draft_a_plan_from_nothing(client, officer):
    client.force_login(officer)
    assert "还没有规划" in client.get(reverse("policy:plan-current"), follow=True).text
    told = {"title": "规划", "first_year": 2014, "last_year": 2018, "goal": "2018年基本退出"}
    assert client.post(reverse("policy:plan-add"), told | {"last_year": 2013}).status_code == 200
    client.post(reverse("policy:plan-add"), told)
    plan = Plan.objects.get()
    phase = {"name": "一年起步", "begins_on": "2014-01-01", "ends_on": "2013-12-31"}
    assert client.post(reverse("policy:plan-phase-add", args=[plan.pk]), phase).status_code == 200
    client.post(reverse("policy:plan-phase-add", args=[plan.pk]), phase | {"ends_on": "2014-12-31"})
    made = plan.phases.get()
    client.post(
        reverse("policy:plan-phase", args=[plan.pk, made.pk]), phase | {"name": "起步", "ends_on": "2014-12-31"}
    )
    unit = Organisation.objects.create(name="县水利局", level="county", area_id=COUNTY)
    measure = {"title": "通自来水", "phase": made.pk, "responsible": unit.pk, "due_on": "2014-06-30"}
    client.post(reverse("policy:plan-measure-add", args=[plan.pk]), measure)
    found = PlanMeasure.objects.get()
    client.post(reverse("policy:plan-measure-change", args=[found.pk]), measure | {"title": "通水"})
    assert PlanMeasure.objects.get().title == "通水" and plan.phases.get().name == "起步"
    client.post(reverse("policy:plan-measure-change", args=[found.pk]), {"drop": "yes"})
    client.post(reverse("policy:plan-phase", args=[plan.pk, made.pk]), {"drop": "yes"})
    assert not PlanMeasure.objects.exists() and not plan.phases.exists()
    client.post(reverse("policy:plan-change", args=[plan.pk]), told | {"title": "新规划"})
    assert "新规划" in client.get(reverse("policy:plan", args=[plan.pk])).text
    client.post(reverse("policy:plan-drop", args=[plan.pk]))
    assert not Plan.objects.exists()


def test_nobody_else_writes_a_plan(client, officer):
    plan = draft(officer)
    for stranger in (make_user(Role.COUNTY_OFFICER, "610427"), make_user(Role.TOWN_COMMISSIONER, TOWN)):
        for act in (
            lambda by: actions.draft_plan(make_area(COUNTY), Aim("x", 2014, 2018, "x"), by=by),
            lambda by: actions.set_targets(plan, GRID, by=by),
            lambda by: actions.adopt_plan(plan, TODAY, by=by),
        ):
            with pytest.raises(NotYours):
                act(stranger)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    assert client.get(reverse("policy:plan-add")).status_code == 403


@pytest.mark.parametrize("households", [2, 40])
def test_a_plan_asks_as_much_of_a_large_county_as_of_a_small_one(
    client, officer, django_assert_max_num_queries, households
):
    for n in range(households):
        leave(VILLAGE if n % 2 else OTHER_VILLAGE, 2015, 1)
    plan = draft(officer)
    for _ in range(households):
        measure_of(plan, officer)
    client.force_login(officer)
    with django_assert_max_num_queries(20):
        client.get(reverse("policy:plan", args=[plan.pk]))
    with django_assert_max_num_queries(15):
        client.get(reverse("policy:plan-measures", args=[plan.pk]))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_adopt_at_once_one_replaces_the_other(officer):
    plans = [draft(officer, title=f"规划{n}") for n in range(2)]
    gate, told = threading.Barrier(2), []

    def adopt(plan: Plan) -> None:
        try:
            gate.wait(5)
            actions.adopt_plan(plan, date(2014, 3, 1), by=officer)
            told.append("adopted")
        except Refused:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=adopt, args=[plan]) for plan in plans]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert told == ["adopted", "adopted"]
    assert sorted(Plan.objects.values_list("state", flat=True)) == ["adopted", "replaced"]


def test_a_draft_does_not_contradict_itself(officer):
    plan = draft(officer)
    measure_of(plan, officer)
    first = plan.phases.get(name="一年起步")
    with pytest.raises(Refused, match="完成建档立卡"):
        actions.save_phase(plan, Stretch("一年起步", date(2015, 1, 1), date(2015, 12, 31)), first, by=officer)
    with pytest.raises(Refused, match="2014–2018"):
        actions.save_phase(plan, Stretch("早", date(1900, 1, 1), date(1900, 12, 31)), by=officer)
    with pytest.raises(Refused, match="一年起步"):
        actions.change_plan(plan, Aim("晚", 2016, 2018, "晚两年"), by=officer)
    first.refresh_from_db()
    assert first.begins_on == date(2014, 1, 1) and Plan.objects.get(pk=plan.pk).first_year == 2014


def test_a_plan_like_another_keeps_what_is_done(officer):
    plan = draft(officer)
    measure_of(plan, officer)
    actions.adopt_plan(plan, date(2014, 3, 1), by=officer)
    actions.report_done(plan.measures.get(), date(2014, 5, 1), by=officer)
    aim = Aim("修订规划", 2014, 2018, "2018年贫困人口基本退出")
    like = actions.draft_plan(make_area(COUNTY), aim, like=plan, by=officer)
    assert [(each.title, each.done_on) for each in like.measures.all()] == [("完成建档立卡", date(2014, 5, 1))]
    assert like.phases.count() == 3 and like.targets.count() == len(GRID)


def test_more_villages_than_a_county_can_have_are_refused_in_words(officer):
    with pytest.raises(Refused, match="40000"):
        actions.set_targets(draft(officer), {(COUNTY, 2015): Counts(3, 9, 40_000)}, by=officer)
