"""The situation as PDF and as a workbook: both open, and both say the numbers of the page."""

import io

import openpyxl
import pypdf
import pytest
from django.urls import reverse
from tests.registry.factories import make_area, make_user
from tests.web.situations import COUNTY, A, ByHand, make_county

from jingzhun.people.rules import Role
from jingzhun.registry.queries.situation import situation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(client):
    make_county()
    client.force_login(make_user(Role.LEADER, COUNTY))


def pdf_text(client, **asked):
    response = client.get(reverse("web:situation-pdf"), asked)
    assert response.headers["Content-Type"] == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(response.content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def workbook(client, **asked):
    response = client.get(reverse("web:situation-xlsx"), asked)
    assert response.headers["Content-Disposition"].startswith("attachment")
    return openpyxl.load_workbook(io.BytesIO(response.content))


def rows(sheet):
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_the_pdf_says_the_headline_and_every_village(client):
    text, by_hand = pdf_text(client, area=COUNTY, year=2014), ByHand()
    poor, persons = len(by_hand.poor), by_hand.persons(by_hand.poor)
    assert f"永寿县共有贫困村1个，贫困户{poor}户，贫困人口{persons}人" in text
    for words in (
        "永寿县2014年末贫困状况",
        "安村",
        "北村",
        "常村",
        "扶贫标准2,736元",
        "因病",
        "住房为危房",
        "80岁及以上",
    ):
        assert words in text, words


def test_the_pdf_speaks_english_and_of_a_village_too(client):
    client.cookies["django_language"] = "en"
    text = pdf_text(client, area=A, year=2014)
    assert "isapoorvillage,with2poorhouseholds" in text and "Bygroup" in text


def test_an_area_name_is_text_and_never_typst_source(client):
    make_area("610426104")
    village = make_area("610426104201", '#panic("x") $ [')
    client.force_login(make_user(Role.LEADER, COUNTY))
    assert '#panic("x")' in pdf_text(client, area=village.code, year=2014)


def test_the_workbook_holds_every_comparison_as_numbers(client):
    book, found = workbook(client, area=COUNTY, year=2014), situation(COUNTY, 2014)
    summary = {row[0]: row[1] for row in rows(book["概况"])}
    assert summary["贫困村"] == found.poor_villages
    assert summary["贫困户"] == found.poor_households
    assert summary["贫困人口"] == found.poor_persons
    assert summary["农村人口"] == found.rural_persons
    assert summary["贫困发生率"] == pytest.approx(float(found.incidence))
    villages = rows(book["行政村"])
    assert [row[0] for row in villages] == ["安村", "北村", "常村"]
    assert sum(row[7] for row in villages) == found.poor_persons
    assert sum(row[1] for row in rows(book["致贫原因"])) == found.poor_households
    assert sum(row[1] for row in rows(book["贫困户属性"])) == found.poor_households
    assert sum(row[1] for row in rows(book["家庭规模"])) == found.poor_households
    assert sum(row[2] + row[4] for row in rows(book["年龄性别"])) == found.rural_persons


def test_the_workbook_brings_its_charts(client):
    book = workbook(client, area=COUNTY, year=2014)
    assert all(
        book[title]._charts
        for title in ("分地区", "致贫原因", "收入分布", "家庭规模", "年龄性别", "两不愁三保障", "历年")
    )


def test_the_workbook_speaks_english(client):
    client.cookies["django_language"] = "en"
    book = workbook(client, area=COUNTY, year=2014)
    assert book.sheetnames[0] == "Summary" and "Causes" in book.sheetnames


def test_a_name_that_begins_with_an_equals_sign_is_no_formula(client):
    make_area("610426104201", "=1+1")
    book = workbook(client, area=COUNTY, year=2014)
    cell = next(row[0] for row in book["行政村"].iter_rows() if row[1].value == "610426104201")
    assert (cell.value, cell.data_type) == ("=1+1", "s")
