"""The shell under real fingers: keys, phone, light and dark, a session that ended, the print."""

import pytest
from django.core.cache import cache
from tests.registry.factories import make_household, make_user

from jingzhun.people.models import User
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "永寿-2014-扶贫"


@pytest.fixture
def clerk() -> User:
    cache.clear()
    user = make_user(Role.VILLAGE_CLERK, username="clerk")
    user.set_password(PASSWORD)
    user.save()
    make_household(members=["张三"])
    make_household(members=["李四"])
    return user


def test_a_clerk_types_name_and_password_and_is_in(page, clerk):
    page.goto("/")
    page.get_by_role("link", name="工作人员登录").click()
    page.get_by_label("登录名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.get_by_role("button", name="个人中心").wait_for()


def test_a_demo_login_is_one_click(page, clerk, settings):
    settings.DEMO = True
    settings.DEMO_LOGINS = ({"username": "clerk", "password": PASSWORD, "label": "村文书"},)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="村文书").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_slash_goes_to_the_search_from_anywhere(page, log_in, clerk):
    log_in(clerk).goto("/account/")
    page.keyboard.press("/")
    page.keyboard.type("李四")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="李四").wait_for()  # the only one found is opened
    page.wait_for_load_state()  # with its scripts
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"


def test_the_keyboard_passes_the_menu_by(page, log_in, clerk):
    log_in(clerk).goto("/account/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_device_decides_the_light_until_the_user_does(chromium, live_server, clerk):
    context = chromium.new_context(base_url=live_server.url, color_scheme="dark", locale="zh-CN")
    page = context.new_page()
    page.goto("/accounts/login/")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    page.get_by_role("button", name="浅色模式").click()
    page.get_by_role("button", name="深色模式").wait_for()
    assert page.locator("html").get_attribute("data-bs-theme") == "light"
    context.close()


def test_help_stands_beside_the_page(page, log_in, clerk):
    log_in(clerk).goto("/account/")
    page.get_by_role("button", name="本页说明").click()
    page.get_by_text("角色决定您能打开哪些页面").wait_for()


def test_on_a_phone_the_menu_is_at_the_thumb_and_nothing_is_wider_than_the_screen(page, log_in, clerk):
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/accounts/login/", "/account/", "/register/households/", "/accounts/password/change/"):
        log_in(clerk).goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.get_by_role("button", name="菜单").click()
    page.get_by_role("dialog", name="主菜单").get_by_role("link", name="农户", exact=True).click()
    page.wait_for_url("**/register/households/")


def test_a_session_that_ended_leads_to_the_login_and_not_into_the_page(page, log_in, clerk):
    log_in(clerk).goto("/register/households/")
    page.wait_for_load_state("networkidle")  # the bell has its number, and with it the last cookie
    page.context.clear_cookies(name="sessionid")
    page.locator("main input[type=search]").fill("李四")
    page.wait_for_url(lambda url: "/accounts/login/?next=" in url)


def test_a_server_that_does_not_answer_is_said(page, log_in, clerk, problems):
    log_in(clerk).goto("/register/households/")
    page.route("**/register/households/ask/", lambda route: route.abort())
    page.locator("main input[type=search]").fill("李四")
    page.get_by_text("连接不上服务器").wait_for()
    problems.clear()


def test_paper_carries_the_page_and_not_the_menu(page, log_in, clerk):
    log_in(clerk).goto("/register/households/")
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()
    assert not page.locator(".topbar").is_visible()
    assert page.get_by_role("cell", name="李四").is_visible()
