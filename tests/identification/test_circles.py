"""What leaves its circle: numbers of others' villages, names of children, reasons that tell of illness."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.identification.stage import COUNTY, VILLAGE
from tests.registry.factories import OTHER_VILLAGE, make_area, make_household, make_user, make_village

from jingzhun.identification.actions import applications, crosscheck, decide
from jingzhun.identification.models import Flag
from jingzhun.journal.models import Entry
from jingzhun.parameters.models import Parameter
from jingzhun.people.models import RoleAssignment
from jingzhun.people.rules import Role
from jingzhun.procedure.models import Passage
from jingzhun.publicity.rules import surname_only

pytestmark = pytest.mark.django_db
THIRD_VILLAGE = "610426103203"


def in_other_villages(stage):
    """One application in the stage's village, two in another one, three in a third."""
    for village, number in ((OTHER_VILLAGE, 2), (THIRD_VILLAGE, 3)):
        make_village(village)
        clerk, stage.clerk = stage.clerk, make_user(area=village)
        stage.apply(number, village=village)
        stage.clerk = clerk
    stage.apply(1)


def test_a_clerk_of_two_villages_reads_the_counts_of_these_two_only(client, stage):
    in_other_villages(stage)
    clerk = make_user()
    RoleAssignment.objects.create(
        user=clerk, role=Role.VILLAGE_CLERK, area=make_area(OTHER_VILLAGE), valid_from=date(2014, 1, 1)
    )
    client.force_login(clerk)
    address = reverse("identification:round", args=[stage.round.pk])
    page = client.get(address)
    assert page.context["whole"].applications == 3
    assert client.get(address, {"area": VILLAGE}).context["whole"].applications == 1
    client.force_login(stage.county)
    assert client.get(address).context["whole"].applications == 6


def test_the_city_looks_at_one_town_or_village_of_a_round(client, stage):
    in_other_villages(stage)
    client.force_login(make_user(Role.LEADER, COUNTY[:4]))
    address = reverse("identification:round", args=[stage.round.pk])
    for area, number in ((COUNTY, 6), (OTHER_VILLAGE[:9], 5), (OTHER_VILLAGE, 2)):
        page = client.get(address, {"area": area})
        assert page.context["area"].code == area
        assert page.context["whole"].applications == number


@pytest.mark.parametrize(
    ("born", "shown"),
    [(date(2003, 3, 1), "张**"), (date(1996, 5, 6), "张**"), (date(1996, 5, 5), "张小丰")],
)
def test_a_head_below_eighteen_stands_on_the_notice_by_the_surname(stage, born, shown):
    """The notice hangs from 5 May 2014 on."""
    orphan = make_household(VILLAGE, members=[{"name": "张小丰", "birth_date": born}],
                            survey={"members_counted": 1, "income_wage": Decimal(1_000)})  # fmt: skip
    filing = applications.Filing(orphan, "clerk", stage.today, "孤儿")
    found = applications.apply_many(stage.round, [filing], by=stage.clerk, at=stage.now)
    stage.bring_to("first_notice", *found)
    assert stage.today == date(2014, 5, 5)
    assert stage.post("first_notice", stage.clerk).items.get().shown["head"] == shown


def test_from_which_age_a_head_is_named_is_a_dated_value_with_its_source():
    value = Parameter.objects.get(name="notice_head_masked_below")
    assert (value.value, value.unit) == (18, "years") and "Protection of Minors" in value.source


def test_of_a_surname_of_two_characters_both_remain():
    assert [surname_only(name) for name in ("欧阳小丰", "张三", "张", "")] == ["欧阳**", "张*", "张", ""]


def test_the_journal_keeps_of_reasons_on_households_their_digest_only(stage):
    told = "户主患肺癌，欠债八万元"
    refused, returned, doubted = stage.apply(3)
    stage.bring_to("town_audit", refused, returned, doubted)
    stage.look("town", refused, opinion=told)
    crosscheck.raise_flag(stage.fresh(doubted), "vehicle", Flag.Origin.VISIT, told, by=stage.town, at=stage.tick())
    crosscheck.decide_flag(Flag.objects.get(), confirmed=False, reason=told, by=stage.town, at=stage.tick())
    decide.send_back(stage.fresh(returned).case, "home_visit", told, by=stage.town, at=stage.tick())
    decide.refuse(stage.fresh(refused).case, told, by=stage.town, at=stage.tick())
    decide.appeal(stage.fresh(refused).case, told, by=stage.clerk, at=stage.tick())
    assert not [entry for entry in Entry.objects.all() if told in f"{entry.why} {entry.values}"]
    kept = {
        entry.action: entry.values[name]
        for entry in Entry.objects.all()
        for name in ("why", "opinion", "reason")
        if str(entry.values.get(name, "")).startswith("digest:")
    }
    assert len(kept) == 5 and len(set(kept.values())) == 5
    assert Passage.objects.filter(note=told).count() == 3 and Flag.objects.get().reason == told
