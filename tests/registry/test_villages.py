"""Villages: which, in which order, as a workbook; and the households on the register of one."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_user, make_village

from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry.models import Household, VillageYear

pytestmark = pytest.mark.django_db

COMMUNITY = "610426102001"


@pytest.fixture
def officer(client, settings):
    settings.DEMO = True
    make_village(VILLAGE, "永安村委会")
    make_village(OTHER_VILLAGE, "平安村委会")
    make_village(COMMUNITY, "建设路社区居民委员会")
    VillageYear.objects.create(area_id=VILLAGE, year=2014, poor_village=True)
    for name in ("张三", "李四"):
        make_household(VILLAGE, members=[name, "小" + name], registered_on=date(2014, 10, 1), attribute="general")
    make_household(VILLAGE, members=["王五"])
    make_household(OTHER_VILLAGE, members=["赵六"])
    user = make_user(Role.COUNTY_OFFICER, "610426")
    client.force_login(user)
    return user


def names(client, **query) -> list[str]:
    found = client.get(reverse("registry:villages"), {"year": 2014, **query}).context["villages"]
    return [row.area.short_name for row in found]


def test_the_list_is_narrowed_and_sorted_as_the_address_says(client, officer):
    assert names(client) == ["建设路社区", "永安村", "平安村"]
    assert names(client, rural="yes", sort="households") == ["平安村", "永安村"]
    assert names(client, rural="yes", sort="-households") == ["永安村", "平安村"]
    assert names(client, poor="yes") == ["永安村"]
    assert names(client, q="pac") == ["平安村"]
    assert names(client, area=OTHER_VILLAGE[:9]) == ["平安村"]
    assert names(client, sort="area") == names(client)


def test_a_poor_village_without_a_household_in_the_register_is_on_the_list(client, officer):
    VillageYear.objects.create(area_id=COMMUNITY, year=2014, poor_village=True)
    assert names(client, poor="yes") == ["建设路社区", "永安村"]
    answer = client.post(f"{reverse('registry:villages-export')}?year=2014&poor=yes")
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert [row[:4:2] for row in rows[1:]] == [("建设路社区", "是"), ("永安村", "是")]


def test_a_closed_household_counts_nowhere_on_its_villages_page(client, officer):
    gone = make_household(VILLAGE, members=["孙七"], registered_on=date(2014, 10, 1), cause_main="illness")
    Household.objects.filter(pk=gone.pk).update(closed_on=date(2014, 11, 1))
    page = client.get(reverse("registry:village", args=[VILLAGE]), {"year": 2014}).context["page"]
    assert (page.counts.poor_households, sum(page.causes.values()), page.by_year) == (2, 2, [(2014, 2)])


def test_the_list_leaves_as_a_workbook_and_the_journal_knows(client, officer):
    page = client.get(reverse("registry:villages"), {"year": 2014, "rural": "yes"}).content.decode()
    address = f"{reverse('registry:villages-export')}?year=2014&rural=yes"
    assert address.replace("&", "&amp;") in page
    answer = client.post(address)
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert rows[0][:3] == ("行政村", "行政村代码", "贫困村")
    assert rows[1][:7] == ("永安村", VILLAGE, "是", 3, 5, 2, 4) and rows[1][7] == pytest.approx(0.8)
    assert [row[0] for row in rows[1:]] == ["永安村", "平安村"]
    entry = Entry.objects.get(action="registry.list_exported")
    assert (entry.record, entry.values) == ("villages", {"query": "year=2014&rural=yes", "rows": 2})


def test_who_may_not_export_has_no_file(client, officer):
    client.force_login(make_user(Role.HELPER, VILLAGE))
    assert client.get(reverse("registry:villages")).status_code == 403
    assert client.post(reverse("registry:villages-export")).status_code == 403


def test_a_village_shows_the_households_on_its_register_and_leads_to_their_list(client, officer):
    address = reverse("registry:village", args=[VILLAGE])
    page = client.get(address, {"year": 2014}).content.decode()
    assert "张三" in page and "李四" in page and "王五" not in page
    assert f"{reverse('registry:households')}?area={VILLAGE}&amp;year=2014&amp;status=registered" in page
    turned = client.get(address, {"year": 2014, "sort": "-head"}).content.decode()
    assert turned.index("张三") < turned.index("李四")
    assert "张三" not in client.get(address, {"year": 2013}).content.decode()


def test_a_village_page_asks_as_often_for_many_households_as_for_few(client, officer, django_assert_max_num_queries):
    for number in range(60):
        make_household(VILLAGE, members=[f"户{number}"], registered_on=date(2014, 10, 1))
    with django_assert_max_num_queries(19):
        page = client.get(reverse("registry:village", args=[VILLAGE]), {"year": 2014, "page": "2"}).content.decode()
    assert page.count("<tr data-href") == 25


def test_the_list_tells_communities_and_towns_and_its_heads_sort_both_ways(client, officer):
    address = reverse("registry:villages")
    page = client.get(address, {"year": 2014, "sort": "-persons"}).content.decode()
    text = " ".join(strip_tags(page).split())
    assert "建设路社区 社区 店头镇" in text and "永安村 贫困村 店头镇" in text and "平安村 常宁镇" in text
    assert "3 个行政村 (其中社区 1 个)" in text
    assert 'aria-sort="descending"><a class="table-sort desc" href="?year=2014&amp;sort=persons"' in page
    assert 'href="?year=2014&amp;sort=-income"' in page


def test_every_number_of_a_village_has_its_unit_and_leads_to_its_list(client, officer):
    VillageYear.objects.filter(area_id=VILLAGE).update(per_capita_income="3211.50", arable="900", households=3)
    page = client.get(reverse("registry:village", args=[VILLAGE]), {"year": 2014}).content.decode()
    text = " ".join(strip_tags(page).split())
    for words in ("3户", "5人", "2户 4 名贫困人口", "3,211.50 元", "900.00 亩", "3 户", "2 户", "编辑2014年度村情"):
        assert words in text
    lists = f"{reverse('registry:households')}?area={VILLAGE}&amp;year=2014"
    assert f'"{lists}&amp;status=registered&amp;cause=none"' in page and page.count(f'"{lists}"') == 3
