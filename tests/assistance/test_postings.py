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
from jingzhun.assistance.models import PairingPlan, Pledge, Posting, Presence, Team
from jingzhun.assistance.queries.coverage import board
from jingzhun.assistance.queries.organisations import by_year
from jingzhun.assistance.rules.postings import Held, Lack, Terms, lacks_of_town, lacks_of_village
from jingzhun.journal.models import Entry
from jingzhun.people.duties import duties_of
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


def test_the_board_goes_by_town_and_every_place_and_posting_has_its_page(
    client, officer, django_assert_max_num_queries
):
    for code in (VILLAGE, OTHER_VILLAGE):
        VillageYear.objects.create(area=make_area(code), year=2014, poor_village=True)
    first, *_others = full_team()
    note_presence([(first, 19)], date(2015, 2, 1), by=officer)
    note_absence(first, date(2015, 2, 2), date(2015, 2, 6), "县委党校培训", by=officer)
    client.force_login(officer)
    page = client.get(f"{reverse('assistance:board')}?on={DAY}")
    rows = {row["town"].area.pk: row for row in page.context["grid"]}
    assert [number for _head, number, _whole, _address in rows[VILLAGE[:9]]["cells"]] == [1, 1, 1, 1, 1, 0]
    assert (rows[VILLAGE[:9]]["full"], rows[VILLAGE[:9]]["poor"]) == (0, 1)
    address = rows[VILLAGE[:9]]["cells"][-1][-1]
    assert [place.area.pk for place in client.get(address).context["page"]] == [VILLAGE]
    workbook = client.get(f"{reverse('assistance:board-export')}?on={DAY}&lacks=first_secretary")
    assert workbook.content.startswith(b"PK") and Entry.objects.filter(action="assistance.list_exported").exists()
    with django_assert_max_num_queries(30):
        shown = client.get(f"{reverse('assistance:place', args=[VILLAGE])}?on={DAY}").content.decode()
    assert first.cadre.name in shown and "驻村天数不足" in shown
    shown = client.get(reverse("assistance:posting", args=[first.pk])).content.decode()
    assert "县委党校培训" in shown and "19天" in shown
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    for name, argument in (("place", VILLAGE), ("posting", first.pk)):
        assert client.get(reverse(f"assistance:{name}", args=[argument])).status_code == 404


def test_a_clerk_notes_the_days_of_a_month_in_one_form(client):
    first, _leader, head, _member = full_team()
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    client.force_login(clerk)
    address = f"{reverse('assistance:presence')}?month=2015-02"
    assert len(client.get(address).context["rows"]) == 3  # the county leader keeps no days
    refused = client.post(address, {f"days_{first.pk}": "22", f"days_{head.pk}": "29"})
    assert refused.status_code == 200 and not Presence.objects.exists()  # February 2015 has 28 days: nothing is noted
    sent = {f"days_{first.pk}": "22", f"days_{head.pk}": "20"}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent | {f"days_{head.pk}": "21"}).status_code == 302
    assert dict(Presence.objects.values_list("posting", "days")) == {first.pk: 22, head.pk: 21}
    told = [entry.values for entry in Entry.objects.filter(action="assistance.presence_noted").order_by("pk")]
    assert [(each["month"], each["days"]) for each in told] == [
        ("2015-02-01", 22), ("2015-02-01", 20), ("2015-02-01", 21)
    ]  # fmt: skip
    away = reverse("assistance:posting-absence", args=[first.pk])
    assert client.post(away, {"first_on": "2015-02-03", "last_on": "2015-02-01", "reason": "病"}).status_code == 200
    assert client.post(away, {"first_on": "2015-02-03", "last_on": "2015-02-04", "reason": "病"}).status_code == 302
    client.force_login(make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE))
    assert client.get(address).context["rows"] == []
    assert client.post(away, {"first_on": "2015-02-03", "last_on": "2015-02-04", "reason": "病"}).status_code == 404


def test_an_organisations_page_takes_pledges_arrivals_and_teams(client, officer):
    bank = make_organisation("中国银行总行", "partner")
    client.force_login(officer)
    made = {"organisation": bank.pk, "year": "2015", "amount": "1000", "purpose": "产业扶贫"}
    assert client.post(reverse("assistance:pledge-add"), made).status_code == 302
    pledge = Pledge.objects.get()
    arrive = reverse("assistance:arrival-add", args=[pledge.pk])
    came = {"on": "2015-03-01", "amount": "1001", "area": VILLAGE, "evidence": "电汇单"}
    make_area(VILLAGE)
    assert "只余1000" in client.post(arrive, came).content.decode()
    assert client.post(arrive, came | {"amount": "700"}).status_code == 302
    team = {"area": VILLAGE, "since": "2014-11-01"}
    assert client.post(reverse("assistance:team-send", args=[bank.pk]), team).status_code == 302
    team = Team.objects.get()
    page = client.get(reverse("assistance:organisation", args=[bank.pk])).content.decode()
    assert "1,000.00元中已到位700.00元" in page and team.area.short_name in page
    assert "700.00" in client.get(reverse("assistance:organisations")).content.decode()
    for name, argument in (("pledge-withdraw", pledge.pk), ("team-withdraw", team.pk)):
        address = reverse(f"assistance:{name}", args=[argument])
        assert client.post(address, {"day": "2015-03-02", "why": ""}).status_code == 200
        assert client.post(address, {"day": "2015-03-02", "why": "项目调整"}).status_code == 302
    team.refresh_from_db()
    pledge.refresh_from_db()
    assert (team.until, pledge.withdrawn_on) == (date(2015, 3, 2), date(2015, 3, 2))


def test_somebody_is_posted_by_name_where_the_name_is_one_persons(client, officer):
    make_area(VILLAGE)
    one, _two = make_cadre("王强"), make_cadre("王强")
    make_cadre("李娜")
    client.force_login(officer)
    address = reverse("assistance:posting-add")
    sent = {"kind": "first_secretary", "number": "王强", "area": VILLAGE, "since": "2014-11-01"}
    assert one.number in client.post(address, sent).content.decode()
    assert client.post(address, sent | {"number": "张三"}).status_code == 200
    assert not Posting.objects.exists()
    assert client.post(address, sent | {"number": "李娜"}).status_code == 302
    assert Posting.objects.get().cadre.name == "李娜"


def test_a_term_that_is_over_stays_in_sight_until_somebody_takes_over(client, officer):
    VillageYear.objects.create(area=make_area(VILLAGE), year=2013, poor_village=True)
    (first, *_others) = full_team()
    client.force_login(officer)
    page = client.get(reverse("assistance:board"), {"on": "2016-11-01"})
    assert page.context["over"] == 0
    page = client.get(reverse("assistance:board"), {"on": "2016-11-02"})
    assert page.context["over"] == 4 and "超过任期" in page.text
    listed = client.get(reverse("assistance:postings"), {"over": "yes"}).context["page"].paginator
    assert listed.count == 4
    told = {str(duty.title): (duty.number, duty.late) for duty in duties_of(officer, timezone.localdate())}
    assert told["任期已满的派驻"] == (4, 4)
    end_posting(first, timezone.localdate(), "任满", by=officer)
    assert client.get(reverse("assistance:postings"), {"over": "yes"}).context["page"].paginator.count == 3
