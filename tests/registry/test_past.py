"""The register can be asked how it stood on any past day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from jingzhun.people.rules import Role
from jingzhun.registry.actions.edits import edit_household
from jingzhun.registry.actions.events import join_member, leave_member, move_household, split_household
from jingzhun.registry.actions.reversal import reverse_event
from jingzhun.registry.models import RegisterSpell
from jingzhun.registry.queries.past import household_at

from .factories import OTHER_VILLAGE, VILLAGE, make_household, make_survey, make_user, make_village

pytestmark = pytest.mark.django_db
FAMILY = ["张三", {"name": "李梅", "relation": "spouse", "sex": "female"}, {"name": "张小宝", "relation": "son"}]
BIRTH, DEATH = date(2015, 3, 1), date(2016, 5, 4)


@pytest.fixture
def household(clerk):
    return make_household(members=FAMILY, registered_on=date(2014, 12, 1), cause_main="illness")


def people(household, day) -> list[tuple[str, str]]:
    return [(member.name, member.relation) for member in household_at(household, day).members]


def test_who_belonged_to_the_household_on_a_day(household, clerk):
    head, wife, son = household.members.order_by("number")
    join_member(
        household, {"name": "张小花", "relation": "granddaughter", "sex": "female"}, on=BIRTH, reason="birth", by=clerk
    )
    leave_member(head, on=DEATH, reason="death", by=clerk, new_head=wife)
    assert people(household, date(2013, 12, 31)) == []
    assert people(household, BIRTH - timedelta(days=1)) == [("张三", "head"), ("李梅", "spouse"), ("张小宝", "son")]
    assert ("张小花", "granddaughter") in people(household, BIRTH)
    assert ("张三", "head") in people(household, DEATH - timedelta(days=1))
    assert ("李梅", "spouse") in people(household, DEATH - timedelta(days=1))
    assert people(household, DEATH)[0] == ("李梅", "head")
    assert son.name in dict(people(household, DEATH))


def test_an_event_that_was_taken_back_never_was(household, clerk):
    head, wife, _son = household.members.order_by("number")
    reverse_event(leave_member(head, on=DEATH, reason="death", by=clerk, new_head=wife), "记错", by=clerk)
    assert people(household, date(2018, 1, 1)) == [("张三", "head"), ("李梅", "spouse"), ("张小宝", "son")]


def test_both_households_before_and_after_a_split(household, clerk):
    son = household.members.get(relation="son")
    founded = split_household(household, [son], son, on=DEATH, by=clerk).other
    assert len(people(household, DEATH - timedelta(days=1))) == 3
    assert people(founded, DEATH - timedelta(days=1)) == []
    assert people(founded, DEATH) == [("张小宝", "head")]


def test_where_the_household_lived(household):
    officer = make_user(Role.COUNTY_OFFICER, "610426")
    move_household(household, make_village(OTHER_VILLAGE, "北寨村"), on=DEATH, by=officer)
    household.refresh_from_db()
    assert household_at(household, DEATH - timedelta(days=1)).household.area_id == VILLAGE
    assert household_at(household, DEATH).household.area_id == OTHER_VILLAGE


def test_what_was_written_down_on_a_day(household, clerk):
    edit_household(household, {"cause_main": "disability"}, by=clerk)
    _months_ago(household, 40)
    edit_household(household, {"cause_main": "schooling", "phone": "13812345678"}, by=clerk)
    _months_ago(household, 20)
    edit_household(household, {"cause_main": "disaster"}, by=clerk)
    household.refresh_from_db()
    today = timezone.localdate()
    causes = [household_at(household, today - timedelta(days=days)).household.cause_main for days in (60, 30, 10, 0)]
    assert causes == ["illness", "disability", "schooling", "disaster"]
    assert household_at(household, today - timedelta(days=30)).household.phone == ""
    assert household_at(household, today - timedelta(days=10)).household.phone == "13812345678"


def _months_ago(household, days: int) -> None:
    """Make the newest past version older, as if time had passed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_householdevent SET pgh_created_at = now() - make_interval(days => %s)"
            " WHERE pgh_id = (SELECT max(pgh_id) FROM registry_householdevent WHERE pgh_obj_id = %s)",
            [days, household.pk],
        )


def test_the_status_and_the_survey_known_on_a_day(household):
    household.spells.update(exited_on=date(2016, 12, 1))
    RegisterSpell.objects.create(household=household, registered_on=date(2018, 12, 1), relapse=True)
    make_survey(household, 2013, visited_on=date(2014, 4, 1))
    make_survey(household, 2015, visited_on=date(2016, 4, 1), income_wage=Decimal(30000))
    days = (date(2014, 1, 1), date(2015, 6, 1), date(2017, 1, 1), date(2019, 1, 1))
    known = [household_at(household, day) for day in days]
    assert [str(at.status) for at in known] == ["", "registered", "exited", "relapsed"]
    assert [at.survey.year if at.survey else None for at in known] == [None, 2013, 2015, 2015]


def test_the_page_shows_a_past_day(client, household, clerk):
    head, wife, _son = household.members.order_by("number")
    leave_member(head, on=DEATH, reason="death", by=clerk, new_head=wife)
    client.force_login(clerk)
    address = reverse("registry:household", args=[household.number])
    assert client.get(address).context["heading"] == "李梅"
    past = client.get(address, {"on": "2015-01-01"})
    assert past.context["heading"] == "张三"
    assert not past.context["may_edit"]
    assert client.get(address, {"on": "nonsense"}).context["heading"] == "李梅"
