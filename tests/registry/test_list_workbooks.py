"""A list as a workbook: what is a number, a day or a text on the screen is one in the file."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest

from jingzhun.registry.workbook.lists import SHARE, Head, write_list


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.VAR = tmp_path


def test_each_value_stays_what_it_is():
    heads = [
        Head("名称", 20),
        Head("户数"),
        Head("收入"),
        Head("发生率", numbers=SHARE),
        Head("日期"),
        Head("时间"),
        Head("备注"),
    ]
    moment = datetime(2014, 5, 7, 0, 30, tzinfo=UTC)
    rows = [
        ["=1+1", 3, Decimal("2736.50"), Decimal("0.29"), date(2014, 5, 6), moment, ""],
        ["永安村", 0, None, None, None, None, "http://x.example"],
    ]
    target = io.BytesIO()
    assert write_list(target, "行政村", heads, iter(rows), fixed=1) == 2
    sheet = openpyxl.load_workbook(target)["行政村"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].value) == ("B2", "A1:G3", "名称")
    first = sheet[2]
    assert (first[0].value, first[0].data_type) == ("=1+1", "s")
    assert [cell.value for cell in first[1:4]] == [3, 2736.5, 0.29]
    assert (first[2].number_format, first[3].number_format) == ("#,##0.00", "0.00%")
    assert (first[4].value, first[5].value) == (datetime(2014, 5, 6), moment.replace(tzinfo=None))
    assert sheet["B3"].value == 0 and sheet["G3"].hyperlink is None


def test_a_list_without_rows_has_its_heads():
    target = io.BytesIO()
    assert write_list(target, "空", [Head("名称")], []) == 0
    assert list(openpyxl.load_workbook(target).active.values) == [("名称",)]
