"""The sheet of the villages' yearly reports: its columns, what a cell may hold, and how a file of it is read."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from jingzhun.methods.typed import is_digits
from jingzhun.registry.dictionary import fold, understood
from jingzhun.registry.models import STANDING, VillageYear

from .guard import inspect
from .problems import WorkbookRefused

# Column of the workbook -> field of VillageYear (national village form, B items).
COLUMNS = {
    "行政区划代码": "area_id", "年度": "year", "总户数": "households", "总人口数": "persons", "劳动力人数": "labour",
    "村民小组数": "groups", "农民人均纯收入": "per_capita_income", "村集体经济收入": "collective_income",
    "耕地面积": "arable", "是否通沥青或水泥路": "paved_road", "未通路的村民小组数": "groups_without_road",
    "是否通客运班车": "bus", "饮水安全户数": "safe_water_households", "通自来水户数": "tap_water_households",
    "通生活用电户数": "power_households", "是否通生产用电": "production_power", "是否通宽带": "broadband",
    "是否有卫生室": "clinic", "执业医生数": "doctors", "是否有幼儿园": "kindergarten", "是否有小学": "school",
    "是否有文化活动室": "culture_room", "危房户数": "dangerous_houses", "主导产业": "leading_industries",
    "农民专业合作社数": "cooperatives", "是否贫困村": "poor_village", "识别为贫困村日期": "poor_since",
    "退出日期": "exited_on",
}  # fmt: skip
REQUIRED = ("area_id", "year")
HEADS = {name: head for head, name in COLUMNS.items()}
YEARS = (1990, 2100)
FIELDS = {field.attname: field for field in VillageYear._meta.concrete_fields}


class BadVillageReports(Exception):
    """The workbook cannot be imported; the message names sheet, cell, value and what is expected. Nothing changed."""


def read_reports(path: Path, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row of a file as (where it stands, values by field); where a village stands with the list of poor villages
    only if the row says so. `name`: what the file is called. Raises BadVillageReports."""
    title, lines = _opened(path, name)
    heads = [fold(str(head)) for head in lines[0]] if lines else []
    places = {field: heads.index(fold(head)) for head, field in COLUMNS.items() if fold(head) in heads}
    if missing := [head for head, field in COLUMNS.items() if field in REQUIRED and field not in places]:
        raise BadVillageReports(
            _("%(file)s, sheet %(sheet)s: the first row lacks the column %(column)s.")
            % {"file": name, "sheet": title, "column": missing[0]}
        )
    for number, line in enumerate(lines[1:], start=2):
        if any(cell != "" for cell in line):
            where = _("%(file)s, sheet %(sheet)s, row %(row)s")
            at = where % {"file": name, "sheet": title, "row": number}
            said = {
                field: line[place]
                for field, place in places.items()
                if field not in STANDING or str(line[place]).strip()
            }
            yield at, {field: _value(field, cell, f"{at}, {HEADS[field]}") for field, cell in said.items()}


def _opened(path: Path, name: str) -> tuple[str, list[list[Any]]]:
    """Title and lines of the first sheet."""
    try:
        inspect(path)
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            return sheet.name, sheet.to_python(skip_empty_area=False)
    except WorkbookRefused as error:
        raise BadVillageReports(f"{name}: {error}") from error
    except (CalamineError, OSError, IndexError) as error:
        text = _("%(file)s cannot be read as a workbook: it is damaged, or none. Save it as .xlsx.")
        raise BadVillageReports(text % {"file": name}) from error


def _value(name: str, cell: Any, where: str) -> Any:
    """A cell as the field stores it. Raises BadVillageReports, naming the cell, its value and what is expected."""
    field = FIELDS[name]
    text = str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()
    told = {"cell": where, "value": text[:60]}
    if text == "" and name in REQUIRED:
        raise BadVillageReports(_("%(cell)s: the cell is empty; a report names its village and year.") % told)
    try:
        value = _read(field, cell, text)
        if value is not None and field.get_internal_type() != "ForeignKey":
            field.clean(value, None)
        if "\0" in text or (name == "year" and not YEARS[0] <= value <= YEARS[1]):
            raise ValueError(text)
    except (KeyError, ValueError, InvalidOperation, ValidationError) as error:
        told["expected"] = expected(field)
        raise BadVillageReports(_("%(cell)s: “%(value)s” is not %(expected)s.") % told) from error
    return value


def _read(field: Any, cell: Any, text: str) -> Any:
    kind = field.get_internal_type()
    if kind == "ForeignKey":
        return text
    if kind == "BooleanField":
        return understood("yes_no")[fold(text)] == "true" if text else None
    if kind == "ArrayField":
        return [part for part in text.replace("，", "、").split("、") if part]
    if text == "":
        return None
    if kind == "DateField":
        return cell.date() if isinstance(cell, datetime) else cell if isinstance(cell, date) else _day(text)
    return _amount(text) if kind == "DecimalField" else _whole(text)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _whole(text: str) -> int:
    if not is_digits(text):
        raise ValueError(text)
    return int(text)


def _amount(text: str) -> Decimal:
    amount = Decimal(text).quantize(Decimal("0.01"))
    if amount < 0:
        raise ValueError(text)
    return amount


def expected(field: Any) -> str:
    """What a cell may hold, in words."""
    kind = field.get_internal_type()
    if field.name == "year":
        return _("a year from %(first)s to %(last)s") % {"first": YEARS[0], "last": YEARS[1]}
    if kind == "BooleanField":
        return _("yes or no")
    if kind == "DateField":
        return _("a day such as 2014-10-17")
    if kind == "ArrayField":
        return _("names of at most %(count)s characters, divided by 、") % {"count": field.base_field.max_length}
    if kind == "DecimalField":
        return _("an amount from 0 to %(most)s") % {"most": "9" * (field.max_digits - field.decimal_places)}
    return _("a whole number from 0 to %(most)s") % {"most": connection.ops.integer_field_range(kind)[1]}
