"""What an address asks for is followed or told; lists say how many households and persons, and who matched."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from jingzhun.people.rules import Role
from jingzhun.registry.views import households as view

from .factories import OTHER_VILLAGE, VILLAGE, make_household, make_user, make_village

pytestmark = pytest.mark.django_db
COUPLE = ["王建国", {"name": "李秀英", "sex": "female", "relation": "spouse"}]
LISTS = ["registry:households", "registry:villages", "registry:exports"]


@pytest.fixture
def commissioner(client):
    make_village()
    make_household(members=COUPLE, registered_on=date(2014, 11, 3), survey={})
    make_household(members=["张三"], survey={})
    user = make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9])
    client.force_login(user)
    return user


def read(client, name: str, **query) -> str:
    response = client.get(reverse(name), query, headers={"accept-language": "en"}, follow=True)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"status": "xyz"}, "Register status: “xyz” is not known here; it was ignored."),
        ({"cause": ["illness", "zzz"]}, "Cause: “zzz” is not known here; it was ignored."),
        ({"size_min": "many"}, "Members from: “many” is not known here; it was ignored."),
        ({"finding": "NO-99"}, "Quality: “NO-99” is not known here; it was ignored."),
        ({"village": "61042610"}, "“61042610” is no area code; it was ignored."),
    ],
)
def test_a_filter_value_that_is_unknown_is_told(client, commissioner, query, words):
    assert words in read(client, "registry:households", **query)


def test_a_known_filter_is_followed_without_a_word(client, commissioner):
    text = read(client, "registry:households", status="registered", cause="illness", area=VILLAGE, size_min="1")
    assert "ignored" not in text


@pytest.mark.parametrize("name", LISTS)
def test_an_area_that_is_not_ones_own_is_told(client, commissioner, name):
    make_village(OTHER_VILLAGE, "别村")
    assert f"The area 别村 ({OTHER_VILLAGE}) is not one of yours" in read(client, name, area=OTHER_VILLAGE)
    assert "“61'; --” is no area code; it was ignored." in read(client, name, area="61'; --").replace("&#x27;", "'")
    assert "ignored" not in read(client, name, area=VILLAGE)


def test_the_checks_tell_what_they_cannot_follow(client, commissioner):
    text = read(client, "registry:checks", severity="worst", area="x", year="12")
    assert "Severity: “worst” is not known here" in text and "“x” is no area code" in text
    assert "“12” is no year" in text


def test_a_list_says_how_many_households_and_persons_it_holds(client, commissioner, monkeypatch):
    assert "2 households, 3 persons" in read(client, "registry:households")
    assert "1 household, 2 persons" in read(client, "registry:households", status="registered")
    assert "1 village, 2 households, 3 persons" in read(client, "registry:villages")
    monkeypatch.setattr(view, "COUNTED_AT_ONCE", 1)  # a long list counts the persons when it is shown
    assert "2 households, … persons" in read(client, "registry:households")
    assert read(client, "registry:households-persons", status="registered") == "2 persons"


@pytest.mark.parametrize("text", ["李秀英", "lixiu", "lxy"])
def test_a_search_names_the_member_that_matched(client, commissioner, text):
    assert "王建国李秀英 (spouse)" in read(client, "registry:households", q=text)


def test_a_head_that_matched_is_not_named_twice(client, commissioner):
    assert "王建国 (" not in read(client, "registry:households", q="王建国")
