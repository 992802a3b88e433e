"""The household screens under real fingers: keys on the list, cards on the phone, a page on a phone's width."""

from datetime import date

import pytest
from tests.registry.factories import make_household, make_user

from jingzhun.registry.actions import exports
from jingzhun.registry.models import Export, Member

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(log_in):
    user = make_user()
    make_household(members=["张三"], survey={}, registered_on=date(2014, 12, 1), cause_main="illness")
    make_household(members=["李四"], survey={})
    log_in(user)
    return user


def test_a_household_is_found_and_opened_by_the_keyboard_alone(page, clerk):
    page.goto("/register/households/")
    page.keyboard.press("/")
    page.keyboard.type("lisi")
    page.locator("#household-list", has_text="张三").wait_for(state="detached")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("h1", has_text="李四").wait_for()
    assert "/register/households/" in page.url


def test_a_filter_changes_the_list_and_its_address_and_nothing_else(page, clerk):
    page.goto("/register/households/")
    page.locator("select[name=status]").select_option("registered")
    page.locator("#household-list", has_text="李四").wait_for(state="detached")
    assert "status=registered" in page.url
    assert "col=" not in page.url
    page.locator("select[name=village]").select_option(index=1)
    page.wait_for_url("**village=*")
    assert page.locator("#household-list", has_text="张三").count() == 1


def test_a_full_id_typed_into_the_list_never_stands_in_an_address(page, clerk):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    member = Member.objects.get(name="李四")
    page.goto("/register/households/")
    page.locator("#household-search").fill(member.id_number)
    page.locator("#household-list", has_text="张三").wait_for(state="detached")
    assert page.locator("#household-list", has_text="李四").count() == 1
    page.locator("select[name=village]").select_option(index=1)
    page.wait_for_url("**village=*")
    assert page.locator("#household-list", has_text="李四").count() == 1
    assert "q=id-" in page.url
    page.reload()
    page.get_by_text("正按个人号码查找").wait_for()
    page.get_by_role("link", name="取消").click()
    page.locator("#household-list", has_text="张三").wait_for()
    assert not any(member.id_number in address for address in [*asked, page.url])


def test_nothing_is_wider_than_a_phone(page, clerk):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/register/households/")
    number = page.locator("#household-list tbody a").first.inner_text()
    for address in ("", f"{number}/", f"{number}/edit/", f"{number}/surveys/add/", f"{number}/split/", "add/"):
        page.goto(f"/register/households/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_the_chart_and_the_timeline_appear(page, clerk):
    page.goto("/register/search/?q=张三")
    page.locator("#income-chart ~ .chart svg").wait_for()
    page.locator("#timeline").scroll_into_view_if_needed()
    page.locator("#timeline .event").first.wait_for()


def test_folded_filters_and_columns_are_fetched_when_opened_and_used_at_once(page, clerk):
    page.goto("/register/households/")
    page.locator("summary", has_text="更多筛选").click()
    page.locator("input[name=cause][value=illness]").check()
    page.locator("#household-list", has_text="李四").wait_for(state="detached")
    assert "cause=illness" in page.url and "open=" not in page.url and "col=" not in page.url
    page.locator("summary", has_text="列").click()
    page.locator("input[name=col][value=address]").check()
    page.locator("#household-list th", has_text="家庭住址").wait_for()
    assert "col=address" in page.url
    page.reload()
    assert page.locator("input[name=cause][value=illness]").is_checked()
    assert page.locator("input[name=col][value=address]").is_checked()


def test_the_register_goes_out_and_is_fetched(page, clerk, settings, tmp_path):
    settings.VAR = tmp_path
    page.goto("/register/exports/")
    page.locator("input[name=layout][value=own]").check()
    page.locator("form button.btn-primary").click()
    page.wait_for_url("**/exports/*/")
    page.locator("main", has_text="排队等候").wait_for()
    exports.carry_out(Export.objects.get())  # what the worker does
    link = page.locator("a[href$='/file/']")
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize("width", [390, 768, 992, 1200, 1440])
def test_every_member_can_be_edited_without_scrolling_sideways(page, log_in, width):
    family = [
        {"name": "欧阳建国"},
        {"name": "李秀英", "relation": "daughter_in_law", "sex": "female", "student": "higher_vocational_1"},
        {"name": "欧阳小宝", "relation": "grandson", "health": ["chronic", "disabled"], "labour": "weak"},
    ]
    household = make_household(members=[person | {"education": "junior", "work_place": "elsewhere",
                                                  "work_months": 11} for person in family], survey={})  # fmt: skip
    log_in(make_user())
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/register/households/{household.number}/")
    pencils = page.locator("a[href*='/members/']")
    assert pencils.count() == 3
    for at in range(3):
        box = pencils.nth(at).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
    table = pencils.first.locator("xpath=ancestor::table/..")
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth")
