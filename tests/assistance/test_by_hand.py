"""What the county arranges by hand: cadres added and edited, kin, helpers swapped and added, letters that go out."""

from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.urls import reverse
from tests.assistance.factories import make_cadre, make_organisation, make_pairing
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.assistance.actions.by_hand import change_pair, swap_pairs
from jingzhun.assistance.actions.helpers import give_helper
from jingzhun.assistance.actions.pairing import make_plan, publish_plan
from jingzhun.assistance.models import Kin, Pairing
from jingzhun.journal.models import Entry
from jingzhun.people.models import Cadre
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db
DAY, LATER, COUNTY = date(2014, 10, 20), date(2015, 3, 1), "610426"


@pytest.fixture
def officer(settings, client):
    settings.DEMO = True
    user = make_user(Role.COUNTY_OFFICER, COUNTY)
    client.force_login(user)
    return user


def poor(village=VILLAGE, name="贫困户", **values):
    return make_household(village, registered_on=date(2014, 10, 1), members=[name], cause_main="no_skills", **values)


def test_somebody_new_is_added_and_edited_and_only_the_county_does_it(client, officer):
    unit, _area = make_organisation(), make_area(VILLAGE)
    typed = {"number": "N1", "name": "新干部", "organisation": unit.pk, "rank": "department", "near": VILLAGE,
             "serves_from": "2014-03-01", "skills": ["teaching"], "phone": "13900001111"}  # fmt: skip
    assert client.post(reverse("assistance:cadre-add"), typed).status_code == 302
    cadre = Cadre.objects.get()
    assert (cadre.name, cadre.skills, cadre.phone) == ("新干部", ["teaching"], "13900001111")
    assert client.post(reverse("assistance:cadre-add"), typed).status_code == 200  # the number is taken
    change = reverse("assistance:cadre-change", args=[cadre.pk])
    edited = typed | {"rank": "ordinary", "capacity": "3", "phone": "", "login": "nobody"}
    assert "没有" in client.post(change, edited).content.decode()
    assert client.post(change, edited | {"login": ""}).status_code == 302
    cadre.refresh_from_db()
    assert (cadre.rank, cadre.capacity, cadre.phone) == ("ordinary", 3, "13900001111")  # an empty phone keeps it
    assert set(Entry.objects.values_list("action", flat=True)) >= {"assistance.cadre_added", "assistance.cadre_changed"}
    client.force_login(make_user(Role.COUNTY_OFFICER, "610427"))
    assert client.post(change, edited).status_code == 404
    client.force_login(make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    assert client.post(reverse("assistance:cadre-add"), typed).status_code == 403


def test_kin_are_noted_once_warned_about_and_taken_back(client, officer):
    household, cadre = poor(), make_cadre("甲")
    make_pairing(household, cadre)
    note = reverse("assistance:cadre-kin", args=[cadre.pk])
    assert "没有这个编号" in client.post(note, {"place": "000"}).content.decode()
    told = client.post(note, {"place": household.number, "note": "表兄"}, follow=True).content.decode()
    assert "表兄" in told and "请为这些户另行安排" in told
    assert "已经登记过" in client.post(note, {"place": household.number}).content.decode()
    assert client.post(note, {"place": OTHER_VILLAGE}).status_code == 200  # no such village in the county yet
    make_area(OTHER_VILLAGE)
    assert client.post(note, {"place": OTHER_VILLAGE}).status_code == 302
    with pytest.raises(Refused, match="亲属"):
        give_helper(household, cadre, LATER, in_charge=True, why="x", by=officer)
    for kin in Kin.objects.all():
        assert client.post(reverse("assistance:kin-remove", args=[kin.pk])).status_code == 302
    assert not Kin.objects.exists()
    assert Entry.objects.filter(action="assistance.kin_removed").count() == 2


def test_two_households_swap_helpers_and_the_plan_tells_what_it_costs(client, officer):
    one, other = poor(), poor(OTHER_VILLAGE)
    make_cadre("近一", near=VILLAGE, capacity=1)
    make_cadre("近二", near=OTHER_VILLAGE, capacity=1)
    plan = make_plan(make_area(COUNTY), 2014, DAY, by=officer)
    pairs = {pair.household: pair for pair in plan.pairs.select_related("household", "cadre")}
    with pytest.raises(Refused, match="最多帮扶1户"):
        change_pair(plan, pairs[one], pairs[other].cadre, by=officer)
    address = reverse("assistance:pairing-swap", args=[plan.pk, pairs[one].pk])
    assert "没有这个编号" in client.post(address, {"other": "0"}).content.decode()
    seen = client.post(address, {"other": other.number})
    assert len(seen.context["shown"]) == 2 and seen.context["fits"]
    before = plan.outcome["optimal"]["cost"]
    assert client.post(address, {"other": other.number, "save": "1"}).status_code == 302
    plan.refresh_from_db()
    assert plan.outcome["by_hand"]["cost"] == before + seen.context["difference"] >= before
    assert plan.pairs.get(household=one).cadre == pairs[other].cadre
    with pytest.raises(Refused, match="重新查看"):
        swap_pairs(plan, pairs[one], pairs[other], by=officer)  # from a page that is out of date
    page = client.get(reverse("assistance:pairing-plan", args=[plan.pk]), {"only": "hand"})
    assert len(page.context["page"]) == 2
    rows = client.get(reverse("assistance:pairing-villages", args=[plan.pk])).context["rows"]
    assert [(row.area.pk, row.households) for row in rows] == [(VILLAGE, 1), (OTHER_VILLAGE, 1)]


def test_letters_go_out_once_the_plan_is_in_force_and_name_no_numbers_of_persons(client, officer):
    household = poor(name="王大山", account="6217000000001234567")
    make_cadre("高帮扶")
    plan = make_plan(make_area(COUNTY), 2014, DAY, by=officer)
    address = reverse("assistance:pairing-letters", args=[plan.pk])
    assert client.get(address).status_code == 302  # not in force yet
    publish_plan(plan, DAY, by=officer)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(client.get(address).content)).pages)
    assert "高帮扶" in text and "王大山" in text and household.number in text
    member = household.members.get()
    assert "6217000000001234567" not in text and str(member.id_number) not in text
    one = client.get(reverse("assistance:cadre-letter", args=[Cadre.objects.get().pk]))
    assert one["Content-Type"] == "application/pdf"
    listed = client.get(reverse("assistance:pairing-export", args=[plan.pk]))
    assert listed.content.startswith(b"PK")
    assert Entry.objects.filter(action="assistance.list_exported").count() == 3


