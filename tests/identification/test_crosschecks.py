"""Lists of departments look at everybody, whenever they apply; a decided doubt is decided anew by the level above."""

from datetime import date

import pytest
from tests.identification.stage import COUNTY
from tests.registry.factories import make_area, make_household, make_user

from jingzhun.identification.actions import applications, crosscheck, decide
from jingzhun.identification.actions.applications import Filing
from jingzhun.identification.actions.crosscheck import Handed, Listed, decide_flag
from jingzhun.identification.models import Flag, FlagRuling
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotAllowed
from jingzhun.procedure.rules import State
from jingzhun.registry.models import Member, RegisterSpell

pytestmark = pytest.mark.django_db


def hand_over(stage, *heads: str, detail: str = "营业执照", as_of: date = date(2014, 4, 30)) -> list[Flag]:
    rows = [Listed(row, number, detail) for row, number in enumerate(heads, 2)]
    handed = Handed("business", "县工商局", as_of, "工商.xlsx")
    taken = crosscheck.take_list(make_area(COUNTY), handed, rows, by=stage.county, at=stage.tick())
    return crosscheck.match(taken, stage.round, by=stage.county, at=stage.tick())


def head_of(application) -> str:
    return Member.objects.get(household=application.household, relation="head").id_number


def test_who_applies_after_the_list_was_taken_is_compared_when_the_town_begins_to_look(stage):
    household = make_household(members=["张迟"])
    number = household.members.get().id_number
    assert hand_over(stage, number) == []  # nobody of them has applied yet
    late = applications.apply(stage.round, Filing(household, "clerk", stage.today), by=stage.clerk, at=stage.now)
    stage.bring_to("town_audit", late)
    flag = Flag.objects.get()
    assert (flag.application, flag.detail, flag.state) == (late, "营业执照", "open")
    stage.look("town", late)
    moved = stage.send_on(late, by=stage.town)
    assert [each.guard for each in moved.blocked[late.case_id]] == ["red_lines_settled"]


def test_a_list_from_before_the_year_of_the_incomes_tells_nothing_of_a_later_application(stage):
    found = stage.apply()
    hand_over(stage, head_of(found[0]), as_of=date(2012, 12, 31))
    Flag.objects.all().delete()
    stage.bring_to("town_audit", *found)
    assert not Flag.objects.exists()


def test_a_refused_household_that_comes_back_by_an_appeal_is_compared_too(stage):
    found = stage.apply()
    stage.bring_to("town_audit", *found)
    decide.refuse(stage.fresh(found[0]).case, "收入高", by=stage.town, at=stage.tick())
    assert hand_over(stage, head_of(found[0])) == []  # nobody under way
    case = decide.appeal(stage.fresh(found[0]).case, "不属实", by=stage.clerk, at=stage.tick())
    decide.decide_appeal(case, granted=True, why="可再审", by=stage.county, at=stage.tick())
    assert Flag.objects.get().application == found[0]


def test_the_same_list_handed_over_again_raises_nothing_that_was_lifted(stage):
    found = stage.apply()
    (flag,) = hand_over(stage, head_of(found[0]))
    decide_flag(flag, confirmed=False, reason="已注销", by=stage.town, at=stage.tick())
    assert hand_over(stage, head_of(found[0])) == []
    assert len(hand_over(stage, head_of(found[0]), detail="另一家企业")) == 1  # another enterprise is another doubt


def test_many_late_applications_are_compared_in_as_many_statements_as_one(stage, django_assert_num_queries):
    for number in (1, 15):
        cases = [each.case for each in stage.apply(number)]
        with django_assert_num_queries(1):
            crosscheck.match_kept(cases, stage.clerk, stage.now)


# Deciding anew


