"""Workbooks for tests: rows as a clerk types them, written as .xlsx or CSV."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from tests.registry.factories import VILLAGE, make_id

NATIONAL = [
    "省", "市", "县", "乡(镇)", "行政村", "户编号", "人编号", "姓名", "性别", "证件号码", "人数", "与户主关系", "民族",
    "文化程度", "在校生状况", "健康状况", "劳动技能", "脱贫属性", "贫困户属性", "主要致贫原因", "其他致贫原因",
    "人均纯收入", "联系电话", "银行卡号",
]  # fmt: skip
HOUSEHOLD = {"省": "陕西省", "市": "咸阳市", "县": "永寿县", "乡(镇)": "店头镇", "行政村": "永安村", "人数": 3,
             "脱贫属性": "未脱贫", "贫困户属性": "一般贫困户", "主要致贫原因": "因病", "人均纯收入": 2100,
             "联系电话": "13900001111"}  # fmt: skip
PEOPLE: list[dict[str, Any]] = [
    {"姓名": "张三", "性别": "男", "与户主关系": "户主", "民族": "汉族", "健康状况": "长期慢性病",
     "证件号码": make_id(date(1965, 5, 20), "male", 1)},
    {"姓名": "李四", "性别": "女", "与户主关系": "配偶", "民族": "汉族", "健康状况": "健康",
     "证件号码": make_id(date(1967, 3, 1), "female", 2)},
    {"姓名": "张小三", "性别": "男", "与户主关系": "之子", "民族": "汉族", "健康状况": "健康",
     "证件号码": make_id(date(1990, 8, 8), "male", 3)},
]  # fmt: skip

Row = dict[str, Any]


def household(serial: int = 1, people: Sequence[Mapping[str, Any]] | None = None, **values: Any) -> list[Row]:
    """Rows of one household of the national layout; `serial` makes number and ID numbers its own.

    `values` change every row: 行政村="平安村" for example.
    """
    rows = []
    for turn, person in enumerate(people or PEOPLE, 1):
        row = {**HOUSEHOLD, "户编号": f"{VILLAGE}{serial:05d}", "人编号": f"{VILLAGE}{serial:05d}{turn:02d}", **person}
        if serial > 1 and "证件号码" in person and people is None:
            born, sex = [(date(1965, 5, 20), "male"), (date(1967, 3, 1), "female"), (date(1990, 8, 8), "male")][
                turn - 1
            ]
            row["证件号码"] = make_id(born, sex, serial * 10 + turn)
        if people is not None:
            row["人数"] = len(people)
        rows.append({**row, **values})
    return rows


def write_xlsx(path: Path, rows: Sequence[Row], headers: Sequence[str] = (), titles: Sequence[str] = ()) -> Path:
    """One sheet; `titles` stand merged above the headers."""
    return write_sheets(path, {"Sheet1": rows}, {"Sheet1": headers} if headers else {}, titles)


def write_sheets(
    path: Path, sheets: Mapping[str, Sequence[Row]], headers: Mapping[str, Sequence[str]] | None = None,
    titles: Sequence[str] = (),
) -> Path:  # fmt: skip
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            columns = list((headers or {}).get(name) or columns_of(rows))
            for line, title in enumerate(titles):
                sheet.merge_range(line, 0, line, max(len(columns) - 1, 1), title)
            for index, header in enumerate(columns):
                sheet.write_string(len(titles), index, header)
            for line, row in enumerate(rows, len(titles) + 1):
                for index, header in enumerate(columns):
                    value = row.get(header)
                    if isinstance(value, date):
                        sheet.write_datetime(line, index, value, day)
                    elif value is not None and value != "":
                        sheet.write(line, index, value)
    return path


def write_csv(path: Path, rows: Sequence[Row], encoding: str = "utf-8-sig") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, columns_of(rows))
        writer.writeheader()
        writer.writerows(rows)
    return path


def columns_of(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))
