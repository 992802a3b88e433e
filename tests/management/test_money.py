"""Every yuan goes from its source to whoever is paid: never twice, never beyond, never for what it is not for."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.management.stage import balances, give, in_days, make_project, make_source, today
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.journal.models import Entry
from jingzhun.management.actions import money, orders
from jingzhun.management.actions.orders import ToPay
from jingzhun.management.models import Account, Order, Source, Transfer
from jingzhun.management.queries.money import by_source
from jingzhun.management.rules.money import NotEnough, draw
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused


def poor(name: str = "王大山", village: str = VILLAGE):
    return make_household(village, registered_on=date(2014, 10, 1), members=[name])


def paid(project, lines, officer, leader, reference="名单1") -> Order:
    order = orders.prepare_order(project, "households", "补助", reference, lines, by=officer)
    return orders.decide_order(order, today(), approve=True, by=leader)


def test_a_yuan_is_followed_from_its_source_to_the_household(officer, leader):
    one, two = make_source(officer, 60_000), make_source(officer, 40_000, title="市级配套", level="city")
    project = make_project(officer, leader)
    give(one, project, 50, officer, leader)
    give(two, project, 100, officer, leader)
    first, second = poor("甲"), poor("乙")
    order = paid(project, [ToPay("甲", Decimal(30), first), ToPay("乙", Decimal(80), second)], officer, leader)
    parts = Transfer.objects.filter(kind="payment").order_by("pk")
    assert [(each.payee.household, each.from_account.source, each.amount) for each in parts] == [
        (first, one, 30), (second, one, 20), (second, two, 60),
    ]  # fmt: skip
    assert balances() == {"outside": -100_000, "source": 99_850, "project": 40, "paid": 110}
    line = order.lines.get(household=second)
    orders.refund(line, Decimal(70), today(), "账号有误退回", by=officer)
    assert balances() == {"outside": -100_000, "source": 99_850, "project": 110, "paid": 40}
    with pytest.raises(Refused, match="没有付给"):
        orders.refund(line, Decimal(11), today(), "再退", by=officer)
    shown = {row["name"]: (row["left"], row["paid"]) for row in by_source(project)}
    assert shown == {one.title: (20, 30), two.title: (90, 10)}
    told = Entry.objects.filter(action="management.paid_to_household")
    assert {(each.record, each.values["yuan"]) for each in told} == {
        (first.number, "30.00"), (second.number, "80.00"),
    }  # fmt: skip


def test_r23_nothing_is_released_beyond_what_arrived_or_used_beyond_what_was_released(officer, leader):
    source, project = make_source(officer, 1000, arrived=600), make_project(officer, leader)
    with pytest.raises(Refused, match="400"):
        money.arrive(source, Decimal(401), today(), "凭证", by=officer)
    with pytest.raises(Refused, match="600"):
        money.propose_allocation(source, project, Decimal(601), "文", by=officer)
    give(source, project, 500, officer, leader)
    order = orders.prepare_order(project, "supplier", "路面", "合同1", [ToPay("路桥公司", Decimal(501))], by=officer)
    with pytest.raises(Refused, match="缺1"):
        orders.decide_order(order, today(), approve=True, by=leader)
    order.refresh_from_db()
    assert order.state == Order.State.PROPOSED and not Transfer.objects.filter(kind="payment").exists()


def test_money_is_only_for_what_it_is_for_and_for_projects_that_are_approved(officer, leader):
    source = make_source(officer, 1000, purposes=("water",))
    project = make_project(officer, leader)
    with pytest.raises(Refused, match="不能用于"):
        money.propose_allocation(source, project, Decimal(10), "文", by=officer)
    give(make_source(officer, 1000, title="二"), project, 1000, officer, leader)
    with pytest.raises(Refused, match="99000"):
        money.propose_allocation(make_source(officer, 200_000, title="三"), project, Decimal(99_001), "文", by=officer)


def test_nobody_decides_on_what_they_prepared_and_only_the_leaders_do(officer, leader):
    source, project = make_source(officer), make_project(officer, leader)
    proposed = money.propose_allocation(source, project, Decimal(10), "文", by=officer)
    with pytest.raises(NotYours):
        money.decide_allocation(proposed, today(), approve=True, by=officer)
    both = make_user(Role.COUNTY_OFFICER, "610426")
    with pytest.raises(NotYours):
        money.decide_allocation(proposed, today(), approve=True, by=both)
    with pytest.raises(Refused, match="理由"):
        money.decide_allocation(proposed, today(), approve=False, by=leader)
    money.decide_allocation(proposed, today(), "缓办", approve=False, by=leader)
    with pytest.raises(Refused, match="已经"):
        money.decide_allocation(proposed, today(), approve=True, by=leader)
    assert balances()["source"] == 100_000
    for role, area in ((Role.TOWN_COMMISSIONER, VILLAGE[:9]), (Role.COUNTY_OFFICER, "610427")):
        with pytest.raises(NotYours):
            money.propose_allocation(source, project, Decimal(10), "文", by=make_user(role, area))


def test_a_list_is_paid_once_and_only_to_households_of_the_register(officer, leader):
    project = make_project(officer, leader)
    give(make_source(officer), project, 1000, officer, leader)
    household, gone = poor(), make_household(VILLAGE, members=["非贫困"])
    for lines, message in (
        ([ToPay("非贫困", Decimal(1), gone)], "不在册"),
        ([ToPay("无", Decimal(1))], "在册"),
        ([ToPay("王", Decimal(1), household), ToPay("王", Decimal(1), household)], "两次"),
        ([ToPay("王", Decimal(0), household)], "金额"),
        ([], "金额"),
    ):
        with pytest.raises(Refused, match=message):
            orders.prepare_order(project, "households", "补助", "名单1", lines, by=officer)
    paid(project, [ToPay("王大山", Decimal(10), household)], officer, leader)
    with pytest.raises(Refused, match="已有"):
        orders.prepare_order(project, "households", "补助", "名单1", [ToPay("王", Decimal(1), household)], by=officer)


def test_a_mistake_is_answered_by_a_transfer_back_and_nothing_is_removed(officer, leader):
    source, project = make_source(officer, 1000), make_project(officer, leader)
    give(source, project, 400, officer, leader)
    wrong = Transfer.objects.get(kind="allocation")
    money.reverse(wrong, today(), "项目选错", by=leader)
    assert balances() == {"outside": -1000, "source": 1000, "project": 0}
    with pytest.raises(Refused, match="已经更正"):
        money.reverse(wrong, today(), "再次", by=leader)
    arrivals = Transfer.objects.filter(kind="arrival")
    for change in (arrivals.delete, lambda: Transfer.objects.update(amount=1)):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    assert Transfer.objects.count() == 3


def test_the_database_itself_lets_no_money_go_a_wrong_way(officer, leader):
    source, project = make_source(officer, 1000), make_project(officer, leader)
    give(source, project, 400, officer, leader)
    at = {each.kind: each for each in Account.objects.all()}
    told = {"on": today(), "at": "2015-03-01T00:00Z"}
    for kind, giver, taker, amount in (
        ("arrival", "source", "outside", 1),  # out of the county
        ("allocation", "source", "project", 1),  # without an approved allocation
        ("payment", "project", "source", 1),
        ("refund", "source", "project", 1),
        ("release", "project", "source", 401),  # beyond what lies there
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.create(kind=kind, from_account=at[giver], to_account=at[taker], amount=amount, **told)
    assert balances() == {"outside": -1000, "source": 600, "project": 400}


def test_money_that_is_not_needed_goes_back(officer, leader):
    source, project = make_source(officer, 1000), make_project(officer, leader)
    give(source, project, 400, officer, leader)
    with pytest.raises(Refused, match="没有这么多"):
        money.release(source, project, Decimal(401), today(), "结余", by=leader)
    money.release(source, project, Decimal(150), today(), "结余", by=leader)
    assert balances() == {"outside": -1000, "source": 750, "project": 250}
    with pytest.raises(Refused, match="将来"):
        money.release(source, project, Decimal(1), in_days(1), "结余", by=leader)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_pay_at_once_no_yuan_is_spent_twice(officer, leader):
    """Twelve orders of 100 yuan, six at a time, out of 700: seven are paid, and the books balance."""
    project = make_project(officer, leader)
    give(make_source(officer, 1000), project, 700, officer, leader)
    made = [
        orders.prepare_order(project, "supplier", "材料", f"发票{number}", [ToPay("公司", Decimal(100))], by=officer)
        for number in range(12)
    ]
    gate = threading.Barrier(6)

    def pay(order: Order) -> bool:
        try:
            gate.wait(timeout=30)
            orders.decide_order(order, today(), approve=True, by=leader)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(pay, made))
    assert results.count(True) == 7
    assert balances() == {"outside": -1000, "source": 300, "project": 0, "paid": 700}


money_amounts = st.lists(st.integers(1, 500).map(Decimal), max_size=8)


@given(money_amounts, money_amounts)
def test_what_is_drawn_pays_each_amount_and_takes_no_more_than_there_is(left, wanted):
    purses = list(enumerate(left))
    if sum(wanted) > sum(left):
        with pytest.raises(NotEnough):
            draw(purses, wanted)
        return
    parts = draw(purses, wanted)
    assert all(part > 0 for _place, _account, part in parts)
    for place, amount in enumerate(wanted):
        assert sum(part for at, _account, part in parts if at == place) == amount
    for account, balance in purses:
        assert sum(part for _place, of, part in parts if of == account) <= balance


def test_a_source_is_recorded_once_and_by_its_county(officer):
    make_source(officer, arrived=0)
    with pytest.raises(Refused, match="已经登记"):
        make_source(officer, arrived=0)
    with pytest.raises(Refused, match="项目类别"):
        make_source(officer, title="x", purposes=("nothing",))
    make_area("610427")
    with pytest.raises(NotYours):
        make_source(make_user(Role.COUNTY_OFFICER, "610427"), title="y")
    assert Source.objects.count() == 1
    make_area(OTHER_VILLAGE)
