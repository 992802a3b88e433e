"""The whole story in a real browser: from the household's own application to the register, and to the proof."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect
from tests.identification.stage import BEGAN, Stage, picture, set_stage
from tests.registry.factories import make_household

from jingzhun.identification.models import Application
from jingzhun.journal.actions.publishing import publish
from jingzhun.journal.actions.sealing import seal
from jingzhun.journal.models import Entry
from jingzhun.journal.queries import verify
from jingzhun.people.models import User
from jingzhun.procedure.models import Case
from jingzhun.publicity.actions.notices import close_due
from jingzhun.publicity.models import Notice, Objection
from jingzhun.registry.models import RegisterSpell

pytestmark = pytest.mark.django_db(transaction=True)


class Story:
    """Who sits at the browser, and the clock that everybody lives by."""

    def __init__(self, page: Page, log_in: Callable[[User], Page], clock: time_machine.Traveller, photo: Path) -> None:
        self.page, self.log_in, self.clock, self.photo = page, log_in, clock, photo
        self.stage: Stage = set_stage(quota=500)
        self.household = make_household(
            members=["张德贵", {"name": "李秀英", "sex": "female", "relation": "spouse", "health": ["chronic"]}],
            survey={"members_counted": 2, "income_wage": 4_200},
        )

    @property
    def case(self) -> Case:
        return Application.objects.select_related("case").get(household=self.household).case

    def days_pass(self, days: int) -> None:
        """Time goes by, and the clock does what is due."""
        self.clock.shift(timedelta(days=days))
        close_due()

    def as_(self, user: User) -> Page:
        """Somebody else sits down, once the page before is all there: its session ends now."""
        self.page.wait_for_load_state("networkidle")
        self.page.goto("about:blank")
        self.clock.shift(timedelta(minutes=10))
        return self.log_in(user)

    def send_on(self, user: User) -> None:
        page = self.as_(user)
        page.goto(f"/identification/cases/{self.case.pk}/")
        press(page.get_by_role("button", name="Send on"))

    def code(self) -> str:
        """The code on the slip that the village prints for the household."""
        page = self.as_(self.stage.clerk)
        page.goto(f"/register/households/{self.household.number}/")
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        answer = page.request.post(
            f"/identification/households/{self.household.number}/code/",
            form={"csrfmiddlewaretoken": token},
            headers={"Referer": page.url},
        )
        text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(answer.body())).pages)
        return re.findall(r"\b[A-Z2-9]{4}[ -][A-Z2-9]{4}[ -][A-Z2-9]{4}\b", text)[0]

    def enter_as_household(self) -> None:
        code = self.code()
        self.page.goto("/public/my/")
        self.page.fill("[name=code]", code)
        self.page.locator("form[method=post] button.btn-primary").first.click()
        self.page.wait_for_url("**/application/")

    def hang(self, user: User, step: str) -> Notice:
        """Post a step's notice and add the photo of it on the board."""
        page = self.as_(user)
        page.goto(f"/identification/notices/post/?round={self.stage.round.pk}&step={step}&area={self.stage.village}")
        page.fill("[name=place]", "村委会公示栏")
        press(page.get_by_role("button", name="Post the notice"))
        notice = Notice.objects.latest("pk")
        page.goto(f"/publicity/notices/{notice.number}/")
        page.set_input_files("[name=file]", str(self.photo))
        press(page.get_by_role("button", name="Add the photo"))
        expect(page.locator(".board-photo")).to_have_count(1)
        return notice

    def look(self, user: User, level: str) -> None:
        """Town or county sees the household again, writes it down and sends it on."""
        page = self.as_(user)
        reviews = f"/identification/reviews/?round={self.stage.round.pk}&level={level}&area={self.stage.village}"
        page.goto(reviews)
        page.get_by_role("link", name="Record a visit").click()
        page.fill("[name=surveyor_2]", "王干事")
        page.locator("[name=opinion][value=poor]").check(force=True)
        page.locator("form.visit button[type=submit], form.visit button.btn-primary").last.click()
        page.wait_for_url("**/cases/*/")
        page.goto(reviews)
        page.locator("[name=case]").check()
        page.fill("textarea[name=opinion]", "入户复核，情况属实")
        press(page.get_by_role("button", name="Write down"))
        page.locator("[name=case]").check()
        press(page.get_by_role("button", name="Send on"))


def press(button: Locator) -> None:
    """Press a button and wait for the page that it leads to."""
    with button.page.expect_navigation():
        button.click()


