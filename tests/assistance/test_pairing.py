"""Who helps whom: a county's households find their helpers under the quotas of 5-3-2, and what stands in the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.assistance.factories import make_cadre, make_organisation, make_pairing
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.assistance.actions.by_hand import change_pair
from jingzhun.assistance.actions.cadres import leave
from jingzhun.assistance.actions.pairing import (
    compute,
    drop_plan,
    end_pairings,
    make_plan,
    publish_plan,
)
from jingzhun.assistance.models import Kin, Pairing, PairingPlan, Team
from jingzhun.assistance.queries.helpers import current_helpers, without_helper
from jingzhun.assistance.telling import in_words
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db
DAY = date(2014, 10, 20)
LATER = date(2015, 3, 1)
COUNTY = "610426"


@pytest.fixture
def officer():
    return make_user(Role.COUNTY_OFFICER, COUNTY)


def poor(number: int, village: str = VILLAGE, cause: str = "no_skills") -> list:
    return [
        make_household(
            village, registered_on=date(2014, 10, 1), cause_main=cause, members=[f"贫困{village[-3:]}{each}"]
        )
        for each in range(number)
    ]


def county():
    return make_area(COUNTY)


def unmet() -> list:
    return compute(county(), DAY).outcome["unmet"]


def test_r16_every_household_has_a_helper_under_the_quotas_of_5_3_2(officer):
    households = poor(12) + poor(4, OTHER_VILLAGE)
    cadres = [make_cadre("王县长", "county"), make_cadre("李局长", "department")]
    cadres += [make_cadre(f"干部{number}") for number in range(3)]
    plan = make_plan(county(), 2014, DAY, by=officer)
    assert plan.outcome["status"] == "optimal" and plan.outcome["cost"] == plan.outcome["bound"]
    assert publish_plan(plan, DAY, by=officer) == len(households)
    helped = [Pairing.objects.filter(cadre=cadre, until=None).count() for cadre in cadres]
    assert helped[0] >= 5 and helped[1] >= 3 and min(helped[2:]) >= 2 and sum(helped) == 16
    assert not without_helper(COUNTY, DAY).exists()
    found = current_helpers([each.pk for each in households], DAY)
    assert all([each.place for each in found[household.pk]] == [1] for household in households)
    assert Entry.objects.filter(action="assistance.helper_given").count() == 16
    assert Entry.objects.get(action="assistance.pairing_published").values["new"] == 16


def test_r16_a_relation_that_is_closed_has_its_end_and_its_reason(officer):
    (household,) = poor(1)
    pairing = make_pairing(household)
    assert end_pairings(Pairing.objects.filter(pk=pairing.pk), LATER, "工作调动", by=officer) == 1
    pairing.refresh_from_db()
    assert (pairing.until, pairing.ended_because) == (LATER, "工作调动")
    assert [each.pk for each in without_helper(COUNTY, LATER)] == [household.pk]
    assert not without_helper(COUNTY, date(2015, 2, 28)).exists()
    assert Entry.objects.get(action="assistance.helper_taken").why == "工作调动"


def test_kin_are_never_paired_and_a_village_of_kin_is_left_to_others(officer):
    first, second = poor(2)
    kin, villager, stranger = make_cadre("亲戚", capacity=9), make_cadre("村里人", capacity=9), make_cadre("外人")
    Kin.objects.create(cadre=kin, household=first)
    Kin.objects.create(cadre=villager, village=make_area(VILLAGE))
    plan = make_plan(county(), 2014, DAY, by=officer)
    helpers = dict(plan.pairs.values_list("household", "cadre"))
    assert helpers[first.pk] == stranger.pk and helpers[second.pk] in (kin.pk, stranger.pk)


def test_a_village_where_everybody_has_kin_is_named(officer):
    poor(2)
    poor(1, OTHER_VILLAGE)
    for name in "甲乙":
        Kin.objects.create(cadre=make_cadre(name), village=make_area(VILLAGE, "永安村"))
    plan = make_plan(county(), 2014, DAY, by=officer)
    sentences = in_words(plan.outcome["unmet"])
    assert "201村有2户无人可帮：所有干部在该村都有亲属。" in sentences[0]
    with pytest.raises(Refused, match="2户没有帮扶干部"):
        publish_plan(plan, DAY, by=officer)
    assert not Pairing.objects.exists()


def test_without_cadres_the_plan_says_so(officer):
    poor(3)
    assert in_words(unmet()) == ["还没有帮扶干部：请先导入干部名册，再编制方案。有3户等待结对。"]


def test_too_few_cadres_and_quotas_that_ask_for_too_much_are_told_apart(officer):
    poor(5)
    make_cadre(capacity=2)
    (told,) = in_words(unmet())
    assert told == "帮扶能力缺口3户：1名干部最多可帮扶2户，在册5户。请增加帮扶干部或提高户数上限。"
    for number in range(2):
        make_cadre(f"县领导{number}", "county")
    total, *by_rank = unmet()
    assert in_words([total]) == ["各级定额合计12户，而在册只有5户：差7户，无法让每名干部都达到最少户数。"]
    assert {gap["reason"] for gap in by_rank} == {"quota"} and sum(gap["number"] for gap in by_rank) == 2 + 5 + 5 - 5
    assert "永寿县教育局" in in_words(by_rank)[-1]


def test_nobody_on_the_register_is_a_clear_refusal(officer):
    make_household(VILLAGE)
    with pytest.raises(Refused, match="没有建档立卡户"):
        make_plan(county(), 2014, DAY, by=officer)
    with pytest.raises(Refused, match="全县"):
        make_plan(make_area(VILLAGE), 2014, DAY)


def test_skill_and_the_units_own_village_decide_where_the_way_is_the_same(officer):
    (ill,) = poor(1, cause="illness")
    (unskilled,) = poor(1, OTHER_VILLAGE, cause="no_skills")
    doctor = make_cadre("医生", skills=["medicine"], near=COUNTY, capacity=1)
    teacher = make_cadre("农艺师", skills=["farming"], near=COUNTY, capacity=1)
    helpers = dict(make_plan(county(), 2014, DAY, by=officer).pairs.values_list("household", "cadre"))
    assert helpers == {ill.pk: doctor.pk, unskilled.pk: teacher.pk}
    unit = make_organisation("中国石油大学", "central")
    Team.objects.create(organisation=unit, area=make_area(OTHER_VILLAGE), since=date(2014, 1, 1))
    for cadre in (doctor, teacher):
        cadre.skills = []
        cadre.save()
    doctor.organisation = unit
    doctor.save()
    helpers = dict(make_plan(county(), 2014, DAY, by=officer).pairs.values_list("household", "cadre"))
    assert helpers == {unskilled.pk: doctor.pk, ill.pk: teacher.pk}


def test_pairs_of_today_stay_unless_moving_pays(officer):
    first, second = poor(1, cause="illness") + poor(1, cause="no_skills")
    doctor, farmer = make_cadre("医生", skills=["medicine"]), make_cadre("农艺师", skills=["farming"])
    make_pairing(first, farmer)
    make_pairing(second, doctor)
    plan = make_plan(county(), 2015, LATER, by=officer)
    assert dict(plan.pairs.values_list("household", "cadre")) == {first.pk: farmer.pk, second.pk: doctor.pk}
    assert set(plan.pairs.values_list("kept", flat=True)) == {True}
    assert publish_plan(plan, LATER, by=officer) == 0


def test_when_a_cadre_leaves_only_their_households_get_others(officer):
    households = poor(6)
    leaver, stays = make_cadre("要走的"), make_cadre("留下的")
    make_cadre("新来的")
    for number, household in enumerate(households[:5]):
        make_pairing(household, leaver if number < 3 else stays)
    assert leave(leaver, date(2015, 2, 1), "调离", by=officer) == 3
    assert without_helper(COUNTY, date(2015, 2, 1)).count() == 4
    plan = make_plan(county(), 2015, LATER, by=officer)
    assert publish_plan(plan, LATER, by=officer) == 4
    kept = Pairing.objects.filter(cadre=stays, until=None, since=date(2014, 10, 20))
    assert kept.count() == 2 and not Pairing.objects.filter(cadre=leaver, until=None).exists()


def test_a_helper_changed_by_hand_is_kept_with_the_plan_and_seen_in_the_journal(officer):
    household, other = poor(2)
    one, two = make_cadre("甲"), make_cadre("乙")
    plan = make_plan(county(), 2014, DAY, by=officer)
    pair = plan.pairs.select_related("household").get(household=household)
    wanted = two if pair.cadre_id == one.pk else one
    change_pair(plan, pair, wanted, by=officer)
    with pytest.raises(Refused, match="重新查看"):
        change_pair(plan, pair, wanted, by=officer)  # from a page that is out of date
    publish_plan(plan, DAY, by=officer)
    assert Pairing.objects.get(household=household).cadre_id == wanted.pk
    assert Entry.objects.filter(action="assistance.pair_changed", record=household.number).count() == 1
    assert Pairing.objects.filter(household=other).count() == 1


def test_a_plan_is_published_once_and_not_after_it_was_dropped(officer):
    poor(1)
    make_cadre()
    plan, dropped = make_plan(county(), 2014, DAY, by=officer), make_plan(county(), 2014, DAY, by=officer)
    publish_plan(plan, DAY, by=officer)
    drop_plan(dropped, by=officer)
    for each in (plan, dropped):
        with pytest.raises(Refused, match="已发布或已取消"):
            publish_plan(each, DAY, by=officer)
    with pytest.raises(Refused, match="已发布或已取消"):
        drop_plan(plan, by=officer)


def test_a_helper_who_left_meanwhile_and_a_day_too_early_stop_the_plan(officer):
    (household,) = poor(1)
    cadre, other = make_cadre("先走"), make_cadre("在")
    make_pairing(household, other, since=date(2014, 12, 1))
    Kin.objects.create(cadre=other, household=household)  # so that the plan must change helpers
    plan = make_plan(county(), 2015, LATER, by=officer)
    with pytest.raises(Refused, match="更晚的日期"):
        publish_plan(plan, DAY, by=officer)
    leave(cadre, date(2015, 2, 1), "退休", by=officer)
    with pytest.raises(Refused, match="先走届时已离任"):
        publish_plan(plan, LATER, by=officer)
    assert Pairing.objects.get().cadre == other


def test_only_the_county_pairs(officer):
    poor(1)
    make_cadre()
    for role, area in ((Role.TOWN_COMMISSIONER, VILLAGE[:9]), (Role.VILLAGE_CLERK, VILLAGE), (Role.HELPER, COUNTY),
                       (Role.COUNTY_OFFICER, "610427")):  # fmt: skip
        stranger = make_user(role, area)
        with pytest.raises(NotYours):
            make_plan(county(), 2014, DAY, by=stranger)
        with pytest.raises(NotYours):
            publish_plan(make_plan(county(), 2014, DAY), DAY, by=stranger)
    assert not Pairing.objects.exists()


def test_a_plan_takes_as_many_queries_for_many_as_for_few(officer, django_assert_max_num_queries):
    area = county()
    poor(2)
    make_cadre(capacity=100)
    with CaptureQueriesContext(connection) as few:
        make_plan(area, 2014, DAY, by=officer)
    poor(9)
    make_cadre()
    with django_assert_max_num_queries(len(few)):
        make_plan(area, 2014, DAY, by=officer)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_wins():
    officer = make_user(Role.COUNTY_OFFICER, COUNTY)
    poor(3)
    make_cadre(capacity=9)
    plan = make_plan(county(), 2014, DAY, by=officer)

    def publish(_number: int) -> str:
        try:
            return str(publish_plan(plan, DAY, by=officer))
        except Refused as refused:
            return str(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(publish, range(2)))
    assert answers[0] == "3" and "已发布或已取消" in answers[1]
    assert Pairing.objects.count() == 3 and PairingPlan.objects.get().state == "published"
