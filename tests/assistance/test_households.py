"""The help of a household: visited, its need heard and answered, a measure planned, approved, delivered, and signed."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.assistance.factories import make_cadre, make_organisation
from tests.assistance.stage import delivered, picture, planned, today
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_user

from jingzhun.assistance.actions import measures, needs, plans
from jingzhun.assistance.actions.measures import Signed, Wanted
from jingzhun.assistance.actions.visits import Heard, Seen, hear, log_visit
from jingzhun.assistance.models import HouseholdPlan, Measure, Need, Visit
from jingzhun.assistance.queries.measures import received
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.policy.models import Policy, Receipt
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db


def test_a_helper_visits_hears_a_need_and_the_town_answers_until_the_household_is_content(household, helper, town):
    heard = Heard("schooling", "孩子住宿费没有着落")
    seen = Seen(household, today(), "孩子上高二", needs=(heard,), next_step="联系学校", next_on=today())
    visit = log_visit(seen, [picture()], by=helper)
    assert visit.cadre.user == helper and visit.photos.count() == 1
    need = Need.objects.get()
    assert (need.visit, need.routed, need.due_on) == (visit, "town", today() + timedelta(days=15))
    with pytest.raises(NotYours):
        needs.answer(need, "我自己来", by=helper)
    needs.answer(need, "学校免住宿费", by=town)
    assert needs.close(need, False, by=helper).state == Need.State.OPEN
    needs.answer(need, "另补助五百元", by=town)
    assert needs.close(need, True, by=helper).state == Need.State.CLOSED
    told = list(
        Entry.objects.filter(action__startswith="assistance.need").order_by("pk").values_list("action", flat=True)
    )
    assert [each.removeprefix("assistance.need_") for each in told] == [
        "heard", "answered", "reopened", "answered", "closed",
    ]  # fmt: skip
    assert "孩子" not in str(list(Entry.objects.values_list("values", flat=True)))


def test_the_same_form_sent_twice_is_one_visit(household, helper):
    seen = Seen(household, today(), "在家", sent_as=uuid4())
    assert log_visit(seen, by=helper) == log_visit(seen, by=helper)
    assert Visit.objects.count() == 1 and Entry.objects.filter(action="assistance.visited").count() == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"on": date(2199, 1, 1)}, "不能晚于今天"),
        ({"found": "  "}, "简要写明走访情况"),
        ({"next_on": date(2014, 1, 1), "next_step": "x"}, "不能早于走访"),
        ({"next_on": date(2199, 1, 1)}, "写明下一步"),
        ({"needs": (Heard("job", " "),)}, "写明需求"),
        ({"needs": (Heard("job", "x", "organisation"),)}, "选择负责答复的单位"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_and_nothing_stays(household, helper, values, message):
    told = {"on": today(), "found": "在家"} | values
    with pytest.raises(Refused, match=message):
        log_visit(Seen(household, **told), by=helper)
    assert not Visit.objects.exists() and not Need.objects.exists() and not Entry.objects.exists()


def test_a_former_helper_and_a_stranger_help_no_more(household, helper):
    pairing = household.pairings.get()
    pairing.until, pairing.ended_because = today(), "调离"
    pairing.save()
    for user in (helper, make_user(Role.HELPER, "610426"), make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE),
                 make_user(Role.SUPERVISOR, "610426")):  # fmt: skip
        with pytest.raises(NotYours):
            log_visit(Seen(household, today(), "在家"), by=user)
        with pytest.raises(NotYours):
            hear([(household, Heard("job", "想找活"), None)], by=user)
        with pytest.raises(NotYours):
            planned(household, user)


def test_r18_a_measure_without_the_households_signature_does_not_count(household, clerk, town):
    policy = Policy.objects.create(code="grant", area_id="610426")
    measure = delivered(household, clerk, town, policy=policy)
    assert received(Measure.objects.all()) == {"number": 0, "yuan": None} and not Receipt.objects.exists()
    for signed, paper, message in (
        (Signed(measure, "贫困户主", today()), None, "签字"),
        (Signed(measure, " ", today()), picture(), "写明签字人"),
        (Signed(measure, "贫困户主", today() - timedelta(days=1)), picture(), "落实之后"),
        (Signed(measure, "贫困户主", today() + timedelta(days=1)), picture(), "落实之后"),
    ):
        with pytest.raises(Refused, match=message):
            measures.confirm([signed], paper, by=clerk)
    assert measures.confirm([Signed(measure, "贫困户主", today(), Decimal(1500))], picture(), by=clerk) == 1
    assert received(Measure.objects.all()) == {"number": 1, "yuan": Decimal(2000)}
    receipt = Receipt.objects.get()
    assert (receipt.policy, receipt.amount, receipt.reference) == (policy, Decimal(2000), f"measure:{measure.pk}")
    assert measure.papers.get().signature
    with pytest.raises(Refused, match="农户已确认"):
        measures.confirm([Signed(measure, "贫困户主", today())], picture(), by=clerk)


def test_r19_no_interest_is_paid_beyond_50_000_yuan_or_three_years(household, clerk):
    policy = Policy.objects.create(code="credit", area_id="610426")
    for amount, months, field in ((50_001, 36, "amount"), (50_000, 37, "months")):
        with pytest.raises(Refused) as refused:
            planned(household, clerk, kind="credit", amount=Decimal(amount), months=months, policy=policy)
        assert field in refused.value.messages
    assert planned(household, clerk, kind="credit", amount=Decimal(50_000), months=36, policy=policy).pk
    assert planned(household, clerk, kind="credit", amount=Decimal(60_000), months=48).policy is None


def test_r19_a_credit_by_a_policy_says_its_sum_and_term_before_it_is_approved(household, clerk, town):
    policy = Policy.objects.create(code="credit", area_id="610426")
    credit = planned(household, clerk, kind="credit", amount=None, policy=policy)
    with pytest.raises(Refused, match="金额和期限"):
        measures.approve([credit], by=town)
    told = {"kind": "credit", "content": "买牛", "due_on": credit.due_on, "policy": policy}
    with pytest.raises(Refused, match="贴息"):
        measures.change(credit, Wanted(household, amount=Decimal(80_000), months=36, **told), by=clerk)
    measures.change(credit, Wanted(household, amount=Decimal(30_000), months=24, **told), by=clerk)
    measures.approve([credit], by=town)
    with pytest.raises(Refused, match="尚未批准"):
        measures.change(credit, Wanted(household, amount=Decimal(80_000), months=36, **told), by=clerk)
    measures.deliver([credit], today(), by=clerk)
    measures.confirm([Signed(credit, "贫困户主", today())], picture(), by=clerk)
    assert Receipt.objects.get().amount is None  # what is lent is not given


def test_a_planned_measure_is_changed_on_the_screen(client, household, clerk):
    (plan,) = plans.make_plans([plans.Goal(household, today().year, "种苹果")], by=clerk)
    measure = planned(household, clerk, plan=plan, due_on=date(today().year, 12, 31))
    client.force_login(clerk)
    address = reverse("assistance:measure-change", args=[measure.pk])
    assert client.get(address).context["form"].initial["content"] == "助学金"
    sent = {"kind": "schooling", "content": "助学金和书本费", "due_on": f"{today().year + 1}-01-31", "amount": "2600"}
    assert "计划当年" in client.post(address, sent).content.decode()
    assert client.post(address, sent | {"due_on": f"{today().year}-12-01"}).status_code == 302
    measure.refresh_from_db()
    assert (measure.content, measure.amount) == ("助学金和书本费", Decimal(2600))
    fields = Entry.objects.get(action="assistance.measure_changed").values["fields"]
    assert fields == ["content", "due_on", "amount"]
    client.force_login(make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE))
    assert client.post(address, sent).status_code == 404


def test_r19_relocation_beyond_25_m2_a_person_is_flagged_on_the_page(client, household, clerk):
    client.force_login(clerk)
    address = reverse("assistance:household", args=[household.number])
    planned(household, clerk, kind="relocation", area_m2=Decimal(50), self_payment=Decimal(5000))
    assert "上限" not in client.get(address).content.decode()
    planned(household, clerk, kind="relocation", area_m2=Decimal("50.01"), self_payment=Decimal(10_001))
    page = client.get(address).content.decode()
    assert "超出人均面积上限" in page and "人均自筹超出上限" in page and "户均自筹超出上限" in page
    listed = client.get(reverse("assistance:measures")).content.decode()
    assert listed.count("超出人均面积上限") == 1 and listed.count("户均自筹超出上限") == 1


def test_the_steps_of_a_measure_come_in_order_and_each_by_its_own(household, helper, town):
    measure = planned(household, helper)
    for wrong in (
        lambda: measures.deliver([measure], today(), by=helper),
        lambda: measures.confirm([Signed(measure, "x", today())], picture(), by=helper),
    ):
        with pytest.raises(Refused, match="目前为"):
            wrong()
    with pytest.raises(NotYours):
        measures.approve([measure], by=helper)
    with pytest.raises(NotYours):
        measures.approve([measure], by=make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    measures.approve([measure], by=town)
    with pytest.raises(Refused, match="目前为"):
        measures.approve([measure], by=town)
    with pytest.raises(Refused, match="不能晚于今天"):
        measures.deliver([measure], today() + timedelta(days=1), by=helper)
    with pytest.raises(Refused, match="取消的原因"):
        measures.drop(measure, " ", by=helper)
    measures.drop(measure, "农户已外迁", by=helper)
    with pytest.raises(Refused, match="目前为"):
        measures.drop(measure, "再次", by=helper)


def test_one_household_one_plan_a_year_agreed_only_with_a_measure(household, clerk):
    goal = plans.Goal(household, 2015, "种三亩苹果", Decimal(3200))
    (plan,) = plans.make_plans([goal], by=clerk)
    with pytest.raises(Refused, match="已有当年的计划"):
        plans.make_plans([goal], by=clerk)
    with pytest.raises(Refused, match="没有措施"):
        plans.agree([plans.Agreed(plan, "贫困户主", today())], picture(), by=clerk)
    plans.change_plan(plan, "种五亩苹果", None, by=clerk)
    planned(household, clerk, plan=plan)
    assert plans.agree([plans.Agreed(plan, "贫困户主", today())], picture(), by=clerk) == 1
    plan.refresh_from_db()
    assert (plan.goal, plan.state) == ("种五亩苹果", HouseholdPlan.State.AGREED)
    with pytest.raises(Refused, match="已与农户商定"):
        plans.change_plan(plan, "又改", None, by=clerk)


def test_a_need_goes_to_an_organisation_whose_people_answer(household, helper, town):
    unit = make_organisation("永寿县水利局")
    engineer = make_user(Role.HELPER, "610426")
    make_cadre("水利员", organisation=unit, user=engineer)
    (need,) = hear([(household, Heard("infrastructure", "吃水困难", "organisation", unit.pk), None)], by=helper)
    needs.answer(need, "月底接通自来水", by=engineer)
    need.refresh_from_db()
    assert need.state == Need.State.ANSWERED
    with pytest.raises(Refused, match="已经答复"):
        needs.route(need, "county", None, today(), by=helper)


def test_my_households_are_mine_alone_and_tell_what_is_due(client, household, helper, django_assert_max_num_queries):
    other = make_household(OTHER_VILLAGE, members=["别人家"], registered_on=date(2014, 10, 1))
    hear([(household, Heard("job", "想在家门口打工"), None)], by=helper)
    client.force_login(helper)
    with django_assert_max_num_queries(24):
        page = client.get(reverse("assistance:mine")).content.decode()
    assert "贫困户主" in page and "尚未走访" in page and "想在家门口打工" in page and "别人家" not in page
    assert client.get(reverse("assistance:household", args=[household.number])).status_code == 200
    for name in ("household", "visit-new", "need-new", "measure-new", "plan-new"):
        assert client.get(reverse(f"assistance:{name}", args=[other.number])).status_code == 404
    assert client.get(reverse("registry:household", args=[household.number])).status_code == 403
    assert client.get(reverse("assistance:households")).status_code == 403


def test_a_login_without_a_cadre_is_told_what_to_do(client):
    client.force_login(make_user(Role.HELPER, "610426"))
    assert "未关联干部" in client.get(reverse("assistance:mine")).content.decode()


def test_a_visit_by_the_form_with_photo_place_and_need(client, household, helper):
    client.force_login(helper)
    address = reverse("assistance:visit-new", args=[household.number])
    file, _size = picture()
    file.name = "a.png"
    sent = {"on": today().isoformat(), "found": "在家，身体好", "sent_as": str(uuid4()), "latitude": "34.69",
            "longitude": "108.14", "accuracy": "12", "need_kind": "job", "need_text": "想打工",
            "need_routed": "village", "photos": file}  # fmt: skip
    wrong = client.post(address, sent | {"found": "", "photos": ""}).content.decode()
    assert "想打工" in wrong and not Visit.objects.exists()
    file.seek(0)
    assert client.post(address, sent)["Location"] == reverse("assistance:household", args=[household.number])
    visit = Visit.objects.get()
    assert (visit.accuracy, visit.photos.count(), visit.needs.get().routed) == (12, 1, "village")
    photo = client.get(reverse("assistance:visit-photo", args=[visit.photos.get().pk]))
    assert photo.status_code == 200 and photo["Content-Type"] == "image/jpeg"
    client.force_login(make_user(Role.HELPER, "610426"))
    assert client.get(reverse("assistance:visit-photo", args=[visit.photos.get().pk])).status_code == 404


def test_the_work_lists_count_what_they_open(client, household, clerk, town, django_assert_max_num_queries):
    make_household(VILLAGE, registered_on=date(2014, 10, 1))
    measure = planned(household, clerk, due_on=today() - timedelta(days=1))
    hear([(household, Heard("job", "想打工"), None)], today() - timedelta(days=30), by=clerk)
    client.force_login(town)
    with django_assert_max_num_queries(30):
        page = client.get(reverse("assistance:households"))
    assert [number for *_, number, _address, _on in page.context["tiles"]] == [2, 2, 2, 2, 0, 0]
    for name, chosen, number in (("households", "lacks=helper", 2), ("needs", "state=overdue", 1),
                                 ("measures", "state=late", 1), ("measures", "state=confirmed", 0)):  # fmt: skip
        page = client.get(f"{reverse(f'assistance:{name}')}?{chosen}")
        assert page.context["page"].paginator.count == number
    for name in ("households", "needs", "measures"):
        assert client.get(reverse(f"assistance:{name}-export")).content.startswith(b"PK")
    assert Entry.objects.filter(action="assistance.list_exported").count() == 3
    assert client.get(f"{reverse('assistance:needs')}?area={OTHER_VILLAGE}").status_code == 404
    assert measure.state == Measure.State.PLANNED


def test_each_step_of_a_measure_by_its_button(client, household, clerk, town):
    client.force_login(clerk)
    address = reverse("assistance:measure-new", args=[household.number])
    sent = {"kind": "materials", "content": "化肥十袋", "due_on": today().isoformat(), "amount": "1500"}
    assert client.post(address, sent | {"amount": "-3"}).status_code == 200
    assert client.post(address, sent).status_code == 302
    measure = Measure.objects.get()
    assert client.post(reverse("assistance:measure-approve", args=[measure.pk])).status_code == 403
    client.force_login(town)
    client.post(reverse("assistance:measure-approve", args=[measure.pk]))
    client.post(reverse("assistance:measure-deliver", args=[measure.pk]), {"on": today().isoformat()})
    address = reverse("assistance:measure-confirm", args=[measure.pk])
    signed = {"signed_by": "贫困户主", "on": today().isoformat(), "effect": "800"}
    assert "请农户签字" in client.post(address, signed).content.decode()
    file, _size = picture()
    file.name = "s.png"
    assert client.post(address, signed | {"signed_form": file}).status_code == 302
    measure.refresh_from_db()
    assert (measure.state, measure.income_effect) == ("confirmed", Decimal(800))