@pytest.fixture
def story(page, log_in, live_server, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DEMO = True  # the county officer has no second factor here
    photo = tmp_path / "board.jpg"
    photo.write_bytes(picture("tan").getvalue())
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": live_server.url}])
    with time_machine.travel(BEGAN, tick=True) as clock:
        yield Story(page, log_in, clock, photo)


def test_from_the_households_own_application_to_the_register_and_the_proof(story):
    stage, page = story.stage, story.page
    applies(story)
    story.send_on(stage.clerk)
    is_visited(story)
    story.send_on(stage.clerk)
    is_voted_on(story)
    story.send_on(stage.clerk)
    notice = story.hang(stage.clerk, "first_notice")
    is_objected_to_and_settled(story, notice)
    assert story.case.step == "first_notice"
    story.days_pass(7)
    assert story.case.step == "town_audit"
    story.look(stage.town, "town")
    story.hang(stage.town, "second_notice")
    story.days_pass(8)
    assert story.case.step == "county_review"
    story.look(stage.county, "county")
    story.hang(stage.county, "announcement")
    story.days_pass(8)
    story.send_on(stage.county)
    assert RegisterSpell.objects.filter(household=story.household).count() == 1
    story.enter_as_household()
    expect(page.locator("body")).to_contain_text("Your household is on the register")
    every_step_is_proved(story)


def applies(story: Story) -> None:
    story.enter_as_household()
    story.page.goto("/public/my/apply/")
    story.page.fill("[name=reason]", "老伴常年吃药，地里收成不够开销")
    story.page.locator("form[method=post] button.btn-primary").first.click()
    story.page.wait_for_url("**/application/")
    assert story.case.step == "application"


def is_visited(story: Story) -> None:
    page = story.as_(story.stage.clerk)
    page.goto(f"/identification/cases/{story.case.pk}/visit/")
    page.fill("[name=surveyor_1]", "王一")
    page.fill("[name=surveyor_2]", "李二")
    page.fill("[name=per_capita]", "2100")
    page.select_option("[name=cause_main]", "illness")
    page.locator("[name=opinion][value=poor]").check(force=True)
    page.set_input_files("[name=signed_form]", str(story.photo))
    page.locator("form.visit button[type=submit], form.visit button.btn-primary").last.click()
    page.wait_for_url("**/cases/*/")


def is_voted_on(story: Story) -> None:
    page = story.as_(story.stage.clerk)
    page.goto(f"/identification/meetings/new/?round={story.stage.round.pk}&area={story.stage.village}")
    for name, text in (("entitled", "30"), ("present", "24"), ("chair", "张支书"), ("recorder", "刘文书")):
        page.fill(f"[name={name}]", text)
    page.fill("[name=minutes]", "一致同意")
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url("**/meetings/*/")
    page.locator("input[name^=in_favour-]").fill("22")
    press(page.get_by_role("button", name="Keep the votes"))
    press(page.get_by_role("button", name="Sign the minutes"))


def is_objected_to_and_settled(story: Story, notice: Notice) -> None:
    """A villager scans the code on the board, without a login and without JavaScript; the town settles it."""
    story.days_pass(1)
    context = story.page.context.browser.new_context(
        base_url=story.page.url.split("/publicity")[0],
        java_script_enabled=False,
        viewport={"width": 360, "height": 640},
    )
    phone = context.new_page()
    phone.goto(f"/n/{notice.number}")
    expect(phone.locator("body")).to_contain_text("张")
    phone.goto(f"{phone.url.rstrip('/')}/object/")
    phone.select_option("[name=about]", "1")
    phone.fill("[name=text]", "听说这户在县城有房")
    press(phone.locator("form[method=post] button").last)
    objection = Objection.objects.get()
    expect(phone.locator("body")).to_contain_text(objection.shown_number)
    context.close()
    page = story.as_(story.stage.town)
    page.goto(f"/publicity/objections/{objection.number}/")
    page.fill("form[action$='finding/'] textarea[name=text]", "经查县城无房，住房为村内土坯房")
    press(page.locator("form[action$='finding/'] button"))
    page.locator("[name=outcome][value=dismissed]").check(force=True)
    page.fill("[name=reason]", "住建部门查询无房产登记")
    page.fill("[name=reply]", "经核查，情况不属实")
    press(page.get_by_role("button", name="Record the decision"))
    assert Objection.objects.get().state == "dismissed"


def every_step_is_proved(story: Story) -> None:
    seal()
    publish()
    assert verify().ok
    steps = Entry.objects.filter(record=story.household.number, action__startswith="identification.")
    decided = list(steps.filter(action__endswith=".approve").values_list("action", "pk"))
    assert len(decided) == 9
    for _action, number in decided:
        story.page.goto(f"/public/en/journal/?entry={number}")
        expect(story.page.locator(".badge-on")).to_have_text("proved")
