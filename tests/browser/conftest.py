"""A real Chromium, with a fresh profile for every test, on a live server."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from tests.browser.install import find

HERE = Path(__file__).parent
# Playwright's own event loop runs in this thread, and Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items):
    """Browser tests go to one process: two Chromiums and the server beside them would only starve each other."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium():
    path = find()
    assert path, "no Chromium: run `python -m tests.browser.install`"
    with sync_playwright() as playwright:
        # Root cannot have Chromium's sandbox; the pages are our own.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def problems():
    """What the browser complained of, console errors and breaches of the content policy; must be empty at the end.

    A test that provokes an error (a page that is forbidden, say) checks it here and clears the list.
    """
    return []


@pytest.fixture
def page(chromium, live_server, problems):
    """A page on the live server, in Chinese as a county has it; `page.goto("/")` is the first screen."""
    context = chromium.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    opened = context.new_page()
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    context.close()
    assert not problems, "the browser complained"


@pytest.fixture
def log_in(page, client, live_server):
    """Log a user in without the form: `log_in(user)`."""

    def enter(user):
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        return page

    return enter
