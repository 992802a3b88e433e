"""The county situation under real fingers: hover, sort, drill down, open a list from a chart; phone and dark."""

import pytest
from tests.registry.factories import make_household, make_user
from tests.web.situations import COUNTY, A, B, make_county

from jingzhun.areas.models import Area
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def situation(page, log_in):
    make_county()
    make_household(A, members=["某"] * 3, survey={}, registered_on="2014-10-01", cause_main="illness")
    log_in(make_user(Role.LEADER, COUNTY)).goto("/situation/?year=2014")
    return page


def test_a_tile_tells_its_numbers_and_opens_its_village(situation):
    tile = situation.locator(".tile", has_text="安村")
    tile.hover()
    told = situation.get_by_role("tooltip")
    told.wait_for()
    assert "贫困村" in told.inner_text() and "贫困户 3 户" in told.inner_text()
    tile.click()
    situation.wait_for_url(f"**/register/villages/{A}/?year=2014")


def test_a_column_sorts_the_table_without_losing_the_place(situation):
    situation.set_viewport_size({"width": 1280, "height": 500})
    situation.locator("#places").evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
    before = situation.evaluate("scrollY")
    situation.get_by_role("link", name="贫困发生率").click()
    situation.wait_for_url("**sort=incidence*")
    situation.locator("#places th[aria-sort=ascending]", has_text="贫困发生率").wait_for()
    assert situation.evaluate("scrollY") == before > 100
    situation.locator("#places").get_by_role("link", name="行政村", exact=True).first.click()
    situation.get_by_role("cell", name="常村").wait_for()


def test_the_way_down_leads_from_county_to_town_to_village_and_back(situation):
    situation.get_by_role("cell", name="店头镇").get_by_role("link").click()
    situation.get_by_role("heading", name="店头镇贫困状况").wait_for()
    situation.get_by_role("cell", name="安村").get_by_role("link").click()
    situation.get_by_role("heading", name="安村贫困状况").wait_for()
    situation.get_by_role("navigation", name="当前位置").get_by_role("link", name="永寿县").click()
    situation.get_by_role("heading", name="永寿县贫困状况").wait_for()


def test_a_bar_of_a_chart_opens_its_list(situation):
    chart = situation.locator('[data-chart="sizes"]')
    chart.scroll_into_view_if_needed()
    bar = chart.locator('path[fill="#b3231b"]').nth(1)
    bar.wait_for()
    bar.click(force=True)
    situation.wait_for_url("**/register/households/?*size_min=*")


def test_the_numbers_of_a_chart_stand_as_a_table_too(situation):
    situation.locator("#ages ~ details summary, [data-chart=ages] ~ details summary").first.click()
    situation.get_by_role("cell", name="80 岁及以上").wait_for()


def test_nothing_is_wider_than_a_phone(situation):
    situation.set_viewport_size({"width": 390, "height": 844})
    for address in ("/situation/?year=2014", f"/situation/?area={A}&year=2014", "/situation/?by=village&year=2014"):
        for language in ("zh-hans", "en"):
            situation.context.add_cookies([{"name": "django_language", "value": language, "url": situation.url}])
            situation.goto(address)
            assert situation.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, language)


def test_the_year_is_chosen_at_the_top(situation):
    situation.get_by_label("年度").select_option("2015")
    situation.wait_for_url("**year=2015*")
    situation.locator('[data-chart="years"] svg').wait_for()


def test_villages_are_drawn_where_they_lie_and_open_at_a_click(situation):
    ring = [[108.1, 34.6], [108.2, 34.6], [108.2, 34.7], [108.1, 34.7], [108.1, 34.6]]
    Area.objects.filter(pk=A).update(boundary={"type": "Polygon", "coordinates": [ring]})
    Area.objects.filter(pk=B).update(longitude="108.25", latitude="34.75")
    situation.reload()
    drawn = situation.locator("#situation-map ~ .map path.leaflet-interactive")
    drawn.nth(1).wait_for()
    assert drawn.count() == 2
    situation.get_by_text("1 个村未在地图上").wait_for()
    drawn.first.click()
    situation.wait_for_url(f"**/register/villages/{A}/?year=2014")
