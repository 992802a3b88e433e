"""Who is posted where: every poor village its first secretary, leader and team, every town its workstation."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.assistance.factories import make_cadre, make_organisation, make_pairing
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.assistance.actions.organisations import (
    Arrived,
    Pledged,
    arrive_many,
    pledge_many,
    send_teams,
    withdraw_pledge,
    withdraw_team,
)
from jingzhun.assistance.actions.postings import Posted, end_posting, note_absence, note_presence, post_many
from jingzhun.assistance.models import PairingPlan, Posting, Presence
from jingzhun.assistance.queries.coverage import board
from jingzhun.assistance.queries.organisations import by_year
from jingzhun.assistance.rules.postings import Held, Lack, Terms, lacks_of_town, lacks_of_village
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.models import VillageYear
from jingzhun.registry.rules.refusals import Refused

pytestmark = pytest.mark.django_db
SINCE, TERM_ENDS, DAY = date(2014, 11, 1), date(2016, 11, 1), date(2015, 3, 10)
TERMS = Terms(team_least=3, posting_months=24, presence_days=20, commissioners=2)


@pytest.fixture
def officer(settings):
    settings.DEMO = True  # no second factor is asked for
    return make_user(Role.COUNTY_OFFICER, "610426")


def full_team(area: str = VILLAGE) -> list[Posting]:
    """First secretary, leader, team of three."""
    kinds = ("first_secretary", "leader", "team_leader", "team_member")
    village = make_area(area)
    return post_many([Posted(kind, make_cadre(kind), village, SINCE, TERM_ENDS) for kind in kinds])


def test_r17_a_team_of_three_with_one_leader_one_first_secretary_two_years_and_twenty_days():
    held = [Held("first_secretary", 1, SINCE, TERM_ENDS, 20), Held("leader", 2, SINCE), Held("team_leader", 3, SINCE),
            Held("team_member", 4, SINCE, TERM_ENDS, 22)]  # fmt: skip
    assert lacks_of_village(held, TERMS, poor=True) == []
    assert lacks_of_village(held[1:], TERMS, poor=True) == [Lack.FIRST_SECRETARY, Lack.TEAM]
    assert lacks_of_village(held[:-1], TERMS, poor=True) == [Lack.TEAM]
    assert lacks_of_village([*held, held[2]], TERMS, poor=True) == [Lack.TEAM_LEADER]
    short = Held("team_member", 4, SINCE, date(2016, 10, 31), 22)
    assert lacks_of_village([*held[:3], short], TERMS, poor=True) == [Lack.SHORT_TERM]
    absent = Held("team_member", 4, SINCE, TERM_ENDS, 19)
    assert lacks_of_village([*held[:3], absent], TERMS, poor=True) == [Lack.ABSENT]
    assert lacks_of_village([], TERMS, poor=False) == []
    assert lacks_of_town([Held("commissioner", 1, SINCE)] * 2, TERMS) == [Lack.COMMISSIONERS]


def test_the_board_tells_who_is_covered_and_what_is_missing(client, officer, django_assert_max_num_queries):
    for code in (VILLAGE, OTHER_VILLAGE):
        VillageYear.objects.create(area=make_area(code), year=2014, poor_village=True, poor_since=date(2014, 9, 1))
    household = make_household(VILLAGE, registered_on=date(2014, 10, 1))
    make_household(OTHER_VILLAGE, registered_on=date(2014, 10, 1))
    make_pairing(household)
    full_team()
    town = make_area(VILLAGE[:9])
    post_many([Posted("commissioner", make_cadre("专干"), town, SINCE) for _each in range(2)])
    client.force_login(officer)
    with django_assert_max_num_queries(26):
        page = client.get(f"{reverse('assistance:board')}?on={DAY}")
    found = page.context["board"]
    assert (found.full_villages, len(found.poor), found.full_towns, len(found.towns)) == (1, 2, 1, 2)
    assert (found.helped, found.households) == (1, 2)
    rows = client.get(f"{reverse('assistance:board')}?on={DAY}&lacks=first_secretary").context["page"]
    assert [place.area.pk for place in rows] == [OTHER_VILLAGE]
    assert [p.area.pk for p in client.get(f"{reverse('assistance:board')}?on={DAY}&lacks=helper").context["page"]] == [
        OTHER_VILLAGE
    ]
    assert board("610426", date(2014, 10, 5)).full_villages == 0  # before anybody was posted
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    assert len(client.get(f"{reverse('assistance:board')}?on={DAY}").context["board"].poor) == 1


def test_a_first_secretary_hands_over_and_nobody_is_posted_twice(officer):
    first, *_others = full_team()
    village = make_area(VILLAGE)
    with pytest.raises(Refused, match="已有人"):
        post_many([Posted("first_secretary", make_cadre(), village, DAY)], by=officer)
    with pytest.raises(Refused, match="交接内容"):
        post_many([Posted("first_secretary", make_cadre(), village, DAY, after=first)], by=officer)
    (second,) = post_many(
        [Posted("first_secretary", make_cadre("接任"), village, DAY, after=first, handed_over="台账、印章")], by=officer
    )
    first.refresh_from_db()
    assert (first.until, first.ended_because, second.after) == (DAY, "交接给接任", first)
    with pytest.raises(Refused, match="不能接替"):
        post_many([Posted("first_secretary", make_cadre(), village, DAY, after=first, handed_over="x")], by=officer)
    with pytest.raises(Refused, match="已结束"):
        end_posting(first, DAY, "再次", by=officer)
    with pytest.raises(Refused, match="已有人"):
        post_many([Posted("first_secretary", second.cadre, make_area(OTHER_VILLAGE), DAY)], by=officer)
    assert Entry.objects.filter(action="assistance.posted").count() == 5


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "commissioner"}, "乡镇"),
        ({"area": VILLAGE[:9]}, "行政村"),
        ({"planned_until": SINCE}, "晚于开始"),
    ],
)
def test_a_posting_that_cannot_be_is_refused(officer, values, message):
    area = make_area(values.pop("area", VILLAGE))
    told = {"kind": "first_secretary", "cadre": make_cadre(), "area": area, "since": SINCE} | values
    with pytest.raises(Refused, match=message):
        post_many([Posted(**told)], by=officer)
    assert not Posting.objects.exists()


def test_days_in_the_village_are_noted_by_the_village_and_counted_on_the_board(officer):
    VillageYear.objects.create(area=make_area(VILLAGE), year=2014, poor_village=True)
    first, *_others = full_team()
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    assert note_presence([(first, 12)], date(2015, 2, 3), by=clerk) == 1
    assert Lack.ABSENT in board("610426", DAY).poor[0].lacks
    note_presence([(first, 21)], date(2015, 2, 9), by=clerk)
    assert Presence.objects.get().days == 21 and not board("610426", DAY).poor[0].lacks
    for days, month, message in ((29, date(2015, 2, 1), "28天"), (3, date(2199, 1, 1), "尚未到来")):
        with pytest.raises(Refused, match=message):
            note_presence([(first, days)], month, by=clerk)
    with pytest.raises(NotYours):
        note_presence([(first, 20)], date(2015, 2, 1), by=make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE))
    note_absence(first, date(2015, 3, 1), date(2015, 3, 4), "培训", by=clerk)
    with pytest.raises(Refused, match="选派期"):
        note_absence(first, date(2014, 3, 1), date(2014, 3, 4), "培训", by=clerk)


def test_only_the_county_posts(officer):
    for role, area in ((Role.TOWN_COMMISSIONER, VILLAGE[:9]), (Role.HELPER, "610426"), (Role.COUNTY_OFFICER, "610427")):
        stranger = make_user(role, area)
        with pytest.raises(NotYours):
            post_many([Posted("leader", make_cadre(), make_area(VILLAGE), SINCE)], by=stranger)
        with pytest.raises(NotYours):
            pledge_many([Pledged(make_organisation(), make_area("610426"), 2015, Decimal(1), "x")], by=stranger)


def test_what_is_pledged_arrives_and_never_more(officer):
    bank, county = make_organisation("中国银行总行", "partner"), make_area("610426")
    (pledge,) = pledge_many([Pledged(bank, county, 2015, Decimal(1000), "产业扶贫")], by=officer)
    village = make_area(VILLAGE)
    arrive_many([Arrived(pledge, DAY, Decimal(700), village, "电汇单")], by=officer)
    with pytest.raises(Refused, match="只余300"):
        arrive_many([Arrived(pledge, DAY, Decimal(301), village, "电汇单")], by=officer)
    with pytest.raises(Refused, match="凭证"):
        arrive_many([Arrived(pledge, DAY, Decimal(1), village, " ")], by=officer)
    assert by_year(county.pk) == [(2015, Decimal(0), Decimal(1000), Decimal(700))]
    withdraw_pledge(pledge, DAY, "项目调整", by=officer)
    with pytest.raises(Refused, match="撤回"):
        arrive_many([Arrived(pledge, DAY, Decimal(1), village, "电汇单")], by=officer)


def test_a_team_leaves_after_its_people(officer):
    bank, village = make_organisation("农行"), make_area(VILLAGE)
    (team,) = send_teams([(bank, village, SINCE)], by=officer)
    with pytest.raises(Refused, match="已有工作队"):
        send_teams([(bank, village, DAY)], by=officer)
    (posting,) = post_many(
        [Posted("team_member", make_cadre(organisation=bank), village, SINCE, team=team)], by=officer
    )
    with pytest.raises(Refused, match="还有1人"):
        withdraw_team(team, DAY, "任务完成", by=officer)
    end_posting(posting, DAY, "任务完成", by=officer)
    assert withdraw_team(team, DAY, "任务完成", by=officer).until == DAY


def test_the_countys_screens_of_help(client, officer):
    household = make_household(VILLAGE, registered_on=date(2014, 10, 1), members=["贫困户"])
    one, two = make_cadre("甲", capacity=2), make_cadre("乙", capacity=2)
    pledge_many([Pledged(make_organisation(), make_area("610426"), 2015, Decimal(1000), "助学")])
    client.force_login(officer)
    today = timezone.localdate().isoformat()
    assert client.post(reverse("assistance:pairing"), {"year": "2015", "on": today}).status_code == 302
    plan = PairingPlan.objects.get()
    page = client.get(reverse("assistance:pairing-plan", args=[plan.pk])).content.decode()
    assert "已证明" in page and household.number in page
    pair = plan.pairs.get()
    other = two if pair.cadre == one else one
    address = reverse("assistance:pairing-change", args=[plan.pk, pair.pk])
    assert "最多2户" in client.post(address, {"number": other.number}).content.decode()
    assert client.post(address, {"number": "没有"}).status_code == 200
    assert client.post(address, {"number": other.number, "save": "1"}).status_code == 302
    client.post(reverse("assistance:pairing-publish", args=[plan.pk]), {"day": today})
    assert household.pairings.get().cadre == other
    for name in ("cadres", "pairing", "postings", "organisations", "posting-add", "pledge-add", "cadres-import"):
        assert client.get(reverse(f"assistance:{name}")).status_code == 200, name
    assert client.get(reverse("assistance:cadres-template")).content.startswith(b"PK")
    sent = {"kind": "first_secretary", "number": one.number, "area": VILLAGE, "since": "2014-11-01"}
    assert client.post(reverse("assistance:posting-add"), sent).status_code == 302
    posting = Posting.objects.get()
    end = reverse("assistance:posting-end", args=[posting.pk])
    assert client.post(end, {"day": today, "why": "任期届满"}).status_code == 302
    leave = reverse("assistance:cadre-leave", args=[other.pk])
    assert client.post(leave, {"day": today, "why": "调离"}).status_code == 302
    assert client.get(reverse("assistance:cadre", args=[other.pk])).status_code == 200
    client.force_login(make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))
    assert client.get(reverse("assistance:cadres")).status_code == 403
