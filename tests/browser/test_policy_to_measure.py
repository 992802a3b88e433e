"""In a real browser: a policy is written, a household misses it, its helper brings it, and the list shrinks."""

import io
from collections.abc import Callable

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect
from tests.assistance.factories import make_cadre, make_pairing
from tests.browser.test_identification import PHONE, sign
from tests.policy.stage import make_county, poor
from tests.registry.factories import VILLAGE, make_user

from jingzhun.assistance.models import Measure, Need
from jingzhun.journal.models import Entry
from jingzhun.people.models import User
from jingzhun.people.rules import Role
from jingzhun.policy.models import EntitlementRun, PolicyVersion, Receipt
from jingzhun.policy.tasks import work_out

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "寄宿生交通补贴"


@pytest.fixture
def household(settings, tmp_path):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    make_county()
    poor(members=["李富"], cause_main="land")
    return poor(members=[{"name": "王大山", "relation": "head"}, "孩子"], cause_main="schooling")


def test_a_policy_is_written_missed_brought_and_received(page: Page, log_in: Callable[[User], Page], household):
    officer = make_user(Role.COUNTY_OFFICER, "610426", full_name="李干部")
    town = make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9], full_name="张专干")
    helper = make_user(Role.HELPER, "610426", full_name="高帮扶")
    make_pairing(household, make_cadre("高帮扶", user=helper))

    def sits_down(user: User) -> Page:
        page.wait_for_load_state("networkidle")
        page.goto("about:blank")
        return log_in(user)

    write_and_publish(sits_down(officer))
    assert EntitlementRun.objects.get().by == officer
    work_out(EntitlementRun.objects.get().pk)  # what the worker does beside the web

    missed = open_missed(page)
    expect(page.get_by_text(household.number).first).to_be_visible()
    page.set_viewport_size(PHONE)
    need = visit_and_file_the_need(sits_down(helper))
    plan_the_measure(page)
    measure = Measure.objects.get()
    assert (measure.need, measure.policy.versions.get().title) == (need, TITLE)
    sits_down(town).goto("/assistance/measures/?state=planned")
    approve(page)
    sits_down(helper)
    deliver_and_sign(page, measure)
    measure.refresh_from_db()
    assert (measure.state, Receipt.objects.get().household) == (Measure.State.CONFIRMED, household)

    page.set_viewport_size({"width": 1280, "height": 900})
    sits_down(officer).goto(missed)
    expect(page.get_by_role("link", name="应享未享")).to_be_visible()
    expect(page.get_by_text(household.number)).to_have_count(0)
    page.goto(f"/journal/?q={household.number}")
    for told in ("登记走访", "农户签字确认帮扶措施"):
        expect(page.locator("#content").get_by_role("link", name=told).first).to_be_visible()
    of_household = Entry.objects.filter(record=household.number).order_by("pk")
    assert [name.split(".")[1] for name in of_household.values_list("action", flat=True)] == [
        "visited", "need_heard", "measure_planned", "measure_approved", "measure_delivered", "receipt_recorded",
        "measure_confirmed",
    ]  # fmt: skip


def write_and_publish(page: Page) -> None:
    page.goto("/policy/policies/")
    page.get_by_role("link", name="新写政策").click()
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=kind]").select_option("schooling")
    page.locator("[name=department]").fill("教育局")
    page.locator("[name=amount]").fill("600")
    page.locator("[name=h-0-0-fact]").select_option("cause_schooling")
    page.locator("[name=h-0-0-does]").select_option("yes")
    page.get_by_role("button", name="查看效果").click()
    expect(page.locator("#preview .benefit")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("600")
    assert not PolicyVersion.objects.filter(title=TITLE).exists()  # looking saves nothing
    page.get_by_role("button", name="保存草案").click()
    page.get_by_role("link", name="发布").click()
    page.locator("[name=on]").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text(TITLE).first).to_be_visible()
    assert PolicyVersion.objects.get(title=TITLE).state == PolicyVersion.State.PUBLISHED


def open_missed(page: Page) -> str:
    """From the overview to the list behind the number of those who miss the policy; its address."""
    page.goto("/policy/entitlements/")
    page.get_by_role("row", name=TITLE).get_by_role("link").first.click()
    return page.url


def visit_and_file_the_need(page: Page) -> Need:
    page.goto("/assistance/mine/")
    page.get_by_role("link", name="记录走访").click()
    page.locator("textarea[name=found]").fill("孩子住校，每月往返路费没有着落")
    page.get_by_text("农户有需求").click()
    page.locator("select[name=need_kind]").select_option("schooling")
    page.locator("textarea[name=need_text]").fill("住校路费")
    page.locator(".visit-foot button").click()
    page.get_by_text("走访已记录").wait_for()
    return Need.objects.get()


def plan_the_measure(page: Page) -> None:
    page.locator("#needs").get_by_role("link", name="安排措施").click()
    page.locator("[name=kind]").select_option("schooling")
    page.locator("[name=content]").fill("交通补贴600元")
    page.locator("[name=due_on]").fill(timezone.localdate().isoformat())
    page.locator("[name=policy]").select_option(label=TITLE)
    page.locator("[name=amount]").fill("600")
    page.locator("form.visit button.btn-primary").click()
    page.wait_for_load_state("networkidle")


def approve(page: Page) -> None:
    page.locator("input[type=checkbox][name=measure]").first.check()
    page.get_by_role("button", name="批准").click()
    page.get_by_text("已批准").first.wait_for()


def deliver_and_sign(page: Page, measure: Measure) -> None:
    page.goto(f"/assistance/households/{measure.household.number}/")
    page.locator("#measures").get_by_role("link", name="已落实").click()
    photo = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(photo, "JPEG")
    page.locator("[name=photo]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    )
    page.locator("form.visit button.btn-primary").click()
    page.goto("/assistance/mine/")
    page.get_by_role("link", name="交通补贴600元").click()
    sign(page)
    page.get_by_role("button", name="确认").click()
    page.get_by_text("农户已确认", exact=False).first.wait_for()


def test_what_is_typed_while_the_clauses_are_drawn_anew_is_not_lost(
    page: Page, log_in: Callable[[User], Page], settings
):
    settings.DEMO = True
    make_county()
    log_in(make_user(Role.COUNTY_OFFICER, "610426")).goto("/policy/policies/add/")
    page.locator("[name=h-0-0-fact]").select_option("per_capita")
    expect(page.locator("[name=h-0-0-number]")).to_be_visible()

    slow = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    drawn = page.locator("[name=h-0-0-number]").element_handle()
    page.locator("[name=h-0-0-does]").select_option("<=")
    page.locator("[name=h-0-0-number]").press_sequentially("2736")
    drawn.wait_for_element_state("hidden")
    expect(page.locator("[name=h-0-0-number]")).to_have_value("2736")
