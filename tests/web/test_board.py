"""The board: what is late, idle or at risk, and the reports of a period; each number recounted by hand and opened."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.assistance.stage import delivered, picture, planned
from tests.management.stage import COUNTY, give, in_days, make_project, make_source, today
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_household, make_user

from jingzhun.assistance.actions import measures
from jingzhun.assistance.actions.measures import Signed
from jingzhun.assistance.actions.visits import Seen, log_visit
from jingzhun.assistance.models import Measure
from jingzhun.management.actions import orders, projects
from jingzhun.management.actions.orders import ToPay
from jingzhun.people.rules import Role
from jingzhun.web.board.period import MONTH, MONTHS, QUARTER, YEAR, Period, period_of

TOWN = VILLAGE[:9]


def poor(village=VILLAGE):
    return make_household(village, members=["户主"], registered_on=date(2014, 10, 1), cause_main="illness")


@pytest.fixture
def officer(settings, db):
    settings.DEMO = True
    make_area(OTHER_VILLAGE)
    make_area(VILLAGE)
    return make_user(Role.COUNTY_OFFICER, COUNTY)


@pytest.fixture
def leader(officer):
    return make_user(Role.LEADER, COUNTY)


@pytest.fixture
def county(officer, leader):
    """Two villages of two towns: visits, measures late and confirmed, a late project that paid."""
    clerk, town = make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_COMMISSIONER, TOWN)
    first, second = poor(), poor()
    poor(OTHER_VILLAGE)
    log_visit(Seen(first, today(), "在家"), by=clerk)
    log_visit(Seen(second, today() - timedelta(days=400), "在家"), by=clerk)
    measures.confirm([Signed(delivered(first, clerk, town), "户主", today())], picture(), by=clerk)
    Measure.objects.filter(pk=planned(second, clerk).pk).update(due_on=in_days(-3))
    project, source = make_project(officer, leader), make_source(officer, 90_000)
    give(source, project, 50_000, officer, leader)
    order = orders.prepare_order(
        project, "supplier", "路基款", "发票1号", [ToPay("永寿县路桥公司", Decimal(20_000))], by=officer
    )
    orders.decide_order(order, today(), approve=True, by=leader)
    return project


def by_hand(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return dict(cursor.fetchall())


def shown(page, name):
    """A figure of a page by place, and its total."""
    figures = [figure for _title, _tone, tiles in page.context["groups"] for figure, _total, _url in tiles]
    (figure,) = [each for each in figures if each.name == name]
    return {code: number for code, number in figure.numbers.items() if number}


def test_what_is_late_or_idle_or_at_risk_is_what_the_tables_hold(client, leader, county):
    client.force_login(leader)
    page = client.get(reverse("web:board"))
    late = by_hand(
        "SELECT left(h.village_code, 9), count(*) FROM assistance_measure m JOIN registry_household h"
        " ON h.id = m.household_id WHERE m.state IN ('planned', 'approved') AND m.due_on < %s GROUP BY 1", today(),
    )  # fmt: skip
    assert shown(page, "late") == late == {TOWN: 1}
    never = by_hand(
        "SELECT left(village_code, 9), count(*) FROM registry_household h WHERE NOT EXISTS (SELECT FROM"
        " assistance_visit v WHERE v.household_id = h.id AND v.on > %s) GROUP BY 1", today() - timedelta(days=90),
    )  # fmt: skip
    assert shown(page, "visit") == never == {TOWN: 1, OTHER_VILLAGE[:9]: 1}
    unpaid = by_hand("SELECT left(p.area_id, 9), sum(a.balance) FROM management_account a JOIN management_project p"
                     " ON p.id = a.project_id WHERE a.kind = 'project' GROUP BY 1")  # fmt: skip
    assert shown(page, "unpaid") == unpaid == {TOWN: Decimal(30_000)}
    assert page.context["idle"] == (Decimal(40_000), 0)
    assert shown(page, "projects") == {TOWN: 1}
    assert page.context["places"][0].code == TOWN, "where most is late stands first"


def test_a_number_opens_the_list_of_as_many(client, officer, county):
    client.force_login(officer)
    for name, asked in (("web:board", {}), ("web:report", {})):
        page = client.get(reverse(name), asked)
        for place in page.context["places"]:
            for number, url, label in place.cells:
                opened = client.get(url)
                assert opened.status_code == 200, url
                listed = opened.context.get("page")
                if listed is not None and not isinstance(number, Decimal) and "coverage" not in url:
                    assert listed.paginator.count == number, (label, url)


def test_a_period_counts_what_happened_in_it_and_no_more(client, officer, county):
    projects.drop(make_project(officer, county.approved_by, title="停建"), "撤项", by=officer)
    client.force_login(officer)
    page = client.get(reverse("web:report"))
    told = {tile["figure"].name: tile["total"] for tile in page.context["tiles"]}
    first = today().replace(day=1)
    begun = 1 + 1 if in_days(-60) >= first else 0
    assert told == {"visits": 1, "needs": 0, "measures": 1, "begun": begun, "completed": 0, "accepted": 0,
                    "paid": Decimal(20_000)}  # fmt: skip
    long_ago = client.get(reverse("web:report"), {"period": "1999"})
    assert not any(tile["total"] for tile in long_ago.context["tiles"])
    whole = client.get(reverse("web:report"), {"period": str(in_days(-400).year)})
    assert {tile["figure"].name: tile["total"] for tile in whole.context["tiles"]}["visits"] == 1


def test_the_report_leaves_as_workbook_and_as_paper(client, officer, county):
    client.force_login(officer)
    book = openpyxl.load_workbook(BytesIO(client.get(reverse("web:report-xlsx")).content))
    sums = {row[0]: row[1] for row in book["合计"].iter_rows(min_row=2, values_only=True)}
    assert (sums["走访"], sums["支付资金（元）"]) == (1, 20_000)
    places = list(book["分区域"].iter_rows(min_row=2, values_only=True))
    assert [row[-1] for row in places if row[-1]] == [20_000]
    paper = client.get(reverse("web:report-pdf"))
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_a_town_sees_its_own_and_no_other(client, county):
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    page = client.get(reverse("web:board"))
    assert page.context["idle"] is None
    assert shown(page, "late") == {} and shown(page, "unpaid") == {}
    assert [place.code for place in page.context["places"]] == [OTHER_VILLAGE]
    for name in ("web:board", "web:report", "web:report-xlsx", "web:report-pdf"):
        assert client.get(reverse(name), {"area": TOWN}).status_code == 404
        assert client.get(reverse(name), {"area": COUNTY}).status_code == 404
    client.force_login(make_user(Role.HELPER, COUNTY))
    assert client.get(reverse("web:board")).status_code == 403


def test_more_villages_ask_no_more_questions(client, officer, county):
    client.force_login(officer)

    def asked(name):
        with CaptureQueriesContext(
            connection,
        ) as questions:
            assert client.get(reverse(name)).status_code == 200
        return len(questions)

    few = [asked(name) for name in ("web:board", "web:report")]
    for number in range(1, 6):
        village = f"{TOWN}{300 + number}"
        make_area(village)
        poor(village)
    assert [asked(name) for name in ("web:board", "web:report")] == few


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2015-02", date(2015, 2, 1), date(2015, 2, 28)),
        ("2015-Q4", date(2015, 10, 1), date(2015, 12, 31)),
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2015-13", date(2015, 5, 1), date(2015, 5, 31)),
        ("nonsense", date(2015, 5, 1), date(2015, 5, 31)),
    ],
)
def test_an_address_names_a_period(text, first, last):
    found = period_of(text, date(2015, 5, 20))
    assert (found.first, found.last) == (first, last)


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.sampled_from([MONTH, QUARTER, YEAR]))
def test_periods_follow_each_other_without_a_gap(day, kind):
    period = Period(MONTH, day.replace(day=1)).as_kind(kind)
    assert period.first <= day <= period.last
    assert period.after.first - period.last == timedelta(days=1) and period.after.before == period
    assert period_of(period.code, date(2000, 1, 1)) == period
    months = [each for number in range(MONTHS[kind]) for each in [period.months[number]]]
    assert months[0].first == period.first and months[-1].last == period.last
