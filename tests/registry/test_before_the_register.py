"""Nothing is known of the time before a household, or before the register: the screens say so and take nothing in."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from jingzhun.registry.actions.edits import save_survey
from jingzhun.registry.models import Survey
from jingzhun.registry.rules.refusals import Refused

from .factories import VILLAGE, make_household
from .test_household_edits import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def household(clerk):
    return make_household(members=["张三"], survey={}, registered_on=date(2014, 12, 1))


def read(client, address: str, **query) -> str:
    response = client.get(address, query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def test_a_household_page_before_its_first_day_says_so_and_shows_nothing(client, household):
    page = reverse("registry:household", args=[household.number])
    text = read(client, page, on="2013-12-31")
    assert "The register did not know this household on 2013-12-31: its first day is 2014-01-01." in text
    assert "Nobody belonged" not in text and "No survey known" not in text
    assert "did not know" not in read(client, page, on="2014-01-01")


def test_a_day_in_the_future_or_no_day_at_all_is_told(client, household):
    page = reverse("registry:household", args=[household.number])
    assert "The day 2101-01-01 lies in the future; it was ignored." in read(client, page, on="2101-01-01")
    assert "“2014-13-45” is not a day; it was ignored." in read(client, page, on="2014-13-45")


@pytest.mark.parametrize(
    ("name", "args"), [("registry:households", []), ("registry:villages", []), ("registry:village", [VILLAGE])]
)
def test_lists_of_a_year_before_the_register_say_when_it_begins(client, household, name, args):
    text = read(client, reverse(name, args=args), year="1995")
    assert "The register begins on 2013-01-01" in text and "Nothing is known of 1995-12-31" in text
    assert "?year=2013" in text
    assert household.number not in text
    assert "The register begins" not in read(client, reverse(name, args=args), year="2013")


@pytest.mark.parametrize("name", ["registry:households", "registry:villages"])
def test_a_year_that_has_not_begun_is_told(client, household, name):
    assert "The year 2100 has not begun yet; it was ignored." in read(client, reverse(name), year="2100")
    assert "“abc” is no year" in read(client, reverse(name), year="abc")


def test_no_survey_is_entered_for_years_before_the_household(client, household, clerk):
    with pytest.raises(Refused) as refused:
        save_survey(household, {"year": 2012, "members_counted": 4}, by=clerk)
    assert "2014-01-01" in str(refused.value) and "2013" in str(refused.value)
    address = reverse("registry:survey-add", args=[household.number])
    sent = form_of(client.get(address)) | {"year": "2012", "visited_on": "2014-05-01"}
    text = client.post(address, sent, headers={"accept-language": "en"}).content.decode()
    assert "The register knows this household since 2014-01-01: its first incomes are those of 2013." in text
    assert not Survey.objects.filter(year=2012).exists()


def test_a_village_reports_no_year_that_has_not_begun(client, household):
    next_year = timezone.localdate().year + 1
    assert client.get(reverse("registry:village-year", args=[VILLAGE, next_year])).status_code == 404
