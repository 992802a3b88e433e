"""What happens to a household is dated, keeps the register whole, and is undone only by a counter-event."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries_of, verify
from jingzhun.people.rules import Role
from jingzhun.registry.actions.events import (
    change_head,
    join_member,
    leave_member,
    merge_households,
    move_household,
    split_household,
)
from jingzhun.registry.actions.recording import record_household
from jingzhun.registry.actions.reversal import reverse_event
from jingzhun.registry.models import Event, Household, HouseholdAlias, Member, RegisterSpell
from jingzhun.registry.rules.refusals import Refused

from .factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_id, make_user, make_village

pytestmark = pytest.mark.django_db
DAY = date(2016, 5, 4)
FAMILY = [
    {"name": "张三", "relation": "head"},
    {"name": "李梅", "relation": "spouse", "sex": "female"},
    {"name": "张小宝", "relation": "son", "birth_date": date(1990, 3, 3)},
]


@pytest.fixture
def household(clerk):
    return make_household(members=FAMILY, registered_on=date(2014, 12, 1), cause_main="illness")


def members(household: Household) -> list[tuple[str, str]]:
    return [(m.name, m.relation) for m in household.members.filter(left_on=None)]


def baby(**values):
    return {
        "name": "张小花",
        "sex": "female",
        "birth_date": DAY,
        "relation": "granddaughter",
        "health": ["healthy"],
        **values,
    }


def test_a_child_is_born_into_the_household(household, clerk):
    event = join_member(household, baby(), on=DAY, reason="birth", by=clerk)
    child = event.member
    assert (event.kind, child.joined_on, child.number) == ("birth", DAY, f"{household.number}04")
    assert (child.pinyin, child.initials) == ("zhangxiaohua", "zxh")
    entry = entries_of("household", household.number).first()
    assert entry.action == "registry.event_birth"
    assert "张小花" not in str(entry.values)
    assert verify().ok


@pytest.mark.parametrize(
    ("values", "on", "field"),
    [
        ({}, date(2999, 1, 1), "on"),
        ({}, DAY - timedelta(days=1), "on"),
        ({"relation": "head"}, DAY, "relation"),
        ({"id_number": "610499201605040011"}, DAY, "id_number"),
    ],
    ids=["in the future", "before birth", "a second head", "a bad check digit"],
)
def test_a_joining_that_cannot_be_is_refused(household, clerk, values, on, field):
    with pytest.raises(Refused) as refused:
        join_member(household, baby(**values), on=on, reason="birth", by=clerk)
    assert field in refused.value.messages
    assert household.members.count() == 3
    assert not Event.objects.exists()


def test_somebody_who_lives_in_another_household_leaves_it_first(household, clerk):
    number = make_id(date(1970, 1, 1))
    other = make_household(members=[{"name": "王五", "id_number": number, "birth_date": date(1970, 1, 1)}])
    stepfather = {"name": "王五", "id_number": number, "relation": "other", "sex": "male"}
    with pytest.raises(Refused) as refused:
        join_member(household, stepfather, on=DAY, reason="marriage", by=clerk)
    assert "id_number" in refused.value.messages
    leave_member(other.members.get(), on=DAY, reason="marriage", by=clerk)
    join_member(household, stepfather, on=DAY, reason="marriage", by=clerk)
    assert ("王五", "other") in members(household)


def test_the_head_dies_and_the_wife_is_head(household, clerk):
    head, wife, son = household.members.order_by("number")
    with pytest.raises(Refused) as refused:
        leave_member(head, on=DAY, reason="death", by=clerk)
    assert "new_head" in refused.value.messages
    leave_member(head, on=DAY, reason="death", by=clerk, new_head=wife, relations={son.number: "son"})
    assert members(household) == [("李梅", "head"), ("张小宝", "son")]


def test_the_last_member_closes_the_household_and_it_is_on_no_register(clerk):
    alone = make_household(registered_on=date(2014, 12, 1))
    event = leave_member(alone.members.get(), on=DAY, reason="death", by=clerk)
    alone.refresh_from_db()
    assert (alone.closed_on, alone.spells.get().exited_on) == (DAY, DAY)
    with pytest.raises(Refused):
        join_member(alone, baby(), on=DAY, reason="birth", by=clerk)
    reverse_event(event, "记错了", by=clerk)
    alone.refresh_from_db()
    assert (alone.closed_on, alone.spells.get().exited_on) == (None, None)
    assert members(alone) == [("张三", "head")]


def test_a_son_founds_his_own_household(household, clerk):
    son = household.members.get(relation="son")
    event = split_household(household, [son], son, on=DAY, by=clerk)
    founded = event.other
    assert founded.number == f"{VILLAGE}00002"
    assert members(founded) == [("张小宝", "head")]
    assert members(household) == [("张三", "head"), ("李梅", "spouse")]
    assert founded.cause_main == "illness"
    assert founded.spells.get().registered_on == DAY


def test_half_of_a_household_that_left_the_register_later_left_it_too(clerk):
    gone = make_household(members=["张三", {"name": "张小宝", "relation": "son"}],
                          registered_on=date(2014, 12, 1), exited_on=date(2016, 12, 31))  # fmt: skip
    son = gone.members.get(relation="son")
    founded = split_household(gone, [son], son, on=date(2015, 3, 1), by=clerk).other
    spell = founded.spells.get()
    assert (spell.registered_on, spell.exited_on) == (date(2015, 3, 1), date(2016, 12, 31))


def test_another_member_becomes_the_head_on_the_screen(client, household, clerk):
    address = reverse("registry:event-head", args=[household.number])
    assert address in client.get(reverse("registry:household", args=[household.number])).content.decode()
    wife = household.members.get(relation="spouse")
    answer = client.post(address, {"on": DAY.isoformat(), "new_head": wife.number, "note": "登记错了"})
    assert answer.status_code == 302
    assert members(household) == [("张三", "spouse"), ("李梅", "head"), ("张小宝", "son")]
    event = Event.objects.get(kind="head")
    assert Entry.objects.get(action="registry.event_head").why == "登记错了" and event.member == wife
    reverse_event(event, "原来的对", by=clerk)
    assert members(household) == [("张三", "head"), ("李梅", "spouse"), ("张小宝", "son")]


def test_a_head_is_changed_to_somebody_else_and_to_one_only(household, clerk):
    head, wife, son = household.members.order_by("number")
    with pytest.raises(Refused, match="已是户主"):
        change_head(household, head, on=DAY, by=clerk)
    with pytest.raises(Refused, match="户主"):
        change_head(household, wife, on=DAY, by=clerk, relations={son.number: "head"})
    with pytest.raises(Refused):
        change_head(household, make_household(members=["赵六"]).members.get(), on=DAY, by=clerk)
    assert members(household)[0] == ("张三", "head")


def test_a_household_that_came_onto_the_register_is_not_taken_back(clerk):
    make_village()
    head = {"name": "孙七", "sex": "male", "birth_date": date(1980, 1, 1)}
    event = record_household(make_area(VILLAGE), head, {}, on=DAY, by=clerk)
    spell = RegisterSpell.objects.create(household=event.household, registered_on=date(2015, 12, 1))
    with pytest.raises(Refused, match="已列入建档立卡"):
        reverse_event(event, "录错了", by=clerk)
    spell.delete()
    reverse_event(event, "录错了", by=clerk)
    assert Household.objects.get(pk=event.household_id).closed_on == DAY


def test_a_whole_household_is_no_split(household, clerk):
    everybody = list(household.members.all())
    with pytest.raises(Refused):
        split_household(household, everybody, everybody[0], on=DAY, by=clerk)


def test_two_households_become_one(household, clerk):
    widow = make_household(members=["赵婆婆"], registered_on=date(2014, 12, 1))
    event = merge_households(household, widow, on=DAY, by=clerk, relations={widow.number + "01": "mother"})
    widow.refresh_from_db()
    assert widow.closed_on == DAY
    assert ("赵婆婆", "mother") in members(household)
    assert household.members.get(name="赵婆婆").number == f"{household.number}04"
    reverse_event(event, "不愿并户", by=clerk)
    widow.refresh_from_db()
    assert widow.closed_on is None
    assert members(widow) == [("赵婆婆", "head")]
    assert ("赵婆婆", "mother") not in members(household)


def test_a_poor_household_and_one_that_is_not_are_not_merged(household, clerk):
    other = make_household(members=["钱六"])
    with pytest.raises(Refused):
        merge_households(household, other, on=DAY, by=clerk)
    with pytest.raises(Refused):
        merge_households(household, household, on=DAY, by=clerk)


def test_a_household_moves_and_keeps_its_number(household):
    officer = make_user(Role.COUNTY_OFFICER, "610426")
    there = make_village(OTHER_VILLAGE, "北寨村")
    number = household.number
    event = move_household(household, there, on=DAY, by=officer)
    household.refresh_from_db()
    assert (household.number, household.village_code) == (number, OTHER_VILLAGE)
    reverse_event(event, "没有搬", by=officer)
    household.refresh_from_db()
    assert household.village_code == VILLAGE


def test_a_clerk_sends_nobody_back_to_another_village(household):
    officer, there = make_user(Role.COUNTY_OFFICER, "610426"), make_village(OTHER_VILLAGE, "北寨村")
    event = move_household(household, there, on=DAY, by=officer)
    with pytest.raises(Refused):
        reverse_event(event, "退回", by=make_user(area=OTHER_VILLAGE))
    household.refresh_from_db()
    assert household.village_code == OTHER_VILLAGE


def test_a_clerk_moves_nobody_out_of_the_village(household, clerk):
    with pytest.raises(Refused):
        move_household(household, make_village(OTHER_VILLAGE, "北寨村"), on=DAY, by=clerk)
    group = make_area(f"{VILLAGE}002", "二组")
    move_household(household, group, on=DAY, by=clerk)
    assert Household.objects.get(pk=household.pk).area_id == group.code


def test_events_follow_one_another(household, clerk):
    join_member(household, baby(), on=DAY, reason="birth", by=clerk)
    with pytest.raises(Refused):
        leave_member(household.members.get(relation="son"), on=DAY - timedelta(days=30), reason="moved", by=clerk)


def test_an_event_is_taken_back_once_with_a_reason(household, clerk):
    event = join_member(household, baby(), on=DAY, reason="birth", by=clerk)
    with pytest.raises(Refused):
        reverse_event(event, "  ", by=clerk)
    counter = reverse_event(event, "登记重复", by=clerk)
    assert counter.reverses == event
    assert not household.members.present(timezone.localdate()).filter(name="张小花").exists()
    for again in (event, counter):
        with pytest.raises(Refused):
            reverse_event(again, "再撤", by=clerk)


def test_an_event_on_which_a_later_one_builds_stays(household, clerk):
    birth = join_member(household, baby(), on=DAY, reason="birth", by=clerk)
    death = leave_member(birth.member, on=DAY + timedelta(days=9), reason="death", by=clerk)
    with pytest.raises(Refused) as refused:
        reverse_event(birth, "登记重复", by=clerk)
    assert "2016-05-13" in str(refused.value)
    reverse_event(death, "登记错误", by=clerk)
    reverse_event(birth, "登记重复", by=clerk)
    assert len(members(household)) == 3


def test_a_later_event_of_somebody_else_does_not_hinder(household, clerk):
    birth = join_member(household, baby(), on=DAY, reason="birth", by=clerk)
    leave_member(household.members.get(relation="son"), on=DAY + timedelta(days=9), reason="moved", by=clerk)
    reverse_event(birth, "登记重复", by=clerk)
    assert members(household) == [("张三", "head"), ("李梅", "spouse")]


def test_taking_back_never_makes_two_heads(household, clerk):
    head, wife, son = household.members.order_by("number")
    death = leave_member(head, on=DAY, reason="death", by=clerk, new_head=wife)
    reverse_event(death, "同名不同人", by=clerk)
    assert members(household) == [("张三", "head"), ("李梅", "spouse"), ("张小宝", "son")]
    assert son.number == household.members.get(relation="son").number


def test_a_household_is_recorded_under_the_next_number(household, clerk):
    HouseholdAlias.objects.create(number=f"{VILLAGE}00007", household=household, since=DAY)
    head = {"name": "孙七", "sex": "male", "id_number": make_id(date(1980, 1, 1)), "birth_date": date(1980, 1, 1)}
    event = record_household(make_area(VILLAGE), head, {"cause_main": "schooling"}, on=DAY, by=clerk)
    assert event.household.number == f"{VILLAGE}00008"
    assert members(event.household) == [("孙七", "head")]
    assert Member.objects.get(name="孙七").id_index
