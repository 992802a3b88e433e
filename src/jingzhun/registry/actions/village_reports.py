"""Import of the villages' yearly reports: a workbook with one row per village and year, whole or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.journal.actions import SYSTEM, Actor, Decision, System, record
from jingzhun.methods.typed import is_digits
from jingzhun.registry.dictionary import fold, understood
from jingzhun.registry.models import VillageYear

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


@dataclass(frozen=True)
class Imported:
    """What an import of village reports did."""

    rows: int
    added: int
    changed: int


@transaction.atomic
def import_village_reports(path: Path, *, area_code: str, by: Actor | System = SYSTEM) -> Imported:
    """Take over the reports of villages within an area. Raises BadVillageReports."""
    rows = list(_rows(path))
    _require_once(rows)
    known = set(Area.objects.within(area_code).filter(level=Level.VILLAGE).values_list("code", flat=True))
    for cell, values in rows:
        if values["area_id"] not in known:
            raise BadVillageReports(
                _("%(cell)s: %(code)s is no village of area %(area)s.")
                % {"cell": cell, "code": values["area_id"], "area": area_code}
            )
    before = {
        (found.area_id, found.year): found
        for found in VillageYear.objects.filter(area_id__in=[values["area_id"] for _cell, values in rows])
    }
    fresh = [VillageYear(**values) for _cell, values in rows if (values["area_id"], values["year"]) not in before]
    changed = [
        _changed(before[key], values)
        for _cell, values in rows
        if (key := (values["area_id"], values["year"])) in before and _differs(before[key], values)
    ]
    VillageYear.objects.bulk_create(fresh)
    fields = [name for name in COLUMNS.values() if name not in REQUIRED]
    VillageYear.objects.bulk_update(changed, fields, batch_size=500)
    if fresh or changed:
        values = {"file": path.name, "added": len(fresh), "changed": len(changed)}
        record(Decision("registry.village_reports_imported", "area", area_code, area_code, values=values), by=by)
    return Imported(len(rows), len(fresh), len(changed))


def _require_once(rows: list[tuple[str, dict[str, Any]]]) -> None:
    """A village reports a year once."""
    seen: dict[tuple[Any, Any], str] = {}
    for cell, values in rows:
        key = values["area_id"], values["year"]
        first = seen.setdefault(key, cell)
        if first != cell:
            said = {"cell": cell, "code": key[0], "year": key[1], "first": first}
            raise BadVillageReports(_("%(cell)s: village %(code)s reports %(year)s twice, first in %(first)s.") % said)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_index(0)
            lines = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, IndexError) as error:
        raise BadVillageReports(f"{path.name}: {error}") from error
    heads = [fold(str(head)) for head in lines[0]] if lines else []
    places = {name: heads.index(fold(head)) for head, name in COLUMNS.items() if fold(head) in heads}
    if missing := [head for head, name in COLUMNS.items() if name in REQUIRED and name not in places]:
        raise BadVillageReports(
            _("%(file)s, sheet %(sheet)s: the first row lacks the column %(column)s.")
            % {"file": path.name, "sheet": sheet.name, "column": missing[0]}
        )
    for number, line in enumerate(lines[1:], start=2):
        if any(cell != "" for cell in line):
            where = _("%(file)s, sheet %(sheet)s, row %(row)s")
            cell = where % {"file": path.name, "sheet": sheet.name, "row": number}
            yield cell, {name: _value(name, line[place], f"{cell}, {HEADS[name]}") for name, place in places.items()}


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
        unknown = False if field.name == "poor_village" else None
        return understood("yes_no")[fold(text)] == "true" if text else unknown
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


def _differs(row: VillageYear, values: dict[str, Any]) -> bool:
    return any(getattr(row, name) != value for name, value in values.items())


def _changed(row: VillageYear, values: dict[str, Any]) -> VillageYear:
    for name, value in values.items():
        setattr(row, name, value)
    return row
