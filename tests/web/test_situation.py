"""The county situation: what it says is what the register holds, and every number opens the list that it counts."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from urllib.parse import parse_qs, unquote, urlparse

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests.registry.factories import make_area, make_household, make_user
from tests.web.situations import COMMUNITY, COUNTY, TOWN, A, B, ByHand, C, make_county

from jingzhun.areas.models import Area
from jingzhun.parameters.models import Parameter
from jingzhun.people.rules import Role
from jingzhun.registry.models import Member, RegisterSpell, VillageYear
from jingzhun.registry.queries.situation import (
    GUARANTEES,
    AreaTooSmall,
    Register,
    people_of,
    register_years,
    situation,
)
from jingzhun.registry.readable import spoken
from jingzhun.web.situation import words

pytestmark = pytest.mark.django_db
SITUATION = "/situation/"


@pytest.fixture
def county(db):
    make_county()


@pytest.fixture
def leader(client, db):
    user = make_user(Role.LEADER, COUNTY)
    client.force_login(user)
    return user


def report(client, **asked):
    response = client.get(SITUATION, asked)
    assert response.status_code == 200
    return response.context["report"]


def listed(client, url):
    """The households of the list behind a number."""
    assert urlparse(url).path == reverse("registry:households")
    return client.get(url).context["filter"].qs


def listed_villages(client, url):
    """Codes of the villages of the list behind a number."""
    assert urlparse(url).path == reverse("registry:villages")
    return [row.area.code for row in client.get(url).context["villages"]]


def test_the_headline_is_what_counting_by_hand_gives(county):
    found, by_hand = situation(COUNTY, 2014), ByHand()
    assert found.villages == 3
    assert found.poor_villages == 1
    assert found.households == len(by_hand.homes)
    assert found.rural_persons == by_hand.persons(by_hand.homes)
    assert found.poor_households == len(by_hand.poor)
    assert found.poor_persons == by_hand.persons(by_hand.poor)
    expected = Decimal(by_hand.persons(by_hand.poor)) / by_hand.persons(by_hand.homes)
    assert found.incidence == expected
    assert found.line == 2736


def test_a_household_of_a_community_counts_nowhere_but_is_told(county):
    found = situation(COUNTY, 2014)
    assert found.counted.urban == 1
    assert not found.counted.by["place"].get(COMMUNITY)


def test_a_household_without_anybody_counts_nowhere_but_is_told(county):
    assert situation(A, 2014).counted.nobody == 1


def test_the_day_decides_who_is_on_the_register(county):
    """Exited on the last day is no longer registered; registered in March of the next year not yet."""
    assert situation(A, 2014).poor_households == 2
    assert situation(A, 2015).poor_households == 3
    assert situation(B, 2014).poor_households == 1  # one of them exited that very day
    assert situation(B, 2015).poor_households == 2  # and is back


def test_a_relapsed_household_is_poor_once(county):
    household = RegisterSpell.objects.filter(relapse=True).get().household
    assert household.spells.count() == 2
    by_hand = ByHand(B, 2015)
    assert situation(B, 2015).poor_persons == by_hand.persons(by_hand.poor) == 3


def test_a_village_is_poor_by_its_latest_report_and_until_it_exits(county):
    assert situation(C, 2013).poor_villages == 1
    assert situation(C, 2014).poor_villages == 0
    VillageYear.objects.create(area_id=A, year=2016, poor_village=True, exited_on=date(2016, 12, 1))
    assert situation(A, 2015).poor_villages == 1
    assert situation(A, 2016).poor_villages == 0


@pytest.mark.parametrize("column", ["cause_main", "attribute"])
def test_causes_and_attributes_are_what_counting_by_hand_gives(county, column):
    counted = situation(COUNTY, 2014).counted.by[column.removesuffix("_main")]
    assert {key: tally.poor_households for key, tally in counted.items() if tally.poor_households} == ByHand().by(
        column
    )


@pytest.mark.parametrize("year", [2013, 2014, 2015])
@pytest.mark.parametrize("area", [COUNTY, TOWN, C])
def test_sizes_and_incomes_are_what_counting_by_hand_gives(county, area, year):
    counted, by_hand = situation(area, year).counted, ByHand(area, year)
    assert {key: tally.households for key, tally in counted.by["size"].items()} == by_hand.sizes
    assert {key: tally.households for key, tally in counted.by["income_step"].items()} == by_hand.incomes


def test_an_income_below_zero_has_its_column_and_an_unknown_one_has_none(county):
    """Whoever was not surveyed does not stand among the rich, nor at zero."""
    columns = situation(COUNTY, 2014).counted.by["income_step"]
    assert columns["-1"].households == 1
    assert columns["20"].households == 4  # 10,000 yuan or more
    assert columns[""].households == 2
    assert "0" not in columns


@pytest.mark.parametrize("year", [2014, 2015])
def test_the_guarantees_are_judged_as_for_one_household(county, year):
    counted, by_hand = situation(COUNTY, year).counted, ByHand(COUNTY, year)
    for position, name in enumerate(GUARANTEES):
        found = counted.by[name]
        assert {key: tally.households for key, tally in found.items()} == by_hand.met(position, by_hand.homes), name
        poor = {key: tally.poor_households for key, tally in found.items() if tally.poor_households}
        assert poor == by_hand.met(position, by_hand.poor), name


def test_the_age_pyramid_is_what_counting_by_hand_gives(county):
    found, by_hand = situation(COUNTY, 2014), ByHand()
    pyramid = people_of(found, register_years()).pyramid
    assert {key: persons for key, (persons, _poor) in pyramid.items()} == by_hand.ages(by_hand.homes)
    assert {key: poor for key, (_persons, poor) in pyramid.items() if poor} == by_hand.ages(by_hand.poor)
    assert (80, "male") in pyramid  # eighty on the very day
    assert (75, "female") in pyramid  # a day short of it


def test_every_year_is_counted_at_its_own_end(county):
    years = people_of(situation(COUNTY, 2014), Register(2013, 2017, 2017)).years
    for year in years:
        by_hand = ByHand(COUNTY, year.year)
        assert (year.persons, year.poor_persons) == (by_hand.persons(by_hand.homes), by_hand.persons(by_hand.poor))
    assert years[0].poor_persons == 0 < years[1].poor_persons


def test_places_add_up_to_the_whole(county):
    found = situation(COUNTY, 2014)
    assert [place.code for place in found.places.children] == [TOWN, "610426103"]
    assert [place.code for place in found.places.villages] == [A, B, C]
    for places in (found.places.children, found.places.villages):
        assert sum(place.tally.poor_persons for place in places) == found.poor_persons
        assert sum(place.tally.persons for place in places) == found.rural_persons
    town, village = situation(TOWN, 2014), situation(A, 2014)
    assert [place.code for place in town.places.children] == [A, B]
    assert [(place.code, place.tally.households) for place in village.places.children] == [(A, 2), (f"{A}001", 1)]
    assert [place.code for place in situation("6104", 2014).places.children] == [COUNTY]


def test_net_income_is_yuan_per_person_to_the_fen(county):
    by_hand = ByHand(code=C)
    money = sum(home["household"].surveys.get(year=2013).net_income for home in by_hand.homes)
    heads = sum(home["household"].surveys.get(year=2013).members_counted for home in by_hand.homes)
    assert situation(C, 2014).total.per_capita == (money / heads).quantize(Decimal("0.01"))


def test_yuan_without_a_fen_are_rounded_half_up_and_never_cut_off():
    assert [words.number(Decimal(yuan)) for yuan in ("3587.97", "3587.50", "3587.49")] == ["3,588", "3,588", "3,587"]
    assert spoken(Decimal("3587.965")) == "3,587.97" and words.number(1234) == "1,234"


def test_below_the_village_there_is_no_situation(county):
    with pytest.raises(AreaTooSmall):
        situation(f"{A}001", 2014)


@pytest.mark.parametrize("year", [2014, 2015])
@pytest.mark.parametrize("area", [COUNTY, TOWN, A])
def test_every_number_of_households_opens_the_list_that_it_counts(county, client, leader, area, year):
    shown = report(client, area=area, year=year)
    rows = [*shown.causes, *shown.county_causes, *shown.attributes, *shown.incomes, *shown.sizes, shown.above_line]
    rows += [figure for gap in shown.gaps for figure in (gap.unmet, gap.unknown)]
    assert shown.incomes and shown.causes
    for row in rows:
        assert listed(client, row.url).count() == row.tally.poor_households, row
        if row.all_url:
            assert listed(client, row.all_url).count() == row.tally.households, row
    assert listed(client, shown.below_line.all_url).count() == shown.unregistered_below_line


def test_who_is_below_the_line_and_not_on_the_register_is_told(county, client, leader):
    shown = report(client, area=COUNTY, year=2014)
    assert [str(home) for home in listed(client, shown.below_line.all_url)] == [f"{B}00001"]
    assert shown.unregistered_below_line == 1
    assert report(client, area=COUNTY, year=2015).unregistered_below_line == 0  # they earn more now


def opened(cell) -> tuple[str, str]:
    """Number and address of a cell of the table of places."""
    url, number = re.fullmatch(r'<a href="([^"]+)">([\d,]+)</a>', str(cell)).groups()
    return number, unescape(url)


@pytest.mark.parametrize("by", ["", "village"])
@pytest.mark.parametrize("year", [2014, 2015])
def test_the_numbers_of_the_total_open_the_lists_that_they_count(county, client, leader, year, by):
    table = client.get(SITUATION, {"area": COUNTY, "year": year, "by": by}).context["table"]
    total = {column.name: column.footer for column in table.columns}
    by_hand = ByHand(COUNTY, year)
    assert opened(total["households"])[0] == str(len(by_hand.homes))
    for name, homes in (("households", by_hand.homes), ("poor_households", by_hand.poor)):
        assert set(listed(client, opened(total[name])[1])) == {home["household"] for home in homes}
    for name, homes in (("persons", by_hand.homes), ("poor_persons", by_hand.poor)):
        number, url = opened(total[name])
        assert number == str(by_hand.persons(homes))
        assert set(listed(client, url)) == {home["household"] for home in homes}
    if not by:
        assert listed_villages(client, opened(total["villages"])[1]) == [A, B, C]
        number, url = opened(total["poor_villages"])
        assert len(listed_villages(client, url)) == int(number)


def test_who_belongs_to_no_group_is_listed_behind_the_number_and_the_list_says_so(county, client, leader):
    table = client.get(SITUATION, {"area": A, "year": 2014}).context["table"]
    row = next(row for row in table.rows if row.get_cell("name") == "未分组")
    for name in ("households", "poor_households"):
        number, url = opened(row.get_cell(name))
        homes = listed(client, url)
        assert [home.area_id for home in homes] == [A] * int(number), name
    assert '<option value="none" selected>未分组</option>' in client.get(url).content.decode()
    assert 'value="none"' not in client.get(reverse("registry:households"), {"area": C}).content.decode()


def test_every_number_of_a_place_opens_the_list_that_it_counts(county, client, leader):
    shown = report(client, area=COUNTY, year=2014)
    for place in (*shown.places, *shown.villages):
        poor, everybody = shown.links.poor(place.code), shown.links.households(place.code)
        assert listed(client, poor).count() == place.tally.poor_households
        assert listed(client, everybody).count() == place.tally.households
        assert len(listed_villages(client, shown.links.villages(place.code))) == place.villages
        assert len(listed_villages(client, shown.links.villages(place.code, poor="yes"))) == place.poor_villages
    assert listed_villages(client, shown.links.villages(poor="yes")) == [A]
    assert listed_villages(client, shown.links.villages()) == [A, B, C]


@pytest.mark.parametrize("year", [2014, 2015])
def test_every_number_of_persons_opens_the_households_in_which_they_live(county, client, leader, year):
    shown = report(client, area=COUNTY, year=year)
    by_hand = ByHand(COUNTY, year)
    bands = [band for pair in shown.ages for band in pair if band.persons]
    assert bands
    for band in bands:
        for url, number in ((band.url, band.poor), (band.all_url, band.persons)):
            homes = set(listed(client, url).values_list("pk", flat=True))
            living = [home for home in by_hand.homes if home["household"].pk in homes]
            age = int(parse_qs(urlparse(url).query)["age_min"][0])
            assert by_hand.ages(living)[age, band.sex] == number, band
            assert len(homes) <= number, band  # each of them has somebody of that age


@pytest.mark.parametrize("shown_year", [2014, 2015])
def test_every_year_opens_its_own_list(county, client, leader, shown_year):
    """In 2013 nobody had been written down yet; the list of 2014 leaves out the community, whatever year is shown."""
    years = report(client, area=COUNTY, year=shown_year).years
    assert [each.year.year for each in years] == [2014, 2015]
    for each in years:
        by_hand = ByHand(COUNTY, each.year.year)
        assert set(listed(client, each.url)) == {home["household"] for home in by_hand.poor}
        assert set(listed(client, each.all_url)) == {home["household"] for home in by_hand.homes}


def test_a_community_that_came_later_does_not_stand_in_the_list_of_its_year(county, client, leader):
    Member.objects.filter(household__village_code=COMMUNITY).update(joined_on=date(2015, 1, 1))
    last_year = report(client, area=COUNTY, year=2014)
    assert last_year.found.counted.urban == 0
    this_year = last_year.years[-1]
    assert len(listed(client, this_year.url)) == len(ByHand(COUNTY, 2015).poor)


def test_the_page_says_the_headline_with_links(county, client, leader):
    text = client.get(SITUATION, {"area": COUNTY, "year": 2014}).content.decode()
    by_hand = ByHand()
    poor = (
        reverse("registry:households")
        + f"?area={COUNTY}&amp;year=2014&amp;rural=yes&amp;size_min=1&amp;status=registered"
    )
    assert f'<a class="lead-number" href="{poor}">{by_hand.persons(by_hand.poor)}</a>' in text
    assert "永寿县共有贫困村" in text and "未计入：社区居民 1 户。" in text
    assert "扶贫标准" in text and "2,736" in text


def test_the_workbook_says_what_the_page_says(county, client, leader):
    shown = report(client, area=COUNTY, year=2014)
    content = client.get(reverse("web:situation-xlsx"), {"area": COUNTY, "year": 2014}).content
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    incomes = [row[1:] for row in book.get_sheet_by_name("收入分布").to_python()[1:]]
    assert [row[2] for row in incomes] == [each.tally.households for each in shown.incomes]
    ages = [row[1:] for row in book.get_sheet_by_name("年龄性别").to_python()[1:]]
    assert ages == [[men.poor, men.persons, women.poor, women.persons] for men, women in shown.ages]
    years = book.get_sheet_by_name("历年").to_python()[1:]
    assert [row[:3] for row in years] == [[str(y.year.year), y.year.poor_persons, y.year.persons] for y in shown.years]


def test_the_paper_is_a_pdf_named_after_area_and_year(county, client, leader):
    response = client.get(reverse("web:situation-pdf"), {"area": COUNTY, "year": 2014})
    assert response.content.startswith(b"%PDF-")
    assert "2014" in unquote(response.headers["Content-Disposition"])


def test_the_page_speaks_english(county, client, leader):
    client.cookies["django_language"] = "en"
    text = client.get(SITUATION, {"area": A, "year": 2014}).content.decode()
    assert "is a poor village, with" in text
    assert "is not on the list of poor villages" in client.get(SITUATION, {"area": B}).content.decode()


def test_whoever_sees_the_situation_lands_on_it(client, leader):
    assert client.get("/", follow=True).redirect_chain[-1][0] == SITUATION


def test_whoever_does_not_lands_on_their_first_screen(client, county):
    client.force_login(make_user(Role.AUDITOR, COUNTY))
    assert client.get("/").headers["Location"] == reverse("journal:entries")
    assert client.get(SITUATION).status_code == 403


def test_a_commissioner_sees_the_own_town_and_nothing_else(county, client):
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    shown = report(client, year=2014)
    assert shown.area.code == TOWN
    assert shown.found.poor_households == len(ByHand(TOWN).poor)
    for area in (COUNTY, "610426103", C, "61", "", "6104261", "永寿", f"{A}001"):
        for name in ("web:situation", "web:situation-pdf", "web:situation-xlsx"):
            response = client.get(reverse(name), {"area": area, "year": 2014})
            assert response.status_code == 404 or (area == "" and response.status_code == 200), (name, area)
    assert "常村" not in client.get(SITUATION, {"year": 2014}).content.decode()


def test_a_project_owner_sees_numbers_without_lists(county, client):
    client.force_login(make_user(Role.PROJECT_OWNER, COUNTY))
    response = client.get(SITUATION, {"year": 2014, "by": "village"})
    assert response.status_code == 200
    text = response.content.decode()
    assert reverse("registry:households") not in text and reverse("registry:villages") not in text
    assert f'href="{SITUATION}?area={A}&amp;year=2014"' in text


def test_whoever_has_two_areas_chooses(county, client):
    user = make_user(Role.TOWN_COMMISSIONER, TOWN)
    user.assignments.create(role=Role.TOWN_COMMISSIONER, area=make_area("610426103"), valid_from=date(2014, 1, 1))
    client.force_login(user)
    text = client.get(SITUATION, {"year": 2014}).content.decode()
    assert '<select class="form-select" name="area"' in text
    assert report(client, area="610426103").area.code == "610426103"


def test_an_empty_register_says_what_to_do_next(client, settings):
    settings.DEMO = True  # no duty of two-step login
    make_area(A)
    client.force_login(make_user(Role.COUNTY_OFFICER, COUNTY))
    text = client.get(SITUATION).content.decode()
    assert "登记册还是空的" in text and "jingzhun demo" in text
    assert reverse("registry:imports") in text
    client.force_login(make_user(Role.LEADER, COUNTY))
    text = client.get(SITUATION).content.decode()
    assert "由县扶贫办导入" in text and reverse("registry:imports") not in text


def test_a_year_without_anybody_says_so(county, client, leader):
    text = client.get(SITUATION, {"year": 2009}).content.decode()
    assert "该年度没有数据" in text
    for name in ("web:situation-pdf", "web:situation-xlsx"):
        assert client.get(reverse(name), {"year": 2009}).status_code == 200


def test_a_register_without_surveys_or_line_still_counts(client, leader):
    make_household(A, members=["安一"], registered_on=date(1995, 1, 1))
    Member.objects.update(joined_on=date(1995, 1, 1))
    shown = report(client, area=A, year=1995)
    assert (shown.found.line, shown.found.poor_households, shown.incomes) == (None, 1, [])
    assert [gap.unknown.tally.households for gap in shown.gaps[::3]] == [1, 1]  # neither income nor housing is known


def test_without_a_line_an_income_is_neither_below_nor_above(client, leader):
    """Before 2010 there is no line to judge by."""
    make_household(
        A, members=["安一"], registered_on=date(1995, 1, 1), survey={"year": 1994, "income_wage": Decimal(300)}
    )
    Member.objects.update(joined_on=date(1995, 1, 1))
    shown = report(client, area=A, year=1995)
    income = shown.gaps[0]
    assert (income.unmet.tally.households, income.unknown.tally.households) == (0, 1)
    assert listed(client, income.unknown.all_url).count() == 1
    assert shown.incomes  # they are counted all the same


@pytest.mark.parametrize("year", ["", "x", "2999", "99999999999", "-1"])
def test_a_year_that_is_none_gives_the_one_of_most_incomes(county, client, leader, year):
    assert report(client, year=year).found.year == 2014


def test_the_table_is_sorted_by_any_column(county, client, leader):
    def order(sort):
        table = client.get(SITUATION, {"year": 2014, "by": "village", "sort": sort}).context["table"]
        return [row.record.code for row in table.rows]

    by_incidence = sorted([A, B, C], key=lambda code: situation(code, 2014).incidence)
    assert order("incidence") == by_incidence
    assert order("-incidence") == by_incidence[::-1]
    assert order("name") == [A, B, C]
    assert order("nonsense") == [A, B, C]


def test_the_page_asks_the_database_as_often_for_many_as_for_few(county, client, leader):
    def asked(**query):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(SITUATION, query).status_code == 200
        ours = [query["sql"] for query in queries if query["sql"].split(" ")[0] not in ("SAVEPOINT", "RELEASE")]
        return len([sql for sql in ours if 'UPDATE "django_session"' not in sql])

    few = asked(area=COUNTY, year=2014)
    for _ in range(20):
        make_household(B, members=["某", "某"], survey={}, registered_on=date(2014, 10, 1))
    for code in range(210, 230):
        make_area(f"610426103{code}")
    assert asked(area=COUNTY, year=2014) == few <= 12
    assert asked(area=COUNTY, year=2014, by="village") == few
    assert asked(area=A, year=2014) <= few


def boundary(west: float, south: float):
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def test_villages_lie_on_the_map_where_they_lie(client, county, leader):
    Area.objects.filter(pk=A).update(boundary=boundary(108.1, 34.6))
    Area.objects.filter(pk=B).update(longitude=Decimal("108.25"), latitude=Decimal("34.75"))
    page = client.get(SITUATION, {"year": 2014}, headers={"accept-language": "en"})
    shown = page.context["map_data"]
    (shape,), (point,) = shown["shapes"]["features"], shown["points"]
    assert shape["geometry"] == boundary(108.1, 34.6) and shape["properties"]["name"] == "安村"
    assert (point["name"], point["lng"], point["lat"]) == ("北村", 108.25, 34.75)
    assert point["url"].startswith(f"/register/villages/{B}/")
    text = page.content.decode()
    assert 'data-map="situation-map"' in text and "1 village is not on the map" in text
    assert '<details class="tiles-too" open>' in text


def test_where_only_the_towns_are_known_the_map_shows_the_towns(client, county, leader):
    Area.objects.filter(level="town").update(boundary=boundary(108.1, 34.6))
    shown = client.get(SITUATION, {"year": 2014}).context["map_data"]
    assert len(shown["shapes"]["features"]) == 2 and not shown["points"]


def test_where_too_few_places_are_known_there_are_tiles_alone(client, county, leader):
    Area.objects.filter(pk=A).update(boundary=boundary(108.1, 34.6))
    page = client.get(SITUATION, {"year": 2014})
    assert page.context["map_data"] is None
    text = page.content.decode()
    assert 'data-map="' not in text and "tiles-too" not in text and "tile-towns" in text


def test_the_colours_change_where_the_county_says_since_that_day(client, county, leader):
    before = client.get(SITUATION, {"year": 2014}).context
    assert before["legend"][0] == (1, "< 3 %") and before["legend"][-1] == (5, "≥ 45 %")
    for name, share in zip(("map_class_2", "map_class_3"), ("0.125", "0.2"), strict=True):
        Parameter.objects.create(
            name=name, area_code=COUNTY, valid_from=date(2015, 1, 1), value=share, unit="share", source="县扶贫办"
        )
    now = client.get(SITUATION, {"year": 2015}).context
    assert [text for _, text in now["legend"]] == ["< 12.5 %", "12.5–20 %", "20–30 %", "30–45 %", "≥ 45 %"]
    assert client.get(SITUATION, {"year": 2014}).context["legend"] == before["legend"]


def test_without_classes_in_force_tiles_have_no_colour(client, county, leader):
    Parameter.objects.filter(name="map_class_3").delete()
    shown = client.get(SITUATION, {"year": 2014}).context
    assert shown["legend"] == [] and {tile.step for town in shown["towns"] for tile in town.tiles} == {0}


def test_money_is_rounded_not_cut():
    assert words.number(Decimal("3587.97")) == "3,588"
