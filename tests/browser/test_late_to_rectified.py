"""In a real browser: a project is late, the leader sees it, supervision orders it put right, and the score follows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.test_identification import PHONE
from tests.management.stage import COUNTY, in_days, make_project
from tests.registry.factories import VILLAGE, make_user

from jingzhun.assessment.models import Point, Rectification
from jingzhun.journal.models import Entry
from jingzhun.management.models import Project
from jingzhun.people.models import User
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db(transaction=True)
TOWN, YEAR = VILLAGE[:9], in_days(-30).year  # the stage that is late was due in that year


@pytest.fixture
def project(settings, tmp_path) -> Project:
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    officer = make_user(Role.COUNTY_OFFICER, COUNTY, username="officer", full_name="李干部")
    leader = make_user(Role.LEADER, COUNTY, username="leader", full_name="王县长")
    return make_project(officer, leader)


def test_a_late_project_is_seen_ordered_proved_and_counted(page: Page, log_in: Callable[[User], Page], project):
    officer, leader = project.made_by, project.approved_by
    supervisor = make_user(Role.SUPERVISOR, COUNTY, full_name="马督查")
    owner = make_user(Role.TOWN_COMMISSIONER, TOWN, full_name="张专干")

    def sits_down(user: User) -> Page:
        page.wait_for_load_state("networkidle")
        page.goto("about:blank")
        return log_in(user)

    the_leader_sees(sits_down(leader), project)
    compute(sits_down(officer))
    before = points()
    order(sits_down(supervisor), project)
    page.set_viewport_size(PHONE)
    put_right_and_prove(sits_down(owner), project)
    page.set_viewport_size({"width": 1280, "height": 900})
    look_again(sits_down(supervisor))
    compute(sits_down(officer))

    assert (before, points()) == (0, 8), "one stage was due, and it was done in time"
    page.goto("/board/")
    expect(page.locator("a.stat", has_text="已到期限未完成的项目").locator(".stat-value")).to_have_text("0")
    sits_down(supervisor).goto(f"/journal/?q={Rectification.objects.get().number}")
    assert list(Entry.objects.filter(action__startswith="assessment.order").order_by("pk").values_list(
        "action", flat=True)) == [
        "assessment.order_given", "assessment.order_proved", "assessment.order_accepted",
    ]  # fmt: skip
    for told in ("下达整改通知", "整改验收通过"):
        expect(page.locator("#content").get_by_role("link", name=told).first).to_be_visible()


def the_leader_sees(page: Page, project: Project) -> None:
    page.goto("/board/")
    tile = page.locator("a.stat", has_text="已到期限未完成的项目")
    expect(tile).to_have_class(re.compile("stat-poor"))
    tile.click()
    row = page.get_by_role("row", name=project.title)
    expect(row.locator(".badge.bg-red-lt")).to_be_visible()


def compute(page: Page) -> None:
    page.goto("/assessment/scores/compute/?subject=town")
    page.locator("[name=subject]").select_option("town")
    page.locator("[name=year]").fill(str(YEAR))
    page.locator("#content button.btn-primary").click()
    expect(page.get_by_role("cell", name=re.compile("镇|街道")).first).to_be_visible()


def points() -> int:
    """What the town has for stages done in time, of eight."""
    found = Point.objects.get(score__area=TOWN, score__scoring__year=YEAR, indicator__code="stages")
    return int(found.points)


def order(page: Page, project: Project) -> None:
    page.goto(f"/assessment/orders/give/?about={project.title}&area={TOWN}&link=/management/projects/{project.pk}/")
    expect(page.locator("[name=about]")).to_have_value(project.title)
    page.locator("[name=what]").fill("“立项招标”到期未销号，请核实并补报。")
    page.locator("#content button.btn-primary").click()
    expect(page.get_by_text(project.title).first).to_be_visible()
    assert Rectification.objects.get().area_id == TOWN


def put_right_and_prove(page: Page, project: Project) -> None:
    page.goto("/todo/")
    page.get_by_role("link", name=re.compile("待整改")).click()
    page.get_by_role("link", name=project.title).click()
    page.get_by_role("link", name=project.title).click()  # from the order to the project that it is about
    page.get_by_role("link", name="完成").first.click()
    page.locator("[name=on]").fill(in_days(-32).isoformat())
    page.locator("#content button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    assert project.stages.get(number=1).done_on == in_days(-32)
    page.goto(f"/assessment/orders/{Rectification.objects.get().pk}/prove/")
    page.locator("[name=text]").fill("招标在期限前完成，当时漏报，已补报中标通知书。")
    page.locator("#content button.btn-primary").click()
    expect(page.get_by_text("已补报中标通知书").first).to_be_visible()


def look_again(page: Page) -> None:
    page.goto("/todo/")
    page.get_by_role("link", name=re.compile("待复查")).click()
    page.get_by_role("link", name="樊家河村通组道路").click()
    page.get_by_role("link", name="复查", exact=True).click()
    page.locator("[name=text]").fill("查看中标通知书，属实。")
    page.locator("button[name=decision][value=approve]").click()
    page.wait_for_load_state("networkidle")
    assert Rectification.objects.get().state == Rectification.State.ACCEPTED
