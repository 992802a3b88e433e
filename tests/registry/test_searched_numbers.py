"""An ID, phone or account number that is searched finds its household and is nowhere written down."""

from datetime import date

import pytest
from django.urls import reverse

from jingzhun.journal.models import Entry
from jingzhun.registry.actions.lists import FilterRefused, keep_filter
from jingzhun.registry.models import SavedFilter
from jingzhun.registry.queries.marks import mark

from .factories import OTHER_VILLAGE, VILLAGE, make_household, make_id, make_user

pytestmark = pytest.mark.django_db
ID = make_id(date(1965, 5, 20), serial=7)
PHONE, ACCOUNT = "13812345678", "6228480402564890018"
TYPED = [ID, f" {ID[:6]} {ID[6:14]} {ID[14:]} ", ID.lower(), PHONE]
NUMBERS = [*TYPED, ACCOUNT, ACCOUNT[:16], f"{PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}", f"张三{ID}", ID[:17] + "?"]
FINDS = [reverse("registry:find"), reverse("registry:households-ask")]
PAGES = ["registry:households", "registry:households-choices", "registry:search"]


@pytest.fixture
def zhang(clerk):
    return make_household(members=[{"name": "张三", "id_number": ID}], phone=PHONE, account=ACCOUNT)


@pytest.fixture
def wang(clerk):
    return make_household(members=["王五"])


def told(text: str) -> bool:
    """Whether a text tells one of the numbers, or most of it."""
    return any(part in text for part in (ID[6:17], PHONE[3:], ACCOUNT[4:16]))


@pytest.mark.parametrize("typed", NUMBERS)
@pytest.mark.parametrize("address", FINDS)
def test_no_address_after_a_search_tells_the_number(client, zhang, wang, address, typed):
    response = client.post(address, {"q": typed}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain
    assert not any(told(url) for url, _status in response.redirect_chain)
    assert not told(response.content.decode())


@pytest.mark.parametrize("typed", TYPED)
def test_the_search_box_opens_the_household_and_the_list_shows_it_alone(client, zhang, wang, typed):
    found = reverse("registry:household", args=[zhang.number])
    assert client.post(reverse("registry:find"), {"q": typed}).url == found
    page = client.post(reverse("registry:households-ask"), {"q": typed, "status": ""}, follow=True).content.decode()
    assert zhang.number in page
    assert wang.number not in page


@pytest.mark.parametrize("typed", NUMBERS)
@pytest.mark.parametrize("page", PAGES)
def test_a_number_written_into_an_address_is_gone_from_it_at_once(client, zhang, page, typed):
    response = client.get(reverse(page), {"q": typed, "size": "50"})
    assert response.status_code == 302
    assert not told(response.url)
    assert "size=50" in response.url
    assert client.get(response.url, follow=True).status_code == 200


@pytest.mark.parametrize("typed", ["张三", "zhangsan", "zs", VILLAGE, f"{VILLAGE}00001", "", "id-12"])
def test_a_text_without_personal_numbers_stays_as_it_is(client, zhang, clerk, typed):
    assert mark(clerk, typed) == typed
    assert client.get(reverse("registry:households"), {"q": typed}).status_code == 200


def test_the_list_goes_on_with_what_was_searched(client, zhang, wang):
    first = client.post(reverse("registry:households-ask"), {"q": ID, "csrfmiddlewaretoken": "x"}).url
    page = client.get(first)
    marked = page.context["filter"].marked
    assert f'name="marked" value="{marked}"' in page.content.decode()
    second = client.post(reverse("registry:households-ask"), {"q": "", "marked": marked, "year": "2014"}).url
    assert marked in second and "csrf" not in second
    assert zhang.number in client.get(second).content.decode()
    assert "q=%E7%8E%8B" in client.post(reverse("registry:households-ask"), {"q": "王", "marked": marked}).url


@pytest.mark.parametrize("typed", NUMBERS)
def test_neither_journal_nor_kept_filter_tells_the_number(client, zhang, clerk, typed):
    query = {"q": typed, "status": "registered"}
    assert client.post(reverse("registry:households-export", query=query)).status_code == 200
    entry = Entry.objects.get(action="registry.list_exported")
    assert entry.values["query"] == "status=registered"
    assert entry.values["search"].startswith("digest:")
    response = client.post(reverse("registry:filter-keep", query=query), {"name": "常用"})
    kept = SavedFilter.objects.get()
    assert not told(response.url + kept.query)
    assert "status=registered" in kept.query


def test_a_kept_filter_still_finds_what_was_searched(client, zhang, wang):
    client.post(reverse("registry:filter-keep", query={"q": ID}), {"name": "张家"})
    page = client.get(f"{reverse('registry:households')}?{SavedFilter.objects.get().query}").content.decode()
    assert zhang.number in page and wang.number not in page


def test_the_name_of_a_filter_is_no_number_either(clerk):
    with pytest.raises(FilterRefused):
        keep_filter(clerk, f"张三 {ID}", "status=registered")


def test_a_mark_opens_no_other_village(client, zhang):
    theirs = make_household(
        OTHER_VILLAGE, members=[{"name": "外村人", "id_number": make_id(date(1970, 1, 1), serial=9)}]
    )
    marked = mark(make_user(area=OTHER_VILLAGE), theirs.members.get().id_number)
    assert client.get(reverse("registry:households"), {"q": marked}).context["table"].paginator.count == 0


@pytest.mark.parametrize("address", FINDS)
def test_whoever_comes_from_the_login_finds_the_list(client, clerk, address):
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith(reverse("registry:households"))


@pytest.mark.parametrize("page", PAGES)
def test_a_null_byte_is_no_error(client, clerk, page):
    assert client.get(reverse(page), {"q": "\0张"}, follow=True).status_code == 200
