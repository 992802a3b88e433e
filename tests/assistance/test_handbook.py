"""The handbook that a household keeps, and the card on its door."""

from datetime import date, timedelta
from io import BytesIO

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone
from tests.assistance.factories import make_cadre, make_pairing
from tests.assistance.stage import delivered, planned
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_user

from jingzhun.assistance.actions.measures import Signed, confirm
from jingzhun.assistance.actions.plans import Goal, make_plans
from jingzhun.assistance.actions.visits import Seen, log_visits
from jingzhun.assistance.queries.handbook import handbooks, of_village
from jingzhun.assistance.views.handbooks import link_of
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry.models import Household

pytestmark = pytest.mark.django_db
CLERK = Role.VILLAGE_CLERK


@pytest.fixture
def clerk(settings, client):
    settings.DEMO = True
    user = make_user(CLERK, VILLAGE)
    client.force_login(user)
    return user


def poor(name="王大山", village=VILLAGE, **values):
    told = {"cause_main": "schooling", "registered_on": date(2014, 10, 1), "account": "6217000000001234567",
            "address": "永寿路9号", "attribute": "general",
            "survey": {"income_wage": 1900, "members_counted": 2, "arable": 6.5}}  # fmt: skip
    return make_household(village, members=[{"name": name, "relation": "head"}, "孩子"], **(told | values))


def text_of(response) -> str:
    """The text of a PDF without its spaces."""
    assert response["Content-Type"] == "application/pdf", response
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(response.content)).pages)


def test_the_handbook_tells_the_family_the_plan_the_helper_and_what_was_signed_for(client, clerk):
    household, town = poor(), make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9])
    make_pairing(household, make_cadre("高帮扶", phone="13900001111"))
    make_plans([Goal(household, timezone.localdate().year, "孩子上完高中")], by=clerk)
    log_visits([Seen(household, timezone.localdate(), "孩子住校")], by=clerk)
    planned(household, clerk, content="在路上的助学金")
    got = delivered(household, clerk, town, content="已到手的路费")
    confirm([Signed(got, "王大山", timezone.localdate())])
    text = text_of(client.get(reverse("assistance:handbook", args=[household.number])))
    told = "永寿路9号 一般贫困户 2014-10-01 耕地面积 6.5 王文书"
    assert [each for each in told.split() if each not in text] == []
    told = "扶贫手册 王大山 孩子 因学 高帮扶 13900001111 孩子上完高中 孩子住校 在路上的助学金 已到手的路费 1,900"
    assert [each for each in told.split() if each not in text] == []
    assert "6217000000001234567" not in text
    for member in household.members.all():
        assert str(member.id_number) not in text
    entry = Entry.objects.get(action="assistance.handbooks_printed")
    assert (entry.record, entry.values["households"]) == (household.number, 1)
    client.cookies["django_language"] = "en"
    text = text_of(client.get(reverse("assistance:handbook", args=[household.number])))
    assert "Handbookofpovertyalleviation" in text and "Measuresreceived" in text


def test_a_village_comes_in_one_file_with_as_many_queries_for_many_as_for_few(
    client, clerk, django_assert_max_num_queries
):
    today = timezone.localdate()
    poor("甲")
    with django_assert_max_num_queries(10):
        assert len(handbooks(of_village(VILLAGE, today), today)) == 1
    for name in ("乙", "丙", "丁"):
        make_pairing(poor(name), make_cadre())
    poor("已脱贫", exited_on=today - timedelta(days=3))
    poor("邻村", OTHER_VILLAGE)
    with django_assert_max_num_queries(10):
        assert [book.head for book in handbooks(of_village(VILLAGE, today), today)] == ["甲", "乙", "丙", "丁"]
    text = text_of(client.get(reverse("assistance:village-handbooks", args=[VILLAGE])))
    assert all(name in text for name in "甲乙丙丁") and "邻村" not in text and "已脱贫" not in text
    assert Entry.objects.get(action="assistance.handbooks_printed").values["households"] == 4


def test_the_square_leads_to_the_address_at_which_the_county_is_reached(client, clerk, rf, settings):
    number = poor().number
    page = reverse("assistance:household", args=[number])
    assert link_of(rf.get("/"))(number) == f"http://testserver{page}"
    settings.PUBLIC_URL = "https://fupin.example.cn"
    assert link_of(rf.get("/"))(number) == f"https://fupin.example.cn{page}"
    client.logout()
    assert "login" in client.get(page).headers["Location"]


def test_the_door_card_says_nothing_that_a_neighbour_should_not_read(client, clerk, monkeypatch):
    household = poor("王大山")
    make_pairing(household, make_cadre("高帮扶", phone="13900001111"))
    text = text_of(client.get(reverse("assistance:door-card", args=[household.number])))
    assert "高帮扶" in text and "13900001111" in text
    for kept in ("因学", "1,900", "6217000000001234567", household.number, "孩子"):
        assert kept not in text, kept
    text = text_of(client.get(reverse("assistance:village-cards", args=[VILLAGE])))
    assert "高帮扶" in text
    assert Entry.objects.filter(action="assistance.cards_printed").count() == 2


def test_only_who_may_see_the_household_prints_it_and_an_empty_village_says_so(client, clerk):
    household = poor(village=OTHER_VILLAGE)
    for name in ("handbook", "door-card"):
        assert client.get(reverse(f"assistance:{name}", args=[household.number])).status_code == 404
    for name in ("village-handbooks", "village-cards"):
        assert client.get(reverse(f"assistance:{name}", args=[OTHER_VILLAGE])).status_code == 404
    Household.objects.filter(area=VILLAGE).delete()
    told = client.get(reverse("assistance:village-handbooks", args=[VILLAGE]), follow=True).content.decode()
    assert "没有在册贫困户" in told
    client.force_login(make_user(Role.HELPER, "610426"))
    assert client.get(reverse("assistance:handbook", args=[household.number])).status_code == 404
