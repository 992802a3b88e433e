"""A county officer finds what holds here and by what document, and sets the county's own values."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import make_area, make_user

from jingzhun.journal.models import Entry
from jingzhun.parameters.models import Parameter
from jingzhun.parameters.queries import value
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db
LIST = reverse("parameters:list")
PAGE = reverse("parameters:parameter", args=["first_notice_days"])
TODAY = timezone.localdate()


@pytest.fixture
def officer(client, settings):
    settings.DEMO = True  # two-step login has tests of its own
    make_area("610426102")
    make_area("610427")
    user = make_user(Role.COUNTY_OFFICER, "610426", username="officer")
    client.force_login(user)
    return user


def put(client, address: str = PAGE, **typed: object):
    given = {"value": "5", "valid_from": str(TODAY), "source": "永扶办发〔2015〕3号"} | typed
    return client.post(address, given, follow=True)


def test_the_list_tells_each_value_in_words_with_its_source(client, officer):
    page = client.get(LIST).content.decode()
    assert "一公示天数" in page and "七天为通常做法" in page and "全国" in page and "参数设置" in page
    client.post(reverse("set_language"), {"language": "en"})
    page = client.get(LIST).content.decode()
    assert "Days of the first notice" in page and "seven days: usual practice" in page


def test_a_yearly_value_that_ended_is_shown_with_its_end(client, officer):
    Parameter.objects.filter(name="province_incidence").delete()
    Parameter.objects.create(
        name="province_incidence", area_code="61", valid_from=date(2013, 1, 1), valid_until=date(2014, 1, 1),
        value="0.151", unit="share of rural persons", source="x",
    )  # fmt: skip
    found = client.get(LIST, {"q": "全省贫困发生率"}).context["lines"]
    assert [str(each["line"].value) for each in found if each["line"].kind.name == "province_incidence"] == ["0.151"]
    page = client.get(LIST, {"q": "全省贫困发生率"}).content.decode()
    assert "2014-01-01 以前有效，此后未设定" in page


def test_the_list_is_searched_by_word_and_by_group(client, officer):
    page = client.get(LIST, {"q": "二公示"}).content.decode()
    assert "二公示天数" in page and "一公示天数" not in page
    page = client.get(LIST, {"group": "map"}).content.decode()
    assert "地图第二级起点" in page and "二公示天数" not in page
    assert "没有符合的参数" in client.get(LIST, {"q": "没有这个"}).content.decode()


def test_a_value_is_set_on_the_screen_and_holds_in_the_county(client, officer):
    assert "永扶办发〔2015〕3号" in put(client).content.decode()
    assert value("first_notice_days", "610426102", TODAY) == 5
    assert Entry.objects.get(action="parameters.value_set").actor == "officer"
    page = client.get(LIST, {"q": "一公示"}).content.decode()
    assert "永寿县" in page
    assert LIST in client.get(reverse("journal:entries")).content.decode(), "the menu has it"
    corrected = client.get(PAGE, {"from": str(TODAY)}).context["form"]
    assert corrected.initial["value"] == "5"


def test_what_is_wrong_stands_beside_its_field(client, officer):
    assert put(client, value="-1").context["form"].errors["value"]
    assert put(client, valid_from="2014-01-01").context["form"].errors["why"]
    assert put(client, source="").context["form"].errors["source"]
    assert put(client, valid_until=str(TODAY)).context["form"].errors["valid_until"]
    income = reverse("parameters:parameter", args=["province_income"])
    assert "valid_until" not in client.get(income).context["form"].fields
    assert put(client, income, value="7000").context["form"].errors["valid_from"]
    assert not Parameter.objects.filter(shipped=False).exists()


def test_the_countys_officer_sets_for_a_town_and_for_nobody_elses(client, officer):
    put(client, f"{PAGE}?area=610426102")
    assert Parameter.objects.get(shipped=False).area_code == "610426102"
    for elsewhere in ("610427", "61", "6104", "0", "abc", "%00", "610426102201", "²" * 6):
        assert client.get(f"{PAGE}?area={elsewhere}").status_code == 404
        assert client.get(f"{LIST}?area={elsewhere}").status_code == 404
        assert put(client, f"{PAGE}?area={elsewhere}").status_code == 404
    assert client.get(reverse("parameters:parameter", args=["no_such"])).status_code == 404


def test_the_list_goes_out_as_it_is_filtered(client, officer):
    put(client)
    response = client.get(reverse("parameters:export"), {"q": "公示天数"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values)
    told = {row[2]: row for row in rows[1:]}
    assert set(told) == {"first_notice_days", "second_notice_days", "village_list_notice_days"}
    assert told["first_notice_days"][3] == 5 and told["first_notice_days"][7] == "永寿县"
    assert told["second_notice_days"][3] == 7 and told["second_notice_days"][7] == "全国"


def test_the_list_asks_the_database_as_often_for_many_as_for_few(client, officer):
    def asked(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)

    put(client)
    before = asked(LIST), asked(PAGE)
    for number in range(40):
        Parameter.objects.create(
            name="first_notice_days",
            area_code="610426",
            valid_from=date(1990 + number, 1, 1),
            value=7,
            unit="x",
            source="y",
        )
    assert (asked(LIST), asked(PAGE)) == before
    assert max(before) <= 12


@pytest.mark.parametrize(
    ("role", "area"), [(Role.VILLAGE_CLERK, "610426102201"), (Role.TOWN_COMMISSIONER, "610426102")]
)
def test_whoever_sets_none_finds_no_entry_in_the_menu(client, officer, role, area):
    client.force_login(make_user(role, area))
    assert client.get(LIST).status_code == 403
    assert LIST not in client.get(reverse("registry:households")).content.decode()


def test_the_journal_names_the_parameter_in_words(client, officer):
    put(client)
    entry = Entry.objects.get(action="parameters.value_set")
    page = client.get(reverse("journal:entry", args=[entry.pk])).content.decode()
    assert "参数 一公示天数" in page and "设置参数" in page and "永扶办发" in page
