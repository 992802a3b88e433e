"""Addresses of the public website that somebody made up: they harm nobody, and no page stands for another."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from tests.publicity.factories import make_item, make_notice
from tests.registry.factories import VILLAGE, make_area, make_household

from jingzhun.publicity.middleware import PublicPages

pytestmark = pytest.mark.django_db
TOWN = VILLAGE[:9]
KEPT = ("home", "notices", "announcements", "poor-villages", "standards", "statistics", "journal", "hotline")
ODD = (
    "year=" + "1" * 5000, "year=5", "year=9999", "year=x", "year=%EF%BC%92%EF%BC%90%EF%BC%91%EF%BC%94",
    "year=2014&year=",
    "page=999", "page=x", "page=-1", "page=" + "9" * 5000, "page=01", "state=x", "town=x", "town=610426999", "town=%00",
    "village=x", "village=610426102999", f"village={VILLAGE}&town=610426999", "town=" + "6" * 41, "x=" + "y" * 9000,
)  # fmt: skip


@pytest.fixture
def notices():
    """One on show and one that is over, in the same village."""
    today = timezone.localdate()
    return [make_notice(items=[make_item("case:1")], opens_on=day) for day in (today, today - timedelta(days=60))]


@pytest.mark.parametrize(
    ("made_up", "asked"),
    [
        ("x=" + "y" * 500 + "&state=past&page=9", ""),
        ("state=now&state=", "state=now"),
        ("state=past&state=now", "state=now&state=past"),
        ("town=" + "0" * 40 + "1&state=now", "town=" + "0" * 40 + "&state=now"),
    ],
)
def test_no_address_puts_its_page_in_the_place_of_another(client, notices, made_up, asked):
    address = reverse("public:notices")
    right = client.get(f"{address}?{asked}", follow=True).content
    caches["pages"].clear()
    client.get(f"{address}?{made_up}", follow=True)
    assert client.get(f"{address}?{asked}", follow=True).content == right


@pytest.mark.parametrize("query", ODD)
@pytest.mark.parametrize("space", ["public", "public-en"])
def test_odd_addresses_do_no_harm(client, notices, space, query):
    for name in KEPT:
        response = client.get(f"{reverse(f'{space}:{name}')}?{query}", follow=True)
        assert response.status_code == 200, name


def test_what_is_not_known_leads_to_the_page_without_it_and_fills_no_memory(client, notices):
    for name, asked, understood in (
        ("home", {"year": "2014"}, ""),
        ("hotline", {"page": "2"}, ""),
        ("statistics", {"year": "1"}, ""),
        ("poor-villages", {"year": "1"}, ""),
        ("notices", {"town": "610426999", "state": "now"}, "?state=now"),
        ("notices", {"town": TOWN, "page": "7"}, f"?town={TOWN}&page=1"),
        ("journal", {"year": "1", "entry": "3"}, "?entry=3"),
    ):
        address = reverse(f"public:{name}")
        response = client.get(address, asked)
        assert (response.status_code, response.url) == (302, address + understood), (name, asked)
        assert response["Cache-Control"] == "private, no-store"


def test_what_is_known_is_shown_at_its_own_address(client, notices):
    make_area("610426103")
    make_household(VILLAGE, members=[{"name": "张三"}], survey={"year": 2013}, registered_on=date(2014, 10, 1))
    for name, asked in (
        ("notices", {"town": TOWN, "village": VILLAGE, "state": "past", "page": "1"}),
        ("notices", {"village": VILLAGE}),
        ("notices", {"town": "610426103", "village": "", "state": ""}),
        ("statistics", {"year": "2014"}),
    ):
        assert client.get(reverse(f"public:{name}"), asked).status_code == 200, asked


@pytest.mark.parametrize("name", ["object", "follow"])
def test_who_opens_a_form_waits_for_nobody_else_who_does(rf, name):
    address = reverse(f"public:{name}", args=["K7M29QXD"] if name == "object" else [])
    together = threading.Barrier(2)

    def answer(request):
        together.wait(10)  # broken unless both are answered at once
        return HttpResponse("form")

    pages = PublicPages(answer)
    with ThreadPoolExecutor(2) as visitors:
        answers = [visitors.submit(pages, rf.get(address)) for _ in range(2)]
        assert [each.result().content for each in answers] == [b"form", b"form"]
