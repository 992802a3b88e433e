"""What the browser tests themselves promise, and the first page everybody meets."""

from tests.browser.install import find


def test_the_way_in_is_in_chinese_and_without_complaint(page):
    page.goto("/accounts/login/")

    assert page.url.endswith("/accounts/login/")
    assert page.locator("html").get_attribute("lang").lower().startswith("zh")
    page.get_by_role("button", name="登录").wait_for()


def test_a_script_in_the_page_is_not_run_and_is_noticed(page, problems):
    page.goto("/accounts/login/")

    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.run = 1'}))")

    assert page.evaluate("window.run") is None
    assert "Content Security Policy" in problems.pop()


def test_a_browser_that_is_named_is_the_one(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")

    assert find() is None
