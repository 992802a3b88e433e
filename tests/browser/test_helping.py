"""A helper at a household's table: a visit logged on a phone in a minute, with a need, through a line that breaks."""

import time
from datetime import date

import pytest
from django.urls import reverse
from tests.assistance.factories import make_cadre, make_pairing
from tests.browser.test_identification import PHONE, sign
from tests.policy.stage import make_county, poor
from tests.registry.factories import VILLAGE, make_user

from jingzhun.assistance.actions import measures
from jingzhun.assistance.actions.measures import Wanted
from jingzhun.assistance.models import Measure, Need, Visit
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def household(settings, tmp_path):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    make_county()
    return poor(members=[{"name": "王大山", "relation": "head"}, "孩子"], cause_main="schooling")


@pytest.fixture
def helper(household):
    user = make_user(Role.HELPER, "610426", full_name="高帮扶")
    make_pairing(household, make_cadre("高帮扶", user=user))
    return user


@pytest.fixture
def phone(page, log_in, helper):
    page.set_viewport_size(PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 34.6915, "longitude": 108.1423})
    log_in(helper)
    return page


def test_a_visit_with_a_need_is_logged_in_under_a_minute(phone, household, helper):
    began = time.monotonic()
    phone.goto("/assistance/mine/")
    phone.get_by_role("link", name="记录走访").click()
    phone.locator("textarea[name=found]").fill("孩子上高二，住宿费没有着落")
    phone.get_by_text("农户有需求").click()
    phone.locator("select[name=need_kind]").select_option("schooling")
    phone.locator("textarea[name=need_text]").fill("住宿费")
    phone.locator("[data-place]").click()
    phone.locator("[data-place-told]", has_text="34.69150").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator(".visit-foot button").click()
    phone.get_by_text("走访已记录").wait_for()
    assert time.monotonic() - began < 60
    visit, need = Visit.objects.get(), Need.objects.get()
    assert (visit.household, visit.by, float(visit.latitude)) == (household, helper, 34.6915)
    assert (need.visit, need.text, need.routed) == (visit, "住宿费", "town")
    # the next visit begins with an empty form
    phone.goto(reverse("assistance:visit-new", args=[household.number]))
    assert phone.locator("textarea[name=found]").input_value() == ""
    assert not phone.locator("[data-kept]").is_visible()


def test_what_was_typed_survives_a_broken_line_and_arrives_once(phone, household, problems):
    address = reverse("assistance:visit-new", args=[household.number])
    phone.goto(address)
    phone.locator("textarea[name=found]").fill("粮食够吃")
    phone.locator("input[name=on]").fill("2015-03-01")
    phone.get_by_text("农户有需求").click()
    phone.locator("textarea[name=need_text]").fill("想打零工")
    phone.locator("select[name=need_kind]").select_option("job")
    phone.context.set_offline(True)
    phone.locator(".visit-foot button").click()
    phone.get_by_text("网络未连接").wait_for()
    assert not Visit.objects.exists()
    phone.context.set_offline(False)
    phone.goto(address)  # the phone was switched off meanwhile
    phone.get_by_text("之前输入的内容").wait_for()
    assert phone.locator("textarea[name=found]").input_value() == "粮食够吃"
    assert phone.locator("input[name=on]").input_value() == "2015-03-01"
    assert phone.locator("textarea[name=need_text]").is_visible()
    # it arrives, but the answer is lost on the way
    phone.route(f"**{address}", lambda route: (route.fetch(max_redirects=0), route.abort()) if
                route.request.method == "POST" else route.continue_())  # fmt: skip
    phone.locator(".visit-foot button").click()
    phone.wait_for_url("chrome-error://**")
    phone.unroute(f"**{address}")
    assert Visit.objects.get().on == date(2015, 3, 1)
    phone.goto(address)
    assert phone.locator("textarea[name=found]").input_value() == ""
    assert Need.objects.count() == 1
    problems.clear()


def test_the_household_signs_on_the_phone_that_it_received(phone, household, helper):
    town = make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9])
    (measure,) = measures.plan_measures([Wanted(household, "schooling", "助学金", date(2015, 3, 1))], by=helper)
    measures.approve([measure], by=town)
    measures.deliver([measure], date(2015, 2, 25), by=helper)
    phone.goto("/assistance/mine/")
    phone.get_by_role("link", name="助学金").click()
    sign(phone)
    phone.get_by_role("button", name="确认").click()
    phone.get_by_text("农户已确认", exact=False).first.wait_for()
    measure.refresh_from_db()
    assert (measure.state, measure.signed_by) == (Measure.State.CONFIRMED, "王大山")
    assert measure.papers.get().signature


def test_nothing_of_the_help_is_wider_than_a_phone(phone, household, log_in):
    pages = ["mine/", *(f"households/{household.number}/{each}" for each in
                        ("", "visit/", "need/", "measure/", "plan/"))]  # fmt: skip
    for address in pages:
        phone.goto(f"/assistance/{address}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
    log_in(make_user(Role.COUNTY_OFFICER, "610426"))
    for address in ("households/", "needs/", "measures/", f"households/{household.number}/"):
        phone.goto(f"/assistance/{address}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, address
