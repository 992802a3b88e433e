"""A number that does not fit is told its range and unit; an empty list leads on; files are named for what they hold."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from jingzhun.people.rules import Role
from jingzhun.registry.models import CheckFinding

from .factories import VILLAGE, make_household, make_user, make_village
from .test_household_edits import form_of

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def household(client):
    make_village()
    client.force_login(make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    return make_household(survey={})


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"income_wage": "lots"}, "A number from -10,000,000 to 10,000,000 with at most 2 decimals is wanted (yuan)."),
        ({"income_wage": "1.234"}, "A number from -10,000,000 to 10,000,000 with at most 2 decimals is wanted (yuan)."),
        ({"arable": "1,5 mu"}, "A number from 0 to 5,000 with at most 2 decimals is wanted (mu)."),
        ({"members_counted": "four"}, "A whole number from 0 to 60 is wanted (persons)."),
        ({"members_counted": "40000"}, "“40000” does not lie between 0 and 60."),
    ],
)
def test_a_number_that_does_not_fit_is_told_its_range_and_unit(client, household, typed, words):
    address = reverse("registry:survey-edit", args=[household.number, 2013])
    page = client.post(address, form_of(client.get(address)) | typed, headers=ENGLISH).content.decode()
    assert words in page


def test_a_village_report_tells_range_and_unit_too(client, household):
    address = reverse("registry:village-year", args=[VILLAGE, 2014])
    page = client.post(address, {"persons": "-3", "arable": "x"}, headers=ENGLISH).content.decode()
    assert "is wanted (persons)." in page and "is wanted (mu)." in page


@pytest.mark.parametrize("name", ["registry:households", "registry:villages"])
def test_an_empty_list_offers_to_clear_the_filters(client, household, name):
    page = client.get(reverse(name), {"q": "不存在"}, headers=ENGLISH).content.decode()
    assert f'href="{reverse(name)}">Clear filters</a>' in page
    assert "Clear filters" not in client.get(reverse(name), headers=ENGLISH).content.decode()


@pytest.mark.parametrize(
    ("address", "start"),
    [("registry:households-export", "households-610426102-2014-"), ("registry:villages-export", "villages-610426102-")],
)
def test_a_list_that_leaves_is_named_for_area_year_and_local_day(client, household, address, start):
    answer = client.post(reverse(address), headers=ENGLISH)
    name = f"{start}{timezone.localdate():%Y%m%d}" if "2014" in start else f"{start}2014-{timezone.localdate():%Y%m%d}"
    assert name in answer["Content-Disposition"]


def test_a_finding_of_the_early_morning_bears_the_local_day(client, household):
    late = datetime(2014, 5, 1, 20, 0, tzinfo=UTC)  # four in the morning of the next day in Shanghai
    CheckFinding.objects.create(year=2014, code="HH-01", village_code=VILLAGE, household=household,
                                place=f"{household.pk}:", first_seen=late, last_seen=late,
                                resolved_at=timezone.now().replace(hour=20, minute=0))  # fmt: skip
    address = reverse("registry:check", args=["HH-01"])
    page = client.get(address, {"year": 2014, "state": "resolved"}).content.decode()
    found = CheckFinding.objects.get()
    assert f"{timezone.localdate(found.resolved_at):%Y-%m-%d}</span>" in page and "2014-05-02" in page