@pytest.fixture
def refused(stage):
    """The town confirms a veto, refuses, and the household appeals."""
    found = stage.apply()
    stage.bring_to("town_audit", *found)
    flag = crosscheck.raise_flag(stage.fresh(found[0]), "business", "visit", "小卖部", by=stage.clerk, at=stage.now)
    decide_flag(flag, confirmed=True, reason="镇上开店", by=stage.town, at=stage.tick())
    decide.refuse(stage.fresh(found[0]).case, "镇上开店", by=stage.town, at=stage.tick())
    decide.appeal(stage.fresh(found[0]).case, "店是同名人的", by=stage.clerk, at=stage.tick())
    return found[0], flag


def test_an_appeal_against_a_confirmed_veto_can_succeed(stage, refused):
    application, flag = refused
    case = decide.decide_appeal(stage.fresh(application).case, granted=True, why="查实同名", by=stage.county,
                                at=stage.tick())  # fmt: skip
    with pytest.raises(NotAllowed):
        decide_flag(flag, confirmed=False, reason="改判", by=stage.town, at=stage.tick())
    decide_flag(flag, confirmed=False, reason="同名同姓，并非本户", by=stage.county, at=stage.tick())
    assert list(FlagRuling.objects.values_list("state", "reason", "by")) == [
        ("confirmed", "镇上开店", stage.town.pk),
        ("lifted", "同名同姓，并非本户", stage.county.pk),
    ]
    assert Entry.objects.filter(action="identification.flag_decided").count() == 2
    stage.look("town", application)
    stage.send_on(application, by=stage.town)
    assert case.state == State.OPEN and stage.step_of(application) == "second_notice"


def test_who_decided_a_doubt_does_not_decide_it_again_and_the_same_is_not_decided_twice(stage, refused):
    _application, flag = refused
    decide_flag(flag, confirmed=False, reason="同名", by=stage.county, at=stage.tick())
    other = make_user(Role.COUNTY_OFFICER, COUNTY)
    for by, confirmed in ((stage.county, True), (other, False)):
        with pytest.raises(NotAllowed):
            decide_flag(flag, confirmed=confirmed, reason="再改", by=by, at=stage.tick())
    assert decide_flag(flag, confirmed=True, reason="营业执照属实", by=other, at=stage.tick()).state == "confirmed"


def test_the_county_decides_anew_on_the_screen_and_both_decisions_are_seen(stage, refused, client):
    application, flag = refused
    client.force_login(stage.town)
    assert f'value="{flag.pk}"' not in client.get("/identification/flags/?state=confirmed").text
    client.force_login(stage.county)
    assert f'name="flag" value="{flag.pk}"' in client.get("/identification/flags/?state=confirmed").text
    client.post("/identification/flags/decide/?state=confirmed", {"flag": flag.pk, "confirmed": "no", "reason": "同名"})
    for page in (client.get("/identification/flags/?state=lifted").text,
                 client.get(f"/identification/cases/{application.case_id}/").text):  # fmt: skip
        assert "同名" in page and "镇上开店" in page


def test_r7_a_red_line_that_comes_out_during_the_announcement_keeps_the_household_off_the_register(stage):
    found = stage.apply()
    stage.bring_to("announcement", *found)
    flag = crosscheck.raise_flag(
        stage.fresh(found[0]), "business", Flag.Origin.OBJECTION, "", by=stage.county, at=stage.now
    )
    stage._do("announcement", tuple(found))
    moved = stage.send_on(*found, by=stage.county)
    assert [each.guard for each in moved.blocked[found[0].case_id]] == ["red_lines_settled"]
    crosscheck.decide_flag(flag, confirmed=True, reason="镇上开店", by=stage.county, at=stage.tick())
    moved = stage.send_on(*found, by=stage.county)
    assert "退回" in str(moved.blocked[found[0].case_id][0].message)
    case = decide.send_back(stage.fresh(found[0]).case, "county_review", "查实开店", by=stage.county, at=stage.tick())
    decide.refuse(case, "查实开店", by=stage.county, at=stage.tick())
    assert stage.state_of(found[0]) == State.REFUSED and not RegisterSpell.objects.exists()
