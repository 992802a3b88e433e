"""Judgement beside numbers, and causes beside facts."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.identification.stage import TOWN, VILLAGE
from tests.registry.factories import OTHER_VILLAGE, make_household, make_user, make_village

from jingzhun.identification.actions import decide
from jingzhun.identification.models import Application, Round
from jingzhun.people.rules import Role
from jingzhun.procedure.models import Case
from jingzhun.registry.models import Survey

pytestmark = pytest.mark.django_db
COMPARISON, LOOK, CAUSES = (reverse(f"identification:{name}") for name in ("comparison", "look-again", "causes"))


def household(income: int, *, values=None, member=None, others=(), **more):
    members = [{"name": "赵六"} | (member or {}), *others]
    income = {"members_counted": len(members), "income_wage": Decimal(income) * len(members)}
    return make_household(VILLAGE, members=members, survey=income | (values or {}), **more)


def test_both_directions_are_marked_for_a_second_look(client, stage):
    poor, rich = stage.apply(1, income=4_000), stage.apply(1, income=20_000)  # two members each
    forgotten = household(1_000)
    household(9_000)
    household(1_000, registered_on=date(2014, 5, 1))  # on the register already
    stage.bring_to("first_notice", *poor, *rich)
    client.force_login(stage.town)
    page = client.get(COMPARISON, {"area": VILLAGE})
    (place,) = page.context["places"]
    assert (place.households, place.nominated, place.poor, place.not_nominated, place.not_poor) == (5, 2, 3, 1, 1)
    assert [each.household.pk for each, _may in page.context["rows"]] == [forgotten.pk]
    assert page.context["chart"] and [each.differs for each in page.context["beside"]] == ["", "not_poor"]
    other = client.get(COMPARISON, {"area": VILLAGE, "list": "not_poor"})
    assert [each.household.pk for each, _may in other.context["rows"]] == [rich[0].household_id]


def test_a_poor_household_that_was_voted_down_is_looked_at_again(client, stage):
    (voted_down,), (passed,) = stage.apply(1, income=4_000), stage.apply(1, income=4_100)
    stage.bring_to("village_evaluation", voted_down, passed)
    stage.meet(voted_down, in_favour=9)
    stage.meet(passed)
    assert stage.state_of(voted_down) == "refused"
    client.force_login(stage.clerk)
    page = client.get(COMPARISON, {"area": VILLAGE})
    assert page.context["places"][0].not_nominated == 1
    ((row, _may),) = page.context["rows"]
    assert row.household.pk == voted_down.household_id and not row.may_apply
    assert f"/{voted_down.case_id}/" in page.content.decode() and "9 / 24" in page.content.decode()


def test_who_withdrew_may_be_applied_for_again(client, stage):
    (gone,) = stage.apply(1, income=4_000)
    decide.withdraw(stage.fresh(gone).case, "不愿申请", by=stage.clerk, at=stage.tick())
    client.force_login(stage.clerk)
    ((row, _may),) = client.get(COMPARISON, {"area": VILLAGE}).context["rows"]
    assert row.household.pk == gone.household_id and row.may_apply and row.row.case.state == "withdrawn"


def test_a_guarantee_that_is_not_met_counts_near_the_line(client, stage):
    """The line of 2013 is 2,736 yuan, one and a half times the line 4,104."""
    child = {"name": "赵小", "relation": "son", "birth_date": date(2004, 3, 1), "education": "primary"}
    unmet = [
        household(4_000, values={"dangerous_house": True}),
        household(4_000, values={"safe_water": False}),
        household(2_736, member={"medical_insurance": False}),
        household(4_000, others=[child | {"student": "none", "dropout_reason": "poverty"}]),
    ]
    household(4_104, values={"dangerous_house": True})  # not near
    household(4_000, values={"dangerous_house": False, "safe_water": True}, member={"medical_insurance": True})
    household(4_000)  # nothing known
    household(4_000, others=[child | {"student": "none", "dropout_reason": "finished"}])
    rich = stage.apply(1, income=8_000)  # 4,000 a person
    client.force_login(stage.town)
    page = client.get(COMPARISON, {"area": VILLAGE})
    assert {each.household.pk for each, _may in page.context["rows"]} == {each.pk for each in unmet}
    (place,) = page.context["places"]
    assert (place.poor, place.not_nominated, place.not_poor) == (4, 4, 1)
    assert all(each.standing.poor for each, _may in page.context["rows"])
    Survey.objects.filter(household=rich[0].household).update(dangerous_house=True)
    assert client.get(COMPARISON, {"area": VILLAGE}).context["places"][0].not_poor == 0
    household_page = client.get(reverse("identification:case", args=[rich[0].case_id])).content.decode()
    assert "高于标准线 2,736 元，多 1,264" in household_page


def test_what_differs_is_looked_at_again(client, stage):
    rich = stage.apply(1, income=20_000)
    stage.bring_to("town_audit", *rich)
    forgotten = household(1_000)
    case = Case.objects.get(pk=rich[0].case_id)
    client.force_login(stage.town)
    where = f"{LOOK}?area={VILLAGE}"
    ticked = {"case": f"{case.pk}:{case.version}", "list": "not_poor"}
    client.post(where, ticked | {"why": ""})
    assert stage.step_of(rich[0]) == "town_audit"
    moved = client.post(where, ticked | {"case": f"{case.pk}:{case.version - 1}", "why": "收入高于标准"})
    assert moved.status_code == 200 and 'value="收入高于标准"' in moved.content.decode()
    assert "<details open>" in moved.content.decode() and stage.step_of(rich[0]) == "town_audit"
    client.post(where, ticked | {"why": "收入高于标准"})
    assert stage.step_of(rich[0]) == "home_visit"
    assert client.post(where, {"household": forgotten.number, "why": "应评未评"}).status_code == 403
    Round.objects.update(closes_on=date(2030, 1, 1))
    client.force_login(stage.clerk)
    client.post(where, {"household": forgotten.number, "why": ""})
    assert not Application.objects.filter(household=forgotten).exists()
    client.post(where, {"household": forgotten.number, "why": "应评未评"})
    assert Application.objects.get(household=forgotten).filed_by == "on_behalf"
    assert client.post(where, {"household": "0"}).status_code == 404
    assert client.post(where, {"case": "99999999:1", "why": "x"}).status_code == 404


def test_the_lists_are_ones_own_areas(client, stage):
    make_village(OTHER_VILLAGE)
    household(1_000)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    for address in (COMPARISON, CAUSES):
        assert client.get(address, {"area": VILLAGE}).status_code == 404
        assert "赵六" not in client.get(address).content.decode()
    client.force_login(make_user(Role.HELPER))
    assert client.get(COMPARISON).status_code == 403 and client.get(CAUSES).status_code == 403


def test_causes_are_counted_by_place_and_open_their_lists(client, stage):
    found = stage.apply(4)
    for each in found:
        stage.accept(each)
    stage.visit(*found[:3], cause_main="illness")
    stage.visit(found[3], cause_main="no_land", causes_other=["transport"])
    client.force_login(stage.town)
    five = client.get(CAUSES)
    assert five.context["rows"][0][0].counts == {"illness_expense": 3, "environment": 1}
    assert five.context["doubts"] == 3  # nobody in them is ill
    twelve = client.get(CAUSES, {"by": "twelve", "cause": "no_land"})
    assert [row.case.pk for row, _why in twelve.context["list"]] == [found[3].case_id]
    group = client.get(CAUSES, {"group": "illness_expense"})
    assert len(group.context["list"]) == 3
    assert "county practice" in five.content.decode()
    found[0].household.members.update(health=["chronic"])
    assert client.get(CAUSES).context["doubts"] == 2


def test_an_empty_list_says_of_how_many_no_income_is_known(client, stage):
    client.cookies["django_language"] = "en"
    stage.apply(1, income=4_000)
    make_household(members=["无收入"])
    client.force_login(stage.county)
    text = client.get(COMPARISON, {"list": "not_poor"}).content.decode()
    assert "1 of 2 households have no income of 2013" in text and "Nothing to look at again" not in text


def test_empty_screens_and_nonsense(client, stage):
    client.force_login(stage.county)
    for address in (COMPARISON, CAUSES):
        assert client.get(address).status_code == 200
        assert client.get(address, {"list": "x", "by": "x", "cause": "x", "page": "x"}).status_code == 200


def test_sixty_households_take_no_more_statements_than_three(client, stage):
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    asked = [(COMPARISON, {"area": VILLAGE, "list": "not_poor"}), (COMPARISON, {}), (CAUSES, {})]

    def statements() -> list[int]:
        counted = []
        for address, data in asked:
            with CaptureQueriesContext(connection) as told:
                client.get(address, data)
            counted.append(len(told))
        return counted

    stage.bring_to("first_notice", *stage.apply(3, income=20_000))
    few = statements()
    stage.bring_to("first_notice", *stage.apply(57, income=20_000))
    assert statements() == few and max(few) < 50
