"""`jingzhun register villages`: the villages' yearly reports come in whole or not at all."""

import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_village
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused
from jingzhun.registry.models import VillageYear

pytestmark = pytest.mark.django_db

HEADERS = ("行政区划代码", "年度", "总户数", "是否贫困村", "识别为贫困村日期", "农民人均纯收入", "主导产业")


@pytest.fixture(autouse=True)
def two_villages():
    make_village(VILLAGE)
    make_village(OTHER_VILLAGE)


def workbook(path: Path, *rows: tuple) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("村")
        for line, row in enumerate([HEADERS, *rows]):
            sheet.write_row(line, 0, row)
    return path


def villages(*arguments: str):
    return CliRunner().invoke(app, ["register", "villages", *arguments], catch_exceptions=False)


def test_reports_come_in_and_the_same_again_changes_nothing(tmp_path):
    file = workbook(
        tmp_path / "村.xlsx", (VILLAGE, 2014, 300, "是", "2014-10-17"), (OTHER_VILLAGE, 2014, 200, "否", "")
    )
    assert json.loads(villages(str(file), "--json").output) == {"rows": 2, "added": 2, "changed": 0}
    poor = VillageYear.objects.get(poor_village=True)
    assert (poor.area_id, poor.households, poor.poor_since) == (VILLAGE, 300, date(2014, 10, 17))
    assert json.loads(villages(str(file), "--json").output) == {"rows": 2, "added": 0, "changed": 0}


def test_a_year_that_says_nothing_of_the_list_carries_it_on(tmp_path):
    first = workbook(tmp_path / "2014.xlsx", (VILLAGE, 2014, 300, "是", "2014-10-17"), (OTHER_VILLAGE, 2014, 200))
    villages(str(first))
    villages(str(workbook(tmp_path / "2015.xlsx", (VILLAGE, 2015, 301, "", ""), (OTHER_VILLAGE, 2015, 201))))
    villages(str(workbook(tmp_path / "again.xlsx", (VILLAGE, 2014, 302, "", ""))))
    found = VillageYear.objects.order_by("area_id", "year").values_list("households", "poor_village", "poor_since")
    assert list(found) == [
        (302, True, date(2014, 10, 17)),
        (301, True, date(2014, 10, 17)),
        (200, False, None),
        (201, False, None),
    ]


def test_what_is_no_workbook_is_told_in_our_words(tmp_path):
    (tmp_path / "村.xlsx").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(Refused, match=r"村\.xlsx: The workbook is damaged"):
        villages(str(tmp_path / "村.xlsx"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(VILLAGE, 2014, 300, "是", ""), (VILLAGE, 2014, 301, "是", "")], "twice"),
        ([(VILLAGE, 2014, 300, "是", ""), ("610426999999", 2014, 300, "是", "")], "610426999999"),
        ([(VILLAGE, 2014, "many", "是", "")], "many"),
        ([(VILLAGE, 2014, 300, "是", "2014-02-30")], "2014-02-30"),
        ([(VILLAGE, "", 300, "是", "")], "村.xlsx, sheet 村, row 2, 年度: the cell is empty"),
        ([("", 2014, 300, "是", "")], "row 2, 行政区划代码: the cell is empty"),
        ([(VILLAGE, 99999, 300, "是", "")], "row 2, 年度: “99999” is not a year from 1990 to 2100"),
        ([(VILLAGE, "２０１４²", 300, "是", "")], "is not a year from"),
        ([(VILLAGE, 2014, 2**31, "是", "")], "总户数: “2147483648” is not a whole number from 0 to 2147483647"),
        ([(VILLAGE, 2014, -1, "是", "")], "总户数: “-1” is not a whole number"),
        ([(VILLAGE, 2014, 1e300, "是", "")], "总户数: “10+[0-9]*” is not a whole number"),
        ([(VILLAGE, 2014, 300, "也许", "")], "是否贫困村: “也许” is not yes or no"),
        ([(VILLAGE, 2014, 300, "是", "", "1e400")], "农民人均纯收入: “1e400” is not an amount"),
        ([(VILLAGE, 2014, 300, "是", "", 10**10)], "农民人均纯收入: “10000000000” is not an amount"),
        ([(VILLAGE, 2014, 300, "是", "", "", "苹果" * 21)], "主导产业: .* is not names of at most 40 characters"),
    ],
)
def test_one_wrong_row_and_nothing_comes_in(tmp_path, rows, said):
    with pytest.raises(Refused, match=said):
        villages(str(workbook(tmp_path / "村.xlsx", *rows)))
    assert not VillageYear.objects.exists()
