"""Quotas of binding years: the neediest of those who were carried, however they are ticked, one decision at a time."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction
from tests.identification.stage import set_stage
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_user, make_village

from jingzhun.identification.actions import applications, rounds
from jingzhun.identification.actions.applications import Filing

pytestmark = pytest.mark.django_db


def quota(stage, number: int) -> None:
    make_village(OTHER_VILLAGE)
    rounds.set_quotas(stage.round, {VILLAGE: number, OTHER_VILLAGE: 500 - number}, by=stage.county, at=stage.now)


def test_r5_needier_households_keep_their_places_when_others_are_sent_on_one_by_one(stage):
    quota(stage, 3)
    found = stage.apply(5)
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found)
    for each in found[3:]:  # incomes rise with the number
        assert stage.send_on(each).blocked
    assert all(stage.send_on(each).cases for each in found[:3])
    assert stage.send_on(*found[3:]).blocked.keys() == {each.case_id for each in found[3:]}


def test_r5_whose_income_is_unknown_goes_last(stage):
    quota(stage, 2)
    found = stage.apply(2, income=90_000)
    unknown = make_household(members=["赵不详"])
    found += applications.apply_many(
        stage.round, [Filing(unknown, "clerk", stage.today)], by=stage.clerk, at=stage.now
    )  # fmt: skip
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found)
    assert stage.send_on(*found).blocked.keys() == {found[2].case_id}


def test_r5_a_village_that_was_handed_nothing_has_no_place(stage):
    make_village(OTHER_VILLAGE)
    rounds.set_quotas(stage.round, {OTHER_VILLAGE: 500}, by=stage.county, at=stage.now)
    found = stage.apply()
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found)
    (held,) = stage.send_on(*found).blocked.values()
    assert [each.guard for each in held] == ["within_quota"] and "没有给本村" in str(held[0].message)


def test_r5_a_round_keeps_its_quota_when_its_decisions_fall_into_a_year_without(stage):
    quota(stage, 1)
    found = stage.apply(2)
    stage.bring_to("village_evaluation", *found)
    stage.now = stage.now.replace(year=2016)
    stage.meet(*found)
    assert stage.send_on(*found).blocked.keys() == {found[1].case_id}


def test_r5_a_binding_year_without_a_handed_down_quota_leaves_the_round_without_a_limit():
    stage = set_stage()
    found = stage.apply(2)
    stage.bring_to("first_notice", *found)
    assert {stage.step_of(each) for each in found} == {"first_notice"}


@pytest.mark.django_db(transaction=True)
def test_r5_two_who_send_different_households_at_once_stay_within_the_quota():
    stage = set_stage(quota=500)
    quota(stage, 2)
    found = stage.apply(4)
    stage.bring_to("village_evaluation", *found)
    stage.meet(*found[2:])  # the neediest are carried while these are being sent on
    secretary = make_user(full_name="王书记")
    sent, may_end = Event(), Event()

    def first() -> None:
        try:
            with transaction.atomic():
                stage.send_on(*found[2:])
                sent.set()
                may_end.wait(10)
        finally:
            connection.close()

    def second() -> None:
        try:
            stage.send_on(*found[:2], by=secretary)
        finally:
            connection.close()

    threads = [Thread(target=each) for each in (first, second)]
    threads[0].start()
    sent.wait(10)
    stage.meet(*found[:2])
    threads[1].start()
    threads[1].join(1)  # waits for the first, or has gone past it
    may_end.set()
    for thread in threads:
        thread.join()
    assert [stage.step_of(each) for each in found] == ["village_evaluation"] * 2 + ["first_notice"] * 2
