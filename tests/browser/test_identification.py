"""Identification under real fingers: a visit on a phone signed with a finger, cases ticked, quotas summed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.identification.stage import Stage, set_stage
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_village

from jingzhun.identification.actions import applications, codes, decide, rounds
from jingzhun.identification.models import Application, Attachment, Quota, Visit
from jingzhun.procedure.models import Case

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def stage(settings, tmp_path) -> Stage:
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    return set_stage(quota=30)


@pytest.fixture
def running(stage):
    """A round whose window holds today."""
    day = timezone.localdate()
    window = (day - timedelta(days=9), day + timedelta(days=9))
    return rounds.open_round(make_area(VILLAGE[:6]), day.year, "dynamic", window, by=stage.county)


def applied(stage, round_, *names) -> list[Application]:
    filings = [
        applications.Filing(
            make_household(members=[name], survey={"year": round_.income_year}), "clerk", round_.opens_on
        )
        for name in names
    ]
    return applications.apply_many(round_, filings, by=stage.clerk)


def sign(page) -> None:
    """A stroke with the finger."""
    canvas = page.locator(".signature canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 90, steps=6)
    page.mouse.move(box["x"] + 240, box["y"] + 30, steps=6)
    page.mouse.up()


def test_a_visit_is_recorded_on_a_phone_signed_with_a_finger_and_survives_an_error(
    page, log_in, stage, running, tmp_path
):
    found = applied(stage, running, "张三")[0]
    decide.send_on([found.case_id], by=stage.clerk)
    page.set_viewport_size(PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 34.6915, "longitude": 108.1423})
    log_in(stage.clerk)
    page.goto(f"/identification/cases/{found.case_id}/")
    page.get_by_role("link", name="记录入户").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("[data-place]").click()
    page.locator("[data-place-told]", has_text="34.69150").wait_for()
    page.locator("select[name=cause_main]").select_option("illness")
    page.locator("[data-doubt=illness]").wait_for()
    page.locator("select[name=cause_main]").select_option("disaster")
    assert not page.locator("[data-doubt=illness]").is_visible()
    page.locator("textarea[name=findings]").fill("土坯房两间")
    page.locator("input[name=opinion][value=poor]").check()
    sign(page)
    page.get_by_role("button", name="保存入户记录").click()
    page.get_by_text("还没有保存").wait_for()  # the second surveyor is missing
    assert page.locator("textarea[name=findings]").input_value() == "土坯房两间"
    assert page.locator("input[name=signature]").input_value().startswith("data:image/png")
    page.locator("input[name=surveyor_2]").fill("陈书记")
    page.get_by_role("button", name="保存入户记录").click()
    page.get_by_text("条件已齐").wait_for()
    visit = Visit.objects.get()
    assert visit.signed and float(visit.latitude) == 34.6915
    assert Attachment.objects.get().kind == "signature"
    page.get_by_role("button", name="提交下一环节").click()
    page.get_by_text("已提交，下一环节：民主评议").wait_for()


def test_cases_are_ticked_and_sent_on_together(page, log_in, stage, running):
    applied(stage, running, "张一", "张二", "张三")
    log_in(stage.clerk)
    page.goto("/")
    page.locator("[data-tick-all]").check()
    page.locator("[data-ticked]", has_text="3").wait_for()
    page.get_by_label("选择张二").uncheck()
    page.get_by_role("button", name="提交下一环节").click()
    page.get_by_text("已提交 2 户").wait_for()
    assert sorted(Case.objects.values_list("step", flat=True)) == ["application", "home_visit", "home_visit"]


def test_quotas_are_summed_while_they_are_typed(page, log_in, stage):
    make_village(OTHER_VILLAGE)
    log_in(stage.county)
    page.goto(f"/identification/rounds/{stage.round.pk}/quotas/")
    page.locator(f"input[name=q_{VILLAGE}]").fill("21")
    assert page.locator("[data-left]").inner_text() == "9"
    page.locator(f"input[name=q_{OTHER_VILLAGE}]").fill("9")
    assert page.locator("[data-left]").inner_text() == "0"
    page.get_by_role("button", name="保存规模").click()
    page.get_by_text("规模已保存").wait_for()
    assert Quota.objects.count() == 2


def test_a_household_scans_its_code_applies_and_sees_its_way(page, stage, running):
    household = make_household(members=["王大山"])
    code, _made = codes.issue_code(household, by=stage.clerk)
    page.set_viewport_size(PHONE)
    page.goto(f"/public/my/#{code}")
    field = page.locator("input[name=code]")
    assert field.input_value().replace("-", "") == code and "#" not in page.url
    page.get_by_role("button", name="打开我家页面").click()
    page.get_by_role("link", name="现在申请").click()
    page.locator("textarea[name=reason]").fill("家里老人常年吃药")
    page.get_by_role("button", name="提交申请").click()
    page.locator(".station-current", has_text="农户申请").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_navigation():
        page.locator(".my-head button").click()
    page.goto("/public/my/application/")
    assert page.url.endswith("/public/my/")


def test_nothing_of_identification_is_wider_than_a_phone(page, log_in, stage, running):
    found = applied(stage, running, "张三")[0]
    page.set_viewport_size(PHONE)
    log_in(stage.county)
    for address in ("work/", "cases/", "rounds/", "rounds/open/", f"rounds/{running.pk}/",
                    f"rounds/{stage.round.pk}/quotas/", f"cases/{found.case_id}/", "procedure/"):  # fmt: skip
        page.goto(f"/identification/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    log_in(stage.clerk)
    page.goto(f"/identification/applications/new/?round={running.pk}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
