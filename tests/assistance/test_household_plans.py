"""One household, one plan: proposed from what it needs, misses and suffers from, drafted for a village, signed."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image
from tests.assistance.factories import make_cadre, make_pairing
from tests.policy.stage import make_county, policy, poor
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_user

from jingzhun.assistance.actions import measures, plans
from jingzhun.assistance.actions.measures import Wanted
from jingzhun.assistance.actions.visits import Heard, hear
from jingzhun.assistance.models import HouseholdPlan, Measure
from jingzhun.assistance.queries.proposals import proposals_of, proposals_of_many
from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.policy.actions.batch import run_entitlements
from jingzhun.policy.actions.receipts import Received, record_receipts
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def picture(name: str = "s.png") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (60, 40), "white").save(file, "PNG")
    file.seek(0)
    file.name = name
    return file


def paper() -> tuple[BytesIO, int]:
    file = picture()
    return file, len(file.getvalue())


@pytest.fixture
def county():
    return make_county()


@pytest.fixture
def clerk(county):
    return make_user(Role.VILLAGE_CLERK, VILLAGE)


@pytest.fixture
def household(county):
    """A registered family whose son boards at the junior secondary school."""
    pupil = {"name": "王小军", "relation": "child", "education": "junior_in_school", "student": "junior_high"}
    return poor(members=[{"name": "王大山", "relation": "head"}, pupil], cause_main="no_skills",
                causes_other=["transport"])  # fmt: skip


def keys(found) -> list[str]:
    return [each.key for each in found]


def test_a_plan_is_proposed_from_needs_missed_entitlements_and_causes(household, clerk):
    (need,) = hear([(household, Heard("technology", "盼技术员上门剪枝"), None)], by=clerk)
    found = proposals_of(household, today().year, today())
    assert found[0].key == f"need:{need.pk}" and found[0].fits
    offered = {each.policy.code: each for each in found if each.policy}
    assert offered and all(each.because == "entitled" for each in offered.values())
    # what answers its causes is ticked and stands before the rest
    ticked = [each.fits for each in found if each.policy]
    assert ticked == sorted(ticked, reverse=True)
    assert "cause:transport" in keys(found) and "cause:no_skills" not in keys(found)  # technology is asked for


def test_what_is_received_or_planned_already_is_not_proposed_again(household, clerk):
    before = proposals_of(household, today().year, today())
    taken, received = [each for each in before if each.policy][:2]
    rows = [Wanted(household, taken.kind, taken.content, today(), policy=taken.policy)]
    (measure,) = measures.plan_measures(rows, by=clerk)
    record_receipts([Received(household, received.policy, today().year, None, today(), "list", "list:1")], by=make_user(
        Role.COUNTY_OFFICER, "610426"))  # fmt: skip
    left = keys(proposals_of(household, today().year, today()))
    assert taken.key not in left and received.key not in left
    measures.drop(measure, "换一种办法", by=clerk)
    assert taken.key in keys(proposals_of(household, today().year, today()))


def test_many_are_proposed_the_same_as_one(household, county):
    other = poor(members=["李四"], cause_main="no_capital")
    run_entitlements(county, today(), by=SYSTEM)
    year = today().year
    many = proposals_of_many([household, other], year)
    for each in (household, other):
        assert many[each.pk] == proposals_of(each, year, today())


def test_the_helper_begins_a_plan_changes_it_and_the_household_signs(client, household):
    helper = make_user(Role.HELPER, "610426", full_name="高帮扶")
    make_pairing(household, make_cadre("高帮扶", user=helper))
    client.force_login(helper)
    address = reverse("assistance:plan-new", args=[household.number])
    form = client.get(address).context["form"]
    assert form.initial["goal"] == "掌握一门实用技术，发展一项增收产业。"
    proposals = form.proposals
    year = today().year
    sent = {"year": year, "goal": "种好果园", "income_target": "3200", "chosen": [proposals[0].key],
            "due_on": f"{year + 1}-03-01"}  # fmt: skip
    assert "计划当年之内" in client.post(address, sent).content.decode() and not HouseholdPlan.objects.exists()
    assert "已安排" in client.post(address, sent | {"chosen": ["policy:999999"]}).content.decode()
    assert client.post(address, sent | {"due_on": ""}).status_code == 302
    plan = HouseholdPlan.objects.get()
    assert [each.content for each in plan.measures.all()] == [proposals[0].content]
    assert plan.measures.get().due_on == date(year, 12, 31)
    assert "已有当年的计划" in client.post(address, sent | {"due_on": "", "chosen": []}).content.decode()
    change = reverse("assistance:plan-change", args=[household.number, plan.pk])
    assert client.post(change, {"goal": "种好五亩果园", "chosen": [proposals[1].key]}).status_code == 302
    assert plan.measures.count() == 2
    agree = reverse("assistance:plan-agree", args=[household.number, plan.pk])
    assert proposals[1].content in client.get(agree).content.decode()  # the household sees what it signs
    signed = {"signed_by": "王大山", "on": today().isoformat()}
    assert "请农户签字" in client.post(agree, signed).content.decode()
    assert client.post(agree, signed | {"signed_form": picture()}).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, plan.signed_by, plan.goal) == ("agreed", "王大山", "种好五亩果园")
    assert client.get(reverse("assistance:plan-paper", args=[plan.pk])).status_code == 200
    assert "已与农户商定" in client.post(change, {"goal": "又改"}).content.decode()
    client.force_login(make_user(Role.HELPER, "610426"))
    assert client.get(reverse("assistance:plan-paper", args=[plan.pk])).status_code == 404


def test_an_agreed_plan_changes_only_with_a_reason_and_a_new_signature(household, clerk):
    proposals = proposals_of(household, 2015, today())
    plan = plans.begin_plan(plans.Goal(household, 2015, "种苹果"), proposals[:1], by=clerk)
    with pytest.raises(Refused, match="草案"):
        plans.open_again(plan, "改", by=clerk)
    with pytest.raises(Refused, match="请农户签字"):
        plans.agree([plans.Agreed(plan, "王大山", today())], by=clerk)
    with pytest.raises(Refused, match="写明签字人"):
        plans.agree([plans.Agreed(plan, " ", today())], paper(), by=clerk)
    with pytest.raises(Refused, match="不能晚于今天"):
        plans.agree([plans.Agreed(plan, "王大山", today() + timedelta(days=1))], paper(), by=clerk)
    plans.agree([plans.Agreed(plan, "王大山", today())], paper(), by=clerk)
    with pytest.raises(Refused, match="写明"):
        plans.open_again(plan, " ", by=clerk)
    again = plans.open_again(plan, "家里添了劳力", by=clerk)
    assert (again.state, again.signed_by, again.agreed_on) == ("draft", "", None)
    assert plans.change_plan(again, "种苹果，外出务工", Decimal(4000), by=clerk).goal == "种苹果，外出务工"
    assert Entry.objects.get(action="assistance.plan_opened").why == "家里添了劳力"


def test_a_plan_whose_only_measure_was_dropped_cannot_be_agreed(household, clerk):
    proposals = proposals_of(household, 2015, today())
    plan = plans.begin_plan(plans.Goal(household, 2015, "种苹果"), proposals[:1], by=clerk)
    measures.drop(plan.measures.get(), "农户不愿", by=clerk)
    with pytest.raises(Refused, match="没有措施"):
        plans.agree([plans.Agreed(plan, "王大山", today())], paper(), by=clerk)


def test_a_village_without_plans_has_drafts_at_once_and_never_twice(household, county, clerk):
    other = poor(members=[{"name": "李四", "labour": "ordinary"}], cause_main="no_capital")
    begun = poor(members=["赵五"])
    year = today().year
    plans.make_plans([plans.Goal(begun, year, "已有打算")], by=clerk)
    run_entitlements(county, today(), by=SYSTEM)
    made = plans.draw_up([household, other, begun], year, by=clerk)
    assert {plan.household for plan in made} == {household, other}
    assert all(plan.state == "draft" for plan in made)
    for plan in made:
        assert plan.measures.exists()
        left = proposals_of_many([plan.household], year)[plan.household_id]
        assert not any(each.fits for each in left)  # all that fits is taken up
        ahead = proposals_of_many([plan.household], year + 1)[plan.household_id]
        assert any(each.policy for each in ahead)  # the next year's plan knows the latest batch
    credit = Measure.objects.get(household=other, policy=policy("micro-credit"))
    assert credit.plan.household == other and credit.state == "planned"
    assert plans.draw_up([household, other, begun], year, by=clerk) == []
    assert HouseholdPlan.objects.count() == 3
    assert Entry.objects.filter(action="assistance.plan_made").count() == 3


def test_drafting_takes_as_many_statements_for_one_household_as_for_many(county, clerk, django_assert_max_num_queries):
    for number in range(30):
        poor(members=[f"农户{number}"], cause_main="no_skills")
    run_entitlements(county, today(), by=SYSTEM)
    with django_assert_max_num_queries(45):
        assert len(plans.draw_up(list(clerk_households(clerk)), today().year, by=clerk)) == 30


def clerk_households(clerk):
    from jingzhun.assistance.queries.mine import helped_by

    return helped_by(clerk)


def test_plans_are_drafted_from_the_list_by_whoever_works_there(client, household, county):
    run_entitlements(county, today(), by=SYSTEM)
    away = make_household(OTHER_VILLAGE, registered_on=date(2014, 10, 1))
    address = reverse("assistance:plans-draw-up")
    client.force_login(make_user(Role.SUPERVISOR, "610426"))
    assert client.post(address, {"area": VILLAGE}).status_code == 403
    town = make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9])
    client.force_login(town)
    assert "起草" in client.get(reverse("assistance:households") + "?lacks=plan").content.decode()
    assert client.post(address, {"area": OTHER_VILLAGE}).status_code == 404
    assert client.get(address).status_code == 405
    assert "lacks=agreement" in client.post(address, {"area": VILLAGE})["Location"]
    assert HouseholdPlan.objects.get().household == household and not away.plans.exists()
    page = client.get(reverse("assistance:households") + "?lacks=agreement")
    assert page.context["page"].paginator.count == 1
    assert client.get(reverse("assistance:households") + "?lacks=agreed").context["page"].paginator.count == 0


def test_the_workbook_of_households_tells_of_plans_in_words(client, household, clerk):
    plans.begin_plan(plans.Goal(household, today().year, "种苹果"), [], by=clerk)
    client.force_login(clerk)
    book = load_workbook(BytesIO(client.get(reverse("assistance:households-export")).content))
    (row,) = list(book.active.values)[1:]
    assert row[0] == household.number and row[-1] == "草稿"


@pytest.mark.django_db(transaction=True)
def test_two_who_draft_at_once_make_one_plan(household, clerk):
    start, made = Barrier(2), []

    def draft() -> None:
        start.wait()
        try:
            made.append(len(plans.draw_up([household], 2015, by=clerk)))
        finally:
            connection.close()

    threads = [Thread(target=draft) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 1]
    plan = HouseholdPlan.objects.get()
    assert plan.measures.count() == Measure.objects.count()


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_the_same_plan_at_once_are_told_apart(household, clerk):
    start, made = Barrier(2), []

    def begin() -> None:
        start.wait()
        try:
            made.append(plans.begin_plan(plans.Goal(household, 2015, "种苹果"), [], by=clerk).year)
        except Refused:
            made.append(0)
        finally:
            connection.close()

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [0, 2015] and HouseholdPlan.objects.count() == 1


def test_a_stranger_plans_nothing(household, county):
    stranger = make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE)
    with pytest.raises(NotYours):
        plans.draw_up([household], 2015, by=stranger)
    with pytest.raises(NotYours):
        plans.begin_plan(plans.Goal(household, 2015, "x"), [], by=stranger)
    assert not HouseholdPlan.objects.exists() and not Measure.objects.exists()


def test_what_is_missed_says_which_measure_is_on_its_way(client, household, clerk):
    (first, *_others) = [each for each in proposals_of(household, today().year, today()) if each.policy]
    rows = [Wanted(household, first.kind, first.content, today(), policy=first.policy)]
    (measure,) = measures.plan_measures(rows, by=clerk)
    client.force_login(clerk)
    page = client.get(reverse("assistance:household", args=[household.number]))
    coming = {answer.policy: found for answer, found in page.context["help"].missed_with_measure}
    assert coming.pop(first.policy) == measure and not any(coming.values())
    assert f"?policy={first.policy.pk}" not in page.text, "nobody is asked to plan it twice"
    form = client.get(reverse("assistance:measure-new", args=[household.number])).context["form"]
    assert form.initial["due_on"] > today()