def test_a_household_has_a_second_helper_beside_who_is_in_charge(client, officer):
    household, first = poor(), make_cadre("甲")
    make_pairing(household, first)
    make_cadre("乙", user=(helper := make_user(Role.HELPER, COUNTY)))
    give = reverse("assistance:helper-give", args=[household.number])
    sent = {"number": "乙", "since": "2015-03-01"}
    assert client.post(give, sent).status_code == 302
    assert "已在帮扶" in client.post(give, sent).content.decode()
    assert list(Pairing.objects.order_by("place").values_list("place", "cadre__name")) == [(1, "甲"), (2, "乙")]
    page = client.get(reverse("assistance:household", args=[household.number])).content.decode()
    assert "协助帮扶" in page
    client.force_login(helper)
    assert household.members.get().name in client.get(reverse("assistance:mine")).content.decode()
    client.force_login(officer)
    assert client.post(give, sent | {"in_charge": "on"}).status_code == 200  # why is asked for
    assert client.post(give, sent | {"in_charge": "on", "why": "甲调离"}).status_code == 302
    held = Pairing.objects.get(until=None)
    assert (held.place, held.cadre.name) == (1, "乙")
    end = reverse("assistance:helper-end", args=[held.pk])
    assert client.post(end, {"day": "2015-03-02", "why": ""}).status_code == 200
    assert client.post(end, {"day": "2015-03-02", "why": "脱贫"}).status_code == 302
    assert not Pairing.objects.filter(until=None).exists()
    for role, area in ((Role.TOWN_COMMISSIONER, VILLAGE[:9]), (Role.COUNTY_OFFICER, "610427")):
        with pytest.raises(NotYours):
            give_helper(household, first, LATER, in_charge=True, why="x", by=make_user(role, area))
