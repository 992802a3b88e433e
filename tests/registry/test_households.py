"""The household list and page: what each role finds there, and what nobody finds."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry.checks.rulebook import RULES
from jingzhun.registry.models import HouseholdAlias, SavedFilter
from jingzhun.registry.models.checks import CheckFinding

from .factories import (
    OTHER_VILLAGE,
    VILLAGE,
    make_household,
    make_id,
    make_survey,
    make_user,
    make_village,
)

pytestmark = pytest.mark.django_db
NONSENSE = [{"year": "abc"}, {"size_min": "x"}, {"sort": "nothing"}, {"page": "99"}, {"col": "x"},
            {"income_min": "1e9999"}, {"on": "2014-13-45"}, {"area": "61'; --"}]  # fmt: skip
ID = make_id(date(1965, 5, 20), serial=7)


@pytest.fixture
def zhang(clerk):
    return make_household(
        members=[
            {"name": "张三", "id_number": ID},
            {"name": "李梅", "relation": "spouse", "sex": "female", "allowance": True},
        ],
        survey={"members_counted": 2, "dangerous_house": True, "safe_water": False},
        registered_on=date(2014, 12, 1),
        cause_main="illness",
        causes_other=["schooling"],
        attribute="general",
        phone="13812345678",
        account="6228480000001234567",
    )


@pytest.fixture
def wang(clerk):
    return make_household(members=["王五"], survey={"members_counted": 1, "income_wage": Decimal(20000)})


def listed(client, **query) -> str:
    response = client.get(reverse("registry:households"), query, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"q": "张三"},
        {"q": "李梅"},
        {"q": "limei"},
        {"q": "zs"},
        {"q": ID},
        {"q": "13812345678"},
        {"q": f"{VILLAGE}00001"},
        {"status": "registered"},
        {"status": "registered", "year": "2014"},
        {"cause": "illness"},
        {"cause": "schooling", "cause_in": "any"},
        {"attribute": "general"},
        {"dangerous": "yes"},
        {"safe_water": "no"},
        {"allowance": "yes"},
        {"size_min": "2"},
        {"income_max": "4000"},
        {"poor": "above", "income_max": "4000"},
    ],
    ids=str,
)
def test_a_filter_finds_the_household_and_not_the_other(client, zhang, wang, query):
    page = listed(client, **query)
    assert zhang.number in page
    assert wang.number not in page


@pytest.mark.parametrize(
    "query",
    [
        {"q": "不存在"},
        {"q": ID[:10]},
        {"q": ID[-6:]},
        {"q": "138123456"},
        {"status": "registered", "year": "2013"},
        {"status": "exited"},
        {"cause": "schooling"},
        {"income_min": "50000"},
        {"area": OTHER_VILLAGE},
    ],
    ids=str,
)
def test_nothing_is_found_by_a_part_of_a_number_or_a_filter_that_does_not_fit(client, zhang, wang, query):
    page = listed(client, **query)
    assert zhang.number not in page
    assert wang.number not in page


@pytest.mark.parametrize("query", NONSENSE)
def test_a_mistyped_address_is_no_error(client, zhang, query):
    assert listed(client, **query)


@pytest.mark.parametrize("sort", ["head", "-head", "members", "-s_per_capita", "village", "status", "-registered_on"])
def test_the_list_is_sorted_by_any_column(client, zhang, wang, sort):
    page = listed(client, sort=sort, col=["head", "members", "s_per_capita", "village", "status", "registered_on"])
    first, second = sorted((zhang, wang), key=lambda household: page.index(household.number))
    expected = {"head": wang, "-head": zhang, "members": wang, "-s_per_capita": wang}.get(sort)
    assert expected in (None, first)
    assert second != first


def test_every_column_of_the_dictionary_can_be_shown_and_exported(client, zhang, wang):
    from jingzhun.registry.queries.columns import all_columns

    keys = list(all_columns())
    page = listed(client, col=keys)
    assert ID not in page
    assert "13812345678" not in page
    rows = exported(client, col=keys)
    assert len(rows) == 3


def test_open_findings_stand_on_the_page_and_filter_the_list(client, zhang, wang):
    code = next(iter(RULES))
    seen = {"first_seen": timezone.now(), "last_seen": timezone.now()}
    CheckFinding.objects.create(
        year=2014, code=code, village_code=VILLAGE, household=zhang, place=f"{zhang.pk}:", **seen
    )
    page = client.get(reverse("registry:household", args=[zhang.number])).content.decode()
    assert escape(str(RULES[code].title)) in page
    for query in ({"findings": "yes"}, {"finding": code}):
        assert zhang.number in listed(client, **query)
        assert wang.number not in listed(client, **query)
    assert zhang.number not in listed(client, findings="no")


def exported(client, personal="", **query) -> list[tuple]:
    address = reverse("registry:households-export", query=query)
    response = client.post(address, {"personal": personal})
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def test_the_export_holds_what_is_filtered_masked(client, zhang, wang):
    rows = exported(client, q="张三", col=["head", "phone", "account", "h_id_number"])
    assert len(rows) == 2
    assert rows[1] == (zhang.number, "张三", "138****5678", "***************4567", f"{ID[:6]}********{ID[-4:]}")
    entry = Entry.objects.get(action="registry.list_exported")
    assert entry.values["rows"] == 1
    assert entry.values["personal"] is False
    assert "张" not in str(entry.values) and "q=" not in entry.values["query"]  # what was searched may be a name
    assert entry.values["search"].startswith("digest:")


def test_personal_numbers_go_out_only_when_asked_for_and_the_journal_says_so(client, zhang, clerk):
    rows = exported(client, personal="yes", col=["head", "phone"])
    assert rows[1][2] == "13812345678"
    assert Entry.objects.get(action="registry.list_exported").values["personal"] is True
    client.force_login(make_user(Role.LEADER, "610426"))
    address = reverse("registry:households-export", query={"col": ["phone"]})
    assert client.post(address, {"personal": "yes"}).status_code == 403


def test_a_name_that_looks_like_a_formula_stays_text(client, clerk):
    make_household(members=["=HYPERLINK(1)"], address="+1+1", bank="@SUM(A1)")
    response = client.post(reverse("registry:households-export", query={"col": ["head", "address", "bank"]}))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = next(book.active.iter_rows(min_row=2))
    assert [cell.value for cell in cells[1:]] == ["=HYPERLINK(1)", "+1+1", "@SUM(A1)"]
    assert {cell.data_type for cell in cells[1:]} == {"s"}


def test_a_name_with_markup_is_shown_as_typed(client, clerk):
    found = make_household(members=["<script>alert(1)</script>"], address='"><img src=x>')
    for page in (listed(client), client.get(reverse("registry:household", args=[found.number])).content.decode()):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    assert "<img src=x>" not in client.get(reverse("registry:household", args=[found.number])).content.decode()


def test_a_filter_is_kept_and_is_ones_own(client, zhang, clerk):
    address = reverse("registry:filter-keep", query={"status": "registered", "col": ["head", "phone"], "q": ""})
    client.post(address, {"name": "在册户"})
    kept = SavedFilter.objects.get()
    assert kept.query == "status=registered&col=head&col=phone"
    assert "在册户" in listed(client)
    client.force_login(make_user())
    assert "在册户" not in listed(client)
    client.post(reverse("registry:filter-drop", args=[kept.pk]))
    assert SavedFilter.objects.filter(pk=kept.pk).exists()
    client.force_login(clerk)
    client.post(reverse("registry:filter-drop", args=[kept.pk]))
    assert not SavedFilter.objects.exists()


def queries(client, address, capture) -> int:
    client.get(address)
    with capture as context:
        assert client.get(address).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in context.captured_queries)


def test_the_list_asks_the_database_as_often_for_many_as_for_few(client, clerk, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_village(groups=1)
    for _number in range(5):
        make_household(f"{VILLAGE}001", survey={}, registered_on=date(2014, 12, 1))
    few = queries(client, reverse("registry:households"), CaptureQueriesContext(connection))
    for _number in range(60):
        make_household(f"{VILLAGE}001", members=["张三", "李四"], survey={}, registered_on=date(2014, 12, 1))
    many = queries(client, reverse("registry:households"), CaptureQueriesContext(connection))
    assert few == many <= 12


def test_the_page_asks_the_database_as_often_for_a_large_household(client, zhang, clerk):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    large = make_household(members=["王五"] * 12, registered_on=date(2014, 12, 1))
    for year in range(2010, 2020):
        make_survey(large, year)
    for query in ({}, {"on": "2015-06-01"}):
        counts = {
            queries(
                client, reverse("registry:household", args=[h.number], query=query), CaptureQueriesContext(connection)
            )
            for h in (zhang, large)
        }
        assert len(counts) == 1
        assert counts.pop() <= 13  # one of them for the panel of identification


def test_the_page_shows_the_household_with_masked_numbers(client, zhang):
    page = client.get(reverse("registry:household", args=[zhang.number])).content.decode()
    for text in ("张三", "李梅", zhang.number, "永安村", "店头镇", "因病", "因学", f"{ID[:6]}********{ID[-4:]}"):
        assert text in page
    assert ID not in page
    assert "13812345678" not in page


def test_whoever_asks_for_the_numbers_sees_them_and_stands_in_the_journal(client, zhang, clerk):
    response = client.post(reverse("registry:household-reveal", args=[zhang.number]))
    page = response.content.decode()
    assert ID in page
    assert "13812345678" in page
    assert response["Cache-Control"] == "no-store"
    entry = Entry.objects.get(action="registry.personal_seen")
    assert (entry.record, entry.actor) == (zhang.number, clerk.username)
    assert ID not in str(entry.values)


def test_another_language_after_the_numbers_were_shown_leads_to_the_household(client, zhang):
    address = reverse("registry:household", args=[zhang.number])
    page = client.post(reverse("registry:household-reveal", args=[zhang.number])).content.decode()
    assert f'name="next" value="{address}"' in page
    assert client.get(reverse("registry:household-reveal", args=[zhang.number])).url == address


def test_a_former_number_leads_to_the_present_one(client, zhang):
    HouseholdAlias.objects.create(number=f"{OTHER_VILLAGE}00099", household=zhang, since=date(2015, 1, 1))
    response = client.get(reverse("registry:household", args=[f"{OTHER_VILLAGE}00099"]))
    assert response.status_code == 301
    assert response.url == reverse("registry:household", args=[zhang.number])
    assert zhang.number in listed(client, q=f"{OTHER_VILLAGE}00099")


def test_the_form_is_printed_in_both_languages(client, zhang):
    for language in ("zh-hans", "en"):
        client.cookies["django_language"] = language
        response = client.get(reverse("registry:household-form", args=[zhang.number]))
        assert response.content.startswith(b"%PDF")
    client.post(reverse("registry:household-form", args=[zhang.number]), {"personal": "yes"})
    assert Entry.objects.filter(action="registry.form_printed", record=zhang.number).exists()


def test_the_search_box_opens_the_only_one_and_lists_the_others(client, zhang, wang):
    search = reverse("registry:search")
    assert client.get(search, {"q": "zhangsan"}).url == reverse("registry:household", args=[zhang.number])
    assert client.get(search, {"q": wang.number}).url == reverse("registry:household", args=[wang.number])
    make_household(members=["张三"])
    page = client.get(search, {"q": "张三"}).content.decode()
    assert page.count("张三") >= 2
    assert "永安村" in client.get(search, {"q": "yac"}).content.decode()
    assert client.get(search, {"q": ID[:9]}).status_code == 200


def test_the_shells_box_finds_people_and_villages_with_where_they_are(client, zhang, wang):
    make_household(members=["张三"])
    answer = client.post(reverse("registry:find"), {"q": "张三"})
    assert answer.url.startswith(reverse("registry:search"))
    page = client.get(answer.url).content.decode()
    assert zhang.number in page and "永安村" in page
    villages = client.post(reverse("registry:find"), {"q": "永安"}, follow=True).content.decode()
    assert reverse("registry:village", args=[VILLAGE]) in villages and "店头镇" in villages


def test_more_than_one_page_of_finds_leads_on_to_the_list(client, zhang):
    for _ in range(21):
        make_household(members=["李四"])
    for text in ("李四", VILLAGE):
        page = client.get(reverse("registry:search"), {"q": text}).content.decode()
        assert f"{reverse('registry:households')}?q=" in page


def test_the_search_is_linked_from_the_menu_and_where_nothing_was_found(client, zhang):
    link = f'href="{reverse("registry:search")}"'
    assert listed(client).count(link) < listed(client, q="赵钱").count(link)
    assert link in client.get(reverse("registry:villages")).content.decode()


def test_the_help_says_what_of_a_past_year_is_of_today(client, zhang):
    assert "其余各项（如所在村、属性、致贫原因）为当前数据" in listed(client, year=2013)


def test_the_status_stands_in_the_language_of_the_screen(client, zhang, wang):
    assert ">非贫困户</span>" in listed(client) and ">未脱贫</span>" in listed(client)
    client.cookies["django_language"] = "en"
    assert ">not registered</span>" in listed(client)


def test_the_head_of_a_column_sorts_by_it_and_then_the_other_way_round_from_the_first_page(client, zhang, wang):
    first = listed(client, q="", page="1", sort="members", col=["head", "members"])
    assert '<th scope="col" class="text-end" aria-sort="ascending">' in first
    assert f'href="?{escape("q=&col=head&col=members&sort=-members")}"' in first
    back = listed(client, sort="-members", col=["head", "members"])
    assert back.index("张三") < back.index("王五") and first.index("王五") < first.index("张三")


def test_what_a_village_is_called_cannot_write_into_the_page(client, clerk):
    make_household(members=["<b>王</b>"], address="x", attribute="<i>")
    text = listed(client)
    assert "<b>王" not in text and "&lt;b&gt;王" in text
    assert "<i>" not in text.replace("<i></i>", "") and "&lt;i&gt;" in text


def test_pages_keep_the_filter_and_lead_there_and_back(client, clerk):
    for n in range(60):
        make_household(members=[f"王{n}"])
    text = listed(client, q="王", page="2")
    for page in (1, 3):
        assert f'href="?{escape(f"q=王&page={page}").replace("王", "%E7%8E%8B")}"' in text
    assert "第 26–50 条，共 60 条" in text and text.count("<tr data-href=") == 25


def test_a_former_number_of_another_area_leads_nowhere(client, clerk):
    make_village(OTHER_VILLAGE)
    there = make_household(OTHER_VILLAGE, members=["外人"])
    HouseholdAlias.objects.create(household=there, number=f"{VILLAGE}99999", since=date(2014, 1, 1))
    assert client.get(reverse("registry:household", args=[f"{VILLAGE}99999"])).status_code == 404
    assert client.get(reverse("registry:household", args=[there.number])).status_code == 404
