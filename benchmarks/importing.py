"""Import of a county's workbook, against openpyxl with one ORM save per row on the first rows of the same file."""

import tempfile
from collections.abc import Iterator
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.harness import Memory, Result, scratch_database, seconds

SEED = 2014
SLICE = 3_000
COUNTY = "610426"


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder, scratch_database():
        path = Path(folder) / "county.xlsx"
        # In a process of its own: what drawing the people takes must not count as the import's memory.
        writer = get_context("spawn").Process(target=_write, args=(str(path),))
        writer.start()
        writer.join()
        if writer.exitcode:
            raise SystemExit("the county's workbook could not be written")
        yield from _measure(path, Path(folder))


def _write(path: str) -> None:
    import django

    django.setup()
    from jingzhun.demo.targets import Targets, rural_villages
    from jingzhun.demo.workbooks import draw_county, write_county

    write_county(draw_county(SEED, rural_villages(), Targets()), Path(path))


def _measure(path: Path, folder: Path) -> Iterator[Result]:
    from django.conf import settings
    from django.db import connection

    from jingzhun.areas.actions import load_areas
    from jingzhun.demo.county import import_workbook
    from jingzhun.demo.targets import AREAS
    from jingzhun.registry.models import Member

    settings.VAR = folder
    load_areas(AREAS)
    with Memory() as memory:
        taken = seconds(lambda: import_workbook(path))
    persons = Member.objects.count()
    again = seconds(lambda: import_workbook(path))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE registry_household, registry_registerspell, registry_member, registry_survey CASCADE")
    naive = seconds(lambda: _by_orm(path)) / SLICE
    detail = f"{persons} persons, {path.stat().st_size / 2**20:.0f} MB, {taken:.1f} s"
    yield Result("import of the county, persons per second", persons / taken, "persons/s", detail=detail)
    yield Result(
        "against openpyxl with one ORM save per row",
        naive / (taken / persons),
        goal=30,
        detail=f"slice of {SLICE} rows: {naive * 1000:.2f} ms each",
    )
    yield Result("peak memory of the import, all its processes", memory.peak, "MB", 1024, at_most=True)
    yield Result("the same file again changes nothing", again, "s", detail="read, compared, nothing written")


def _by_orm(path: Path) -> None:
    """What one would write first: read a row, look up what it belongs to, save it."""
    from openpyxl import load_workbook

    from jingzhun.areas.models import Area
    from jingzhun.registry.models import Household

    sheet = load_workbook(path, read_only=True).worksheets[0]
    rows = sheet.iter_rows(min_row=2, max_row=SLICE + 2, values_only=True)
    headers = [str(cell) for cell in next(rows)]
    villages = {area.name: area for area in Area.objects.filter(level="village")}
    households: dict[str, Household] = {}
    for cells in rows:
        row = dict(zip(headers, cells, strict=False))
        number = str(row["户编号"])
        if number not in households:
            households[number] = _save_household(row, villages)
        _save_member(row, households[number])


def _save_household(row: dict[str, Any], villages: dict[str, Any]) -> Any:
    from jingzhun.people.fields import index_of
    from jingzhun.registry.models import Household, RegisterSpell, Survey

    phone, account = str(row["联系电话"] or ""), str(row["银行卡号"] or "")
    household = Household.objects.create(
        number=str(row["户编号"]),
        area=villages[row["行政村"]],
        phone=phone,
        phone_index=index_of(phone, "household.phone"),
        bank=row["开户银行"] or "",
        account=account,
        account_index=index_of(account, "household.account"),
        attribute=_code("attribute", row["贫困户属性"]),
        cause_main=_code("cause", row["主要致贫原因"]),
        causes_other=_codes("cause", row["其他致贫原因"]),
    )
    survey = {field.name: _plain(field, row.get(field.zh)) for field in _fields("survey")}
    Survey.objects.create(household=household, **(survey | {"year": 2013, "stated_per_capita": None}))
    if row["脱贫属性"]:
        RegisterSpell.objects.create(household=household, registered_on=row["识别时间"])
    return household


def _save_member(row: dict[str, Any], household: Any) -> None:
    from jingzhun.people.fields import index_of
    from jingzhun.registry.models import Member
    from jingzhun.registry.rules.derive import member_columns

    derived = member_columns(row["姓名"], str(row["证件号码"] or ""))
    key = derived.pop("id_key")
    values = {field.name: _plain(field, row.get(field.zh)) for field in _fields("member")}
    Member.objects.create(
        household=household,
        joined_on="2014-01-01",
        id_index=index_of(key, "member.id_number"),
        **(values | derived),
    )


def _fields(sheet: str) -> list[Any]:
    from jingzhun.registry import dictionary

    return [field for field in dictionary.fields(sheet) if field.zh]


def _plain(field: Any, cell: Any) -> Any:
    if field.kind == "code":
        return _code(field.code_list, cell)
    if field.kind == "codes":
        return _codes(field.code_list, cell)
    if field.kind == "bool":
        return None if cell is None else _code("yes_no", cell) == "true"
    if field.kind in ("money", "decimal"):
        return None if cell is None else Decimal(str(cell))
    return ("" if field.kind in ("text", "id", "phone", "account") else None) if cell is None else cell


def _code(name: str, cell: Any) -> str:
    from jingzhun.registry import dictionary

    return dictionary.understood(name)[dictionary.fold(str(cell))] if cell else ""


def _codes(name: str, cell: Any) -> list[str]:
    return [_code(name, part) for part in str(cell).split("、")] if cell else []
