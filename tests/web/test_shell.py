"""The frame round every page: who sees which menu, in which language and light; and what a browser may load."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.cache import cache
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.registry.factories import make_user

from jingzhun.people.rules import Role
from jingzhun.web.navigation import MENU, entry_at, menu_of

pytestmark = pytest.mark.django_db

WEB = Path(settings.PACKAGE) / "web"
PASSWORD = "永寿-2014-扶贫"


@pytest.fixture
def clerk(client: Client):
    user = make_user(Role.VILLAGE_CLERK, full_name="王文书")
    client.force_login(user)
    return user


def page(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_is_led_to_the_login(client):
    for address in (reverse("web:account"), reverse("registry:households")):
        response = client.get(address)
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


def test_the_login_page_is_chinese_unless_english_is_asked_for(client):
    assert "登录名" in page(client.get(reverse("account_login")))
    client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/"})
    text = page(client.get(reverse("account_login")))
    assert "Login name" in text
    assert 'lang="en"' in text


def test_login_leads_to_the_first_screen_of_the_users_menu(client):
    user = make_user(Role.VILLAGE_CLERK, username="clerk")
    user.set_password(PASSWORD)
    user.save()
    response = client.post(reverse("account_login"), {"login": "clerk", "password": PASSWORD})
    assert response.url == "/"
    first = menu_of(user.scope.permissions)[0]
    assert client.get("/", follow=True).request["PATH_INFO"] == first.url


def test_a_user_without_a_role_is_told_whom_to_ask(client):
    user = make_user(Role.VILLAGE_CLERK)
    user.assignments.all().delete()
    client.force_login(user)
    response = client.get("/", follow=True)
    assert "请联系管理员授予" in page(response)


def test_a_role_without_a_screen_yet_is_not_called_no_role(client, monkeypatch):
    monkeypatch.setattr("jingzhun.web.navigation.MENU", ())
    client.force_login(make_user(Role.AUDITOR, "610426"))
    text = page(client.get("/", follow=True))
    assert "目前还没有可用的页面" in text and "还没有角色" not in text


def test_the_menu_shows_what_the_role_may_open_and_nothing_else(client, clerk):
    menu = page(client.get(reverse("web:account")))
    assert reverse("registry:households") in menu
    assert reverse("people:users") not in menu
    for entry in MENU:
        assert (entry.permission in clerk.scope.permissions) or f'href="{entry.url}"' not in menu


def test_no_screen_stands_in_the_menu_twice():
    names = [entry.url_name for entry in MENU]
    assert sorted(set(names)) == sorted(names)


def test_the_menu_marks_the_screen_on_which_the_user_is():
    menu = [entry for entry in MENU if entry.url]
    households = reverse("registry:households")
    assert entry_at(f"{households}61042610220100001/", menu).url_name == "registry:households"
    assert entry_at("/account/", menu) is None


def test_the_account_page_names_roles_and_areas(client, clerk):
    text = page(client.get(reverse("web:account")))
    assert "610426102201" in text
    assert "王文书" in text


def test_dark_is_remembered_and_drawn_by_the_server(client, clerk):
    assert "data-chosen" not in page(client.get(reverse("web:account")))
    response = client.post(reverse("web:theme"), {"theme": "dark", "next": "/account/"})
    assert response.url == "/account/"
    assert 'data-bs-theme="dark" data-chosen' in page(client.get(reverse("web:account")))


@pytest.mark.parametrize("bad", ["blue", "", '"><script>'])
def test_a_theme_that_does_not_exist_changes_nothing(client, clerk, bad):
    client.post(reverse("web:theme"), {"theme": bad})
    client.cookies["theme"] = bad
    assert 'data-bs-theme="light"' in page(client.get(reverse("web:account")))


def test_the_theme_switch_leads_nowhere_else(client):
    response = client.post(reverse("web:theme"), {"theme": "dark", "next": "https://evil.example/"})
    assert response.url == "/"


def test_the_browser_is_told_to_load_only_our_own_files(client, clerk):
    policy = dict(
        part.strip().split(" ", 1)
        for part in client.get(reverse("web:account")).headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"


def test_pages_need_no_inline_script_or_style(client, clerk):
    for address in (reverse("web:account"), reverse("account_change_password"), reverse("mfa_index")):
        text = page(client.get(address))
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
        assert "<style" not in text
        assert not re.search(r"\son\w+=", text)


def test_no_file_of_ours_loads_anything_from_elsewhere():
    named = re.compile(r"https?://(?!www\.w3\.org/)[^\s\"'<>)]+")
    for path in WEB.parent.rglob("*"):
        ours = path.suffix in {".html", ".js", ".css", ".svg"} and "vendor" not in path.parts
        if ours:
            assert not named.findall(path.read_text(encoding="utf-8")), path


def test_vendored_files_are_named_with_version_and_licence_and_load_nothing():
    vendor = WEB / "static" / "vendor"
    listed = json.loads((vendor / "vendor.json").read_text())
    assert {entry["package"] for entry in listed} >= {"@tabler/core", "htmx.org", "echarts", "leaflet", "@tabler/icons"}
    assert all(entry["version"] and entry["licence"] for entry in listed)
    for style in vendor.glob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"url\((?![\"']?(data:|#))", text), style
        assert "@import" not in text
    for file in vendor.iterdir():
        assert "sourceMappingURL" not in file.read_text(encoding="utf-8"), file


def test_every_icon_named_in_a_template_or_in_the_menu_is_there():
    names = {entry.icon for entry in MENU}
    for path in WEB.parent.rglob("templates/**/*.html"):
        names |= set(re.findall(r"{%\s*icon [\"']([\w-]+)[\"']", path.read_text(encoding="utf-8")))
    assert not {name for name in names if not (WEB / "icons" / f"{name}.svg").exists()}


ERRORS = {
    "400": "无法处理",
    "403": "不能打开",
    "403_csrf": "已过期",
    "404": "没有找到",
    "429": "次数过多",
    "500": "出错了",
}


@pytest.mark.parametrize(("template", "chinese"), ERRORS.items())
def test_error_pages_speak_both_languages(template, chinese):
    with translation.override("zh-hans"):
        assert chinese in render_to_string(f"{template}.html")
    with translation.override("en"):
        text = render_to_string(f"{template}.html")
    assert 'lang="en"' in text
    assert not re.search(r"[\u4e00-\u9fff]", text)


def test_a_wrong_address_gets_our_own_page(client, clerk):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到这个页面" in response.content.decode()


def test_a_screen_that_is_not_for_the_role_says_so(client, clerk):
    response = client.get(reverse("people:users"))
    assert response.status_code == 403
    assert "您的角色不能打开此页" in response.content.decode()


def test_the_health_check_is_public_and_asks_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert page(client.get(reverse("web:health"))) == "ok"


def test_the_empty_shell_costs_few_queries(client, clerk, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get(reverse("web:account"))


def test_the_heading_is_the_title_unless_a_page_says_otherwise(client, clerk):
    text = page(client.get(reverse("account_change_password")))
    assert re.search(r"<h1[^>]*>\s*修改密码\s*</h1>", text)


def test_thousands_are_grouped_in_both_languages():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert render_to_string("web/stat.html", {"label": "", "value": intcomma(13634)}).count("13,634") == 1


@pytest.fixture
def throttled():
    """Throttling counts in the cache that all processes share; here it starts from nothing."""
    cache.clear()
    yield
    cache.clear()


def test_guessing_a_password_is_stopped_and_then_even_the_right_one_waits(client, throttled):
    user = make_user(Role.VILLAGE_CLERK, username="clerk")
    user.set_password(PASSWORD)
    user.save()
    for _attempt in range(5):
        response = client.post(reverse("account_login"), {"login": "clerk", "password": "wrong"})
        assert "_auth_user_id" not in client.session
    response = Client().post(reverse("account_login"), {"login": "clerk", "password": PASSWORD})
    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in response.wsgi_request.session


def test_many_other_logins_do_not_make_the_throttle_forget(client, throttled):
    user = make_user(Role.VILLAGE_CLERK, username="clerk")
    user.set_password(PASSWORD)
    user.save()
    for attempt in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{attempt}").post(reverse("account_login"), {"login": "clerk", "password": "wrong"})
    for other in range(900):
        cache.set(f"zzz-{other}", [1.0], 300)
    response = Client(REMOTE_ADDR="10.0.0.9").post(reverse("account_login"), {"login": "clerk", "password": PASSWORD})
    assert "_auth_user_id" not in response.wsgi_request.session


def test_nobody_signs_up(client):
    response = client.get(reverse("account_signup"))
    assert "本系统不开放注册" in page(response)
    client.post(reverse("account_signup"), {"username": "intruder", "password1": PASSWORD, "password2": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_demo_logins_are_shown_in_the_demo_only(client, settings):
    settings.DEMO_LOGINS = ({"username": "county", "password": "x", "label": "县扶贫办"},)
    settings.DEMO = False
    assert "demo-logins" not in page(client.get(reverse("account_login")))
    settings.DEMO = True
    assert 'data-login="county"' in page(client.get(reverse("account_login")))


@pytest.mark.django_db
def test_another_language_leads_back_to_the_page_one_is_on(client):
    client.force_login(make_user(Role.LEADER, "610426"))
    page = client.get("/register/households/?status=registered").content.decode()
    assert 'name="next" value="/register/households/?status=registered"' in page
