"""The county's cadres come in from a workbook: as a whole, or with every wrong cell named."""

from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation
from tests.assistance.factories import make_cadre, make_organisation, make_pairing
from tests.registry.factories import VILLAGE, make_area, make_household, make_user

from jingzhun.assistance.actions.cadres import import_cadres, leave
from jingzhun.assistance.models import Pairing
from jingzhun.assistance.workbook.cadres import COLUMNS, read_cadres, write_cadres
from jingzhun.journal.models import Entry
from jingzhun.people.models import Cadre
from jingzhun.people.rules import Role
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.problems import WorkbookRefused

pytestmark = pytest.mark.django_db
COUNTY = "610426"
GOOD = ["A1", "王干部", "男", "永寿县教育局", "一般干部", "教师", VILLAGE, "教育、实用技术", "普通话", 3, "13900001111",
        date(2014, 3, 1)]  # fmt: skip


@pytest.fixture
def officer():
    make_organisation()
    make_area(VILLAGE)
    return make_user(Role.COUNTY_OFFICER, COUNTY)


def book(path: Path, *rows: list) -> Path:
    with path.open("wb") as file:
        write_cadres(file, rows)
    return path


def test_a_workbook_brings_cadres_and_a_second_one_changes_them(officer, tmp_path):
    taken = import_cadres(book(tmp_path / "a.xlsx", GOOD), make_area(COUNTY), by=officer)
    assert (taken.added, taken.changed, taken.bad) == (1, 0, [])
    cadre = Cadre.objects.get()
    assert (cadre.name, cadre.rank, cadre.skills, cadre.near_id) == (
        "王干部", "ordinary", ["teaching", "technology"], VILLAGE,
    )  # fmt: skip
    assert (cadre.phone, cadre.capacity, cadre.serves_from) == ("13900001111", 3, date(2014, 3, 1))
    again = [*GOOD[:4], "科级领导", *GOOD[5:]]
    taken = import_cadres(book(tmp_path / "b.xlsx", again, ["A2", *GOOD[1:]]), make_area(COUNTY), by=officer)
    assert (taken.added, taken.changed) == (1, 1)
    assert Cadre.objects.get(number="A1").rank == "department"
    same = import_cadres(tmp_path / "b.xlsx", make_area(COUNTY), by=officer)
    assert (same.added, same.changed, same.same) == (0, 0, 2)
    assert [entry.values["added"] for entry in Entry.objects.filter(action="assistance.cadres_imported")] == [1, 1]


def test_every_wrong_cell_is_named_and_nothing_comes_in(officer, tmp_path):
    bad = ["A2", "李", "男", "没有的局", "将军", "", "999999999999", "炼金术", "火星语", 0, "12", "2014-13-45"]
    taken = import_cadres(book(tmp_path / "a.xlsx", GOOD, bad, GOOD), make_area(COUNTY), by=officer)
    told = {each.cell: each.problem for each in taken.bad}
    assert {"E3", "H3", "I3", "K3", "L3"} <= set(told)
    assert told["E3"] == "“将军”不在名单中；可用的有：县级领导、科级领导、一般干部。"
    assert told["A4"] == "第2行已有这个编号。"
    assert not Cadre.objects.exists() and not Entry.objects.exists()
    bad = ["A2", "李", "男", "没有的局", "一般干部", "", "999999999999", "", "", 0, "", None]
    taken = import_cadres(book(tmp_path / "b.xlsx", bad), make_area(COUNTY), by=officer)
    told = {each.cell: each.problem for each in taken.bad}
    assert "先添加" in told["D2"] and told["G2"] == "没有这个代码的区划。" and told["J2"] == "至少一户，或留空。"


def test_a_check_alone_writes_nothing(officer, tmp_path):
    taken = import_cadres(book(tmp_path / "a.xlsx", GOOD), make_area(COUNTY), by=officer, only_check=True)
    assert taken.added == 1 and not Cadre.objects.exists()


def test_a_workbook_without_the_columns_says_which_is_missing(officer, tmp_path):
    wrong = openpyxl.Workbook()
    wrong.active.append(["编号", "电话"])
    wrong.save(tmp_path / "a.xlsx")
    with pytest.raises(WorkbookRefused, match="干部编号"):
        import_cadres(tmp_path / "a.xlsx", make_area(COUNTY), by=officer)
    half = openpyxl.Workbook()
    half.active.append(["干部编号", "姓名"])
    half.save(tmp_path / "b.xlsx")
    with pytest.raises(WorkbookRefused, match="单位"):
        import_cadres(tmp_path / "b.xlsx", make_area(COUNTY), by=officer)


def test_the_template_of_either_language_comes_back(officer, tmp_path):
    for language in ("en", "zh-hans"):
        with translation.override(language):
            target = BytesIO()
            write_cadres(target, [GOOD])
            (tmp_path / "t.xlsx").write_bytes(target.getvalue())
        read = read_cadres(tmp_path / "t.xlsx")
        assert not read.bad and set(read.columns) == {column.name for column in COLUMNS}


def test_nobody_of_another_county_is_changed_and_no_town_imports(officer, tmp_path):
    make_cadre("外县", county=make_area("610427"), number="A1")
    taken = import_cadres(book(tmp_path / "a.xlsx", GOOD), make_area(COUNTY), by=officer)
    assert taken.bad[0].cell == "A2" and Cadre.objects.get().name == "外县"
    with pytest.raises(NotYours):
        import_cadres(tmp_path / "a.xlsx", make_area(COUNTY), by=make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]))


def test_who_leaves_says_why_and_leaves_once(officer):
    cadre = make_cadre()
    make_pairing(make_household(VILLAGE, registered_on=date(2014, 10, 1)), cadre)
    for day, why, message in ((date(2013, 1, 1), "调离", "早于到任"), (date(2015, 1, 1), " ", "离任原因")):
        with pytest.raises(Refused, match=message):
            leave(cadre, day, why, by=officer)
    assert leave(cadre, date(2015, 1, 1), "调离", by=officer) == 1
    assert Pairing.objects.get().until == date(2015, 1, 1)
    with pytest.raises(Refused, match="已离任"):
        leave(cadre, date(2015, 1, 2), "调离", by=officer)
