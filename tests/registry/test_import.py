"""A county's register comes in from workbooks: what is added, changed, unchanged and refused."""

import io
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.db import connection, transaction
from django.utils import translation
from tests.installation import wait_until
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_id, make_user
from tests.registry.importing import codes, load, read, reasons, register
from tests.registry.workbooks import NATIONAL, PEOPLE, household, write_csv, write_sheets, write_xlsx

from jingzhun.areas.models import Area
from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry.actions import imports
from jingzhun.registry.actions.edits import edit_household
from jingzhun.registry.actions.saving import lock
from jingzhun.registry.importing import analysis
from jingzhun.registry.models import Household, Import, Member, RegisterSpell, Survey
from jingzhun.registry.queries.asked import asked_for
from jingzhun.registry.queries.imports import problems, towns
from jingzhun.registry.queries.situation import register_years

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]


def test_a_national_workbook_becomes_households_members_surveys_and_the_register(file):
    job = load(write_xlsx(file, household(1) + household(2)))

    assert job.state == Import.State.APPLIED
    assert job.counts["households"] == {"add": 2, "change": 0, "same": 0, "refused": 0}
    assert job.counts["members"]["add"] == 6
    found = Household.objects.get(number=f"{VILLAGE}00001")
    assert (found.village_code, found.attribute, found.cause_main) == (VILLAGE, "general", "illness")
    assert found.phone == "13900001111" and found.phone_index
    head = found.members.get(relation="head")
    assert (head.name, head.sex, head.pinyin, head.initials) == ("张三", "male", "zhangsan", "zs")
    assert head.birth_date == date(1965, 5, 20) == head.id_birth_date  # the layout has no birth date: the ID tells it
    assert head.id_number == PEOPLE[0]["证件号码"] and head.id_problem == ""
    survey = found.surveys.get()
    assert (survey.year, survey.members_counted, survey.stated_per_capita) == (2013, 3, Decimal(2100))
    spell = found.spells.get()
    assert (spell.registered_on, spell.exited_on) == (date(2014, 12, 31), None)


def test_nothing_is_in_the_register_before_the_confirmation(file):
    job = read(write_xlsx(file, household()))
    assert job.state == Import.State.READY and not Household.objects.exists()
    imports.cancel(job)
    job.refresh_from_db()
    assert job.state == Import.State.CANCELLED
    assert not Household.objects.exists() and not Path(job.path or "/nowhere").exists()


def test_importing_the_same_file_twice_changes_nothing(file):
    people = [*PEOPLE, {"姓名": "张小妹", "性别": "女", "与户主关系": "之女", "健康状况": "健康"}]  # no ID number
    disabled = {**PEOPLE[1], "证件号码": PEOPLE[1]["证件号码"] + "42", "健康状况": "残疾"}
    placeholder = {"姓名": "张奶奶", "性别": "女", "与户主关系": "之母", "证件号码": "999999193001010019"}
    rows = household(1, [people[0], disabled, *people[2:], placeholder]) + household(2)
    rows[0]["本人电话"] = "13811112222"
    load(write_xlsx(file, rows))
    before, entries = register(), Entry.objects.count()

    job = load(file)

    assert job.counts["households"] == {"add": 0, "change": 0, "same": 2, "refused": 0}
    assert job.counts["members"] == {"add": 0, "change": 0, "same": 8, "refused": 0}
    assert job.counts["surveys"] == {"add": 0, "change": 0, "same": 2, "refused": 0}
    assert register() == before and Entry.objects.count() == entries


def test_a_changed_cell_is_told_field_by_field_and_only_that_is_written(file):
    from jingzhun.registry.queries.imports import changes

    rows = household()
    load(write_xlsx(file, rows))
    rows[0]["健康状况"], rows[0]["姓名"] = "健康", "张三丰"
    for row in rows:
        row["主要致贫原因"], row["联系电话"] = "缺技术", "13900002222"

    job = read(write_xlsx(file, rows))

    told, count = changes(job, 0, 50)
    assert count == 4
    assert {(each["label"], each["old"], each["new"]) for each in told} == {
        ("主要致贫原因", "因病", "缺技术"),
        ("联系电话", "139****1111", "139****2222"),
        ("健康状况", "长期慢性病", "健康"),
        ("姓名", "张三", "张三丰"),
    }
    imports.confirm(job)
    head = Member.objects.get(number=f"{VILLAGE}0000101")
    assert (head.name, head.pinyin, head.health) == ("张三丰", "zhangsanfeng", ["healthy"])
    assert Household.objects.get().phone == "13900002222"
    entry = Entry.objects.latest("id")
    assert entry.action == "registry.imported" and entry.values["counts"]["households"]["change"] == 1
    assert entry.values["sha256"] == job.sha256 and "13900002222" not in str(entry.values)


def test_history_names_the_user_and_the_import(file):
    user = make_user(Role.COUNTY_OFFICER, "610426")
    rows = household()
    load(write_xlsx(file, rows), by=user)
    rows[0]["姓名"] = "张三丰"
    job = load(write_xlsx(file, rows), by=user)
    from jingzhun.registry.models.member import Member as Tracked

    event = Tracked.pgh_event_model.objects.get()
    assert event.name == "张三"
    assert event.pgh_context.metadata["user"] == user.pk and event.pgh_context.metadata["import"] == job.pk


def test_columns_that_the_file_lacks_stay_as_the_register_has_them(file):
    load(write_xlsx(file, household()))
    numbers = [f"{VILLAGE}00001{turn:02d}" for turn in (1, 2, 3)]
    job = load(write_xlsx(file, [{"人编号": number, "姓名": person["姓名"], "劳动技能": "普通劳动力"}
                                 for number, person in zip(numbers, PEOPLE, strict=True)]))  # fmt: skip
    assert job.counts["members"]["change"] == 3
    head = Member.objects.get(relation="head")
    assert (head.labour, head.health, head.id_number) == ("ordinary", ["chronic"], PEOPLE[0]["证件号码"])
    assert Household.objects.get().attribute == "general" and Survey.objects.count() == 1


def test_members_whom_the_file_does_not_name_stay(file):
    rows = household()
    load(write_xlsx(file, rows))
    job = read(write_xlsx(file, [row | {"人数": ""} for row in rows[:2]]))
    assert "1" in next(text for text in job.warning_texts if "不在文件中" in text)
    imports.confirm(job)
    assert Member.objects.filter(left_on=None).count() == 3


def test_headers_may_stand_in_any_order_under_titles_and_by_other_names(file):
    names = {
        "证件号码": "身份证号码",
        "与户主关系": "家庭关系",
        "行政村": "所在村",
        "联系电话": "手机号",
        "户编号": "户编码",
    }
    rows = [{names.get(key, key): value for key, value in row.items()} for row in household()]
    headers = sorted({key for row in rows for key in row}, reverse=True)
    load(write_xlsx(file, rows, [*headers, "备注一"], titles=["永寿县建档立卡贫困户名册", "填表日期：2014年10月"]))
    assert Household.objects.get().members.count() == 3


def test_english_headers_and_labels_are_understood(file):
    rows = [
        {"household number": f"{VILLAGE}00001", "village": "永安村", "name": "Zhang", "sex": "male",
         "relation to head": "head", "ID number": PEOPLE[0]["证件号码"], "health": "long-term chronic illness"}
    ]  # fmt: skip
    load(write_xlsx(file, rows))
    assert Member.objects.get().health == ["chronic"]


def test_full_width_digits_dates_as_text_and_units_are_understood(file):
    rows = household(识别时间="２０１４年１０月１日", 收入年度="２０１３", 耕地面积="３．５亩", 工资性收入="12,300元")
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    for row in rows:
        row["证件号码"] = row["证件号码"].translate(wide)
        row["户编号"] = row["户编号"].translate(wide)
        row["联系电话"] = "139-0000-1111"
    load(write_xlsx(file, rows), year=None)
    survey = Survey.objects.get()
    assert (survey.arable, survey.income_wage) == (Decimal("3.50"), Decimal("12300.00"))
    assert RegisterSpell.objects.get().registered_on == date(2014, 10, 1)
    assert Household.objects.get().phone == "13900001111"
    assert Member.objects.get(relation="head").id_number == PEOPLE[0]["证件号码"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_usual_encodings(tmp_path, encoding):
    load(write_csv(tmp_path / "名册.csv", household(), encoding))
    assert Household.objects.get().members.count() == 3


def test_sheets_of_households_members_and_surveys(file):
    number = f"{VILLAGE}00001"
    sheets = {
        "户": [
            {"户编号": number, "行政村": "永安村", "自然村(组)": "3组", "主要致贫原因": "因病", "脱贫属性": "未脱贫"}
        ],
        "人": [{"户编号": number, **person} for person in PEOPLE],
        "年度调查": [
            {"户编号": number, "收入年度": year, "人数": 3, "工资性收入": wage}
            for year, wage in ((2013, 6000), (2014, 9000))
        ],
        "代码表": [{"代码": "因病"}],
    }
    job = load(write_sheets(file, sheets), year=None)
    assert [survey.per_capita for survey in Survey.objects.order_by("year")] == [Decimal(2000), Decimal(3000)]
    assert any("代码表" in text for text in job.warning_texts)
    assert [group["name"] for group in job.groups] == ["3组"]
    assert Household.objects.get().area.name == "3组"
    again = load(file, year=None)
    assert again.counts["households"]["same"] == 1 and not again.groups


def test_new_households_without_a_number_get_the_villages_next_one(file):
    make_household(VILLAGE, number=f"{VILLAGE}00041", members=["王五"])
    rows = household(1) + household(2)
    for row in rows[:3]:
        row["户编号"] = row["人编号"] = ""
    for row in rows[3:]:
        row["户编号"], row["人编号"] = "新1", ""
    load(write_xlsx(file, rows))
    numbers = set(Household.objects.values_list("number", flat=True))
    assert numbers == {f"{VILLAGE}{serial:05d}" for serial in (41, 42, 43)}
    assert Member.objects.filter(number=f"{VILLAGE}0004203").exists()
    again = load(file)  # the head's ID number tells that these are the same households
    assert again.counts["households"] == {"add": 0, "change": 0, "same": 2, "refused": 0}


def test_a_stated_income_is_kept_only_where_it_differs_from_its_parts(file):
    rows = household(1, 工资性收入=6300) + household(2, 工资性收入=9000)
    job = load(write_xlsx(file, rows))
    assert list(Survey.objects.order_by("household__number").values_list("stated_per_capita", flat=True)) == [
        None,
        2100,
    ]
    assert any("人均" in text for text in job.warning_texts)


def test_a_file_may_say_no_more_than_a_form(file):
    """The same values that a form refuses are refused, the same that it warns of are pointed out by their labels."""
    wrong = {"耕地面积": 30000, "住房面积(平方米)": 90000, "联系电话": "abc", "调查人一": "123", "人数": 300}
    rows = household(1, **wrong)
    rows[0]["姓名"] = "9999"
    assert codes(read(write_xlsx(file, rows))) >= {"out_of_range", "not_a_phone", "not_a_name"}
    told = "\n".join(reasons(read(file)))
    assert all(column in told for column in (*wrong, "姓名"))

    rows = household(1, 耕地面积=300) + household(2)
    rows[1]["姓名"] = "李四2"
    job = read(write_xlsx(file, rows))
    assert not job.counts["problem_rows"]
    with translation.override("zh-hans"):
        assert "耕地面积 (亩)：1 处数值不常见（通常为 ≤ 100），请核实。" in job.warning_texts
    with translation.override("en"):
        assert "Name: 1 are unusual (a digit, or one character only); please make sure of them." in job.warning_texts
    assert not [code for code, _params in load(file).warnings if code == "unusual"]


def test_the_register_status_becomes_spells(file):
    rows = (
        household(1, 识别时间="2014-10-01")
        + household(2, 识别时间="2014-10-01", 脱贫属性="已脱贫", 脱贫年度=2016)
        + household(3, 识别时间="2014-10-01", 脱贫属性="返贫", 脱贫年度="2015年")
        + household(4, 脱贫属性="")
    )
    load(write_xlsx(file, rows), registered_on=date(2017, 6, 1))
    spells = [
        [(spell.registered_on, spell.exited_on, spell.relapse) for spell in found.spells.order_by("registered_on")]
        for found in Household.objects.order_by("number")
    ]
    assert spells == [
        [(date(2014, 10, 1), None, False)],
        [(date(2014, 10, 1), date(2016, 12, 31), False)],
        [(date(2014, 10, 1), date(2015, 12, 31), False), (date(2017, 6, 1), None, True)],
        [],
    ]


def test_an_import_never_lets_a_household_off_the_register(file):
    load(write_xlsx(file, household()))
    before = register()
    job = read(write_xlsx(file, household(脱贫属性="已脱贫", 脱贫年度=2016)))
    assert codes(job) == {"status_differs"}
    assert "退出" in reasons(job)[0]
    with pytest.raises(imports.NotConfirmable):
        imports.confirm(job)
    assert register() == before


def test_one_refused_person_holds_the_whole_file_back_unless_the_user_wants_the_others(file):
    rows = household(1) + household(2)
    rows[4]["证件号码"] = rows[4]["证件号码"][:-1] + ("0" if rows[4]["证件号码"][-1] != "0" else "1")
    job = read(write_xlsx(file, rows))
    assert job.counts["households"] == {"add": 1, "change": 0, "same": 0, "refused": 1}
    assert job.counts["members"]["refused"] == 3  # no household lands in part
    with pytest.raises(imports.NotConfirmable):
        imports.confirm(job)
    assert not Household.objects.exists()

    imports.confirm(job, partial=True)

    assert [each.number for each in Household.objects.all()] == [f"{VILLAGE}00001"]
    entry = Entry.objects.latest("id")
    assert entry.values["partial"] and entry.values["refused_rows"] == 1
    assert imports.refused_file(job).exists()


def test_refused_rows_come_back_as_the_users_own_rows_with_the_reason_beside(file, tmp_path):

    rows = household(1) + household(2)
    rows[4]["证件号码"] = "12345"
    rows[4]["备注"] = "=1+1"
    job = read(write_xlsx(file, rows, [*NATIONAL, "备注"]))
    back = tmp_path / "refused.xlsx"
    with back.open("wb") as target:
        assert imports.write_refused(job, target) == 3

    sheet = openpyxl.load_workbook(back).active
    headers = [cell.value for cell in sheet[1]]
    assert headers[:-1] == [*NATIONAL, "备注"] and headers[-1] == "退回原因"
    faulty = sheet.cell(3, NATIONAL.index("证件号码") + 1)
    assert faulty.value == "12345" and faulty.comment and faulty.fill.fgColor.rgb.endswith("FFC7CE")
    assert "18" in sheet.cell(3, len(headers)).value and "证件号码 J6" in sheet.cell(3, len(headers)).value
    assert sheet.cell(2, len(headers)).value.startswith("该户另有一行被退回")
    assert sheet.cell(3, len(headers) - 1).value == "=1+1" and sheet.cell(3, len(headers) - 1).data_type == "s"
    # Corrected, the very workbook goes in.
    faulty.value = make_id(date(1967, 3, 1), "female", 99)
    book = sheet.parent
    book.save(back)
    assert load(back).counts["households"]["add"] == 1


HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_reasons_of_refused_rows_are_in_the_users_language_alone(file, tmp_path, language):
    """Also where a corrected file brings the reasons of an earlier refusal in another language along."""
    rows = household(1) + household(2)
    for row in rows:
        row |= {"退回原因": "旧原因", "Reason of refusal": "former reason"}
    rows[1] |= {"与户主关系": "", "健康状况": "good", "姓名": "9999"}
    rows[2]["贫困户属性"] = "低保贫困户"
    job = read(write_xlsx(file, rows))
    job.language = language
    with (back := tmp_path / "refused.xlsx").open("wb") as target:
        assert imports.write_refused(job, target) == 3
    lines = list(openpyxl.load_workbook(back).active.values)
    wanted = {"zh-hans": "退回原因", "en": "Reason of refusal"}[language]
    assert [name for name in lines[0] if name in ("退回原因", "Reason of refusal")] == [wanted] == [lines[0][-1]]
    told = [line[-1] for line in lines[1:]]
    assert all(told) and "former" not in str(lines) and "旧原因" not in str(lines)
    if language == "en":
        assert told[0] == "Another row of this household is refused, so this row is not taken either."
        own = re.sub("|".join((*NATIONAL, "“[^”]*”")), "", "\n".join(told))  # the user's own columns and values
        assert not HAN.search(own) and "relation to head" in told[1] and "healthy" in told[1]
        assert "“general poor”" in told[2] or "general" in told[2]
    else:
        assert told[0] == "该户另有一行被退回，本行一并不予导入。"
        assert "missing" not in "".join(told) and "is not" not in "".join(told)


def test_a_workstation_imports_into_its_own_town_only(file):
    user = make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9])
    with pytest.raises(PermissionError):
        read(write_xlsx(file, household()), by=user, area="610426")
    job = read(file, by=user, area=OTHER_VILLAGE[:9])
    assert codes(job) == {"area_outside"}
    assert job.counts["households"]["refused"] == 1


def test_a_household_of_another_town_is_not_changed_by_its_number(file):
    load(write_xlsx(file, household()))
    user = make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9])
    rows = [{"户编号": f"{VILLAGE}00001", "人编号": f"{VILLAGE}0000101", "姓名": "张三丰", "与户主关系": "户主"}]
    job = read(write_xlsx(file, rows), by=user, area=OTHER_VILLAGE[:9])
    assert "area_outside" in codes(job)


def test_of_another_towns_household_the_preview_tells_no_more_than_that_it_is_outside(file):
    """Neither its status, its days, its people nor its town; and no other word where no such household exists."""
    load(write_xlsx(file, household(脱贫属性="已脱贫", 脱贫年度=2016)))
    Household.objects.update(closed_on=date(2017, 3, 4))
    Area.objects.filter(pk=OTHER_VILLAGE[:9]).update(name="常宁镇")
    user = make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9])
    told = []
    for serial in ("00001", "00777"):
        asked = {"户编号": VILLAGE + serial, "脱贫属性": "返贫", "脱贫年度": 2015}
        rows = [{"姓名": "张三", "与户主关系": "户主"}, {"姓名": "李四", "与户主关系": "户主"}]
        job = read(write_xlsx(file, [asked | row for row in rows]), by=user, area=OTHER_VILLAGE[:9])
        assert codes(job) == {"area_outside"}
        assert not [code for code, _params in job.warnings if code in ("not_in_file", "no_id", "stated_differs")]
        told.append((reasons(job), job.counts["towns"], [each["name"] for each in towns(job)]))
    assert told[0] == told[1] and "店头镇" not in str(told)


def test_a_household_without_a_number_is_not_told_where_its_head_belongs(file):
    load(write_xlsx(file, household()))
    user = make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9])
    rows = household(户编号="", 行政村="平安村", **{"乡(镇)": ""})
    for row in rows:
        row["人编号"] = ""
    job = read(write_xlsx(file, rows), by=user, area=OTHER_VILLAGE[:9])
    assert [each.text for each in problems(job)] == ["该户不在您的辖区内。"]


def test_persons_of_another_towns_household_are_not_told_by_their_numbers(file):
    load(write_xlsx(file, household()))
    user = make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9])
    rows = household(户编号=f"{OTHER_VILLAGE}00001", 行政村="平安村", **{"乡(镇)": ""})
    job = read(write_xlsx(file, rows), by=user, area=OTHER_VILLAGE[:9])
    assert "person_elsewhere" in codes(job) and f"属于户 {VILLAGE}" not in "".join(reasons(job))


def test_a_confirmation_looks_again_when_the_register_changed_meanwhile(file):
    first = read(write_xlsx(file, household()))
    second = read(file)
    imports.confirm(first)
    before = register()
    imports.confirm(second)  # in its preview all of this was still new
    second.refresh_from_db()
    assert second.state == Import.State.READY and second.changed_meanwhile
    assert second.counts["households"]["same"] == 1
    assert register() == before
    imports.confirm(second)
    assert register() == before


def test_an_edit_made_while_the_preview_is_worked_out_is_not_overwritten(file, monkeypatch):
    """What is changed after the rows were laid over the register is seen at the confirmation."""
    imports.confirm(read(write_xlsx(file, household())))
    compare = analysis.compare

    def somebody_is_quicker(*given):
        counts = compare(*given)
        Household.objects.update(attribute="five_guarantees")
        return counts

    monkeypatch.setattr(analysis, "compare", somebody_is_quicker)
    job = read(file)
    monkeypatch.undo()
    imports.confirm(job)
    job.refresh_from_db()
    assert job.state == Import.State.READY and job.changed_meanwhile
    assert Household.objects.get().attribute == "five_guarantees"


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_waits_for_a_clerk_who_is_saving_and_keeps_what_was_saved(file):
    """The clerk has the household's row and is about to write it; neither may wait for the other for ever."""
    load(write_xlsx(file, household()))
    job = read(write_xlsx(file, household(贫困户属性="五保户")))
    clerk, saved, opened = make_user(), Household.objects.get(), threading.Event()

    def save():
        try:
            with transaction.atomic():
                lock(saved, None)
                opened.set()
                wait_until(somebody_waits, "the confirmation waits")
                edit_household(saved, {"address": "村东头 3 号"}, by=clerk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as others:
        saving = others.submit(save)
        assert opened.wait(30)
        imports.confirm(job)
        saving.result()
    job.refresh_from_db()
    assert job.state == Import.State.APPLIED
    saved.refresh_from_db()
    assert (saved.address, saved.attribute) == ("村东头 3 号", "five_guarantees")


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_change_elsewhere_does_not_hold_the_confirmation_back(file):
    job = read(write_xlsx(file, household()))
    make_household(OTHER_VILLAGE, members=["王五"])
    imports.confirm(job)
    job.refresh_from_db()
    assert job.state == Import.State.APPLIED


def test_two_members_may_exchange_the_headship(file):
    rows = household()
    load(write_xlsx(file, rows))
    rows[0]["与户主关系"], rows[1]["与户主关系"] = "配偶", "户主"
    load(write_xlsx(file, rows))
    assert Member.objects.get(relation="head").name == "李四"


def test_a_cancelled_reading_stops_and_leaves_nothing(file, monkeypatch):
    monkeypatch.setattr("jingzhun.registry.importing.reading.BATCH", 2)
    with write_xlsx(file, household()).open("rb") as source:
        job = imports.take_in(source, "a.xlsx", by=None, area_code="610426", year=2013)
    Import.objects.filter(pk=job.pk).update(cancel_asked=True)
    with pytest.raises(imports.Cancelled):
        imports.read(job)
    job.refresh_from_db()
    assert job.state == Import.State.CANCELLED and not job.path
    assert not Household.objects.exists()


def test_previews_that_nobody_confirms_are_given_up_after_a_week(file):
    from datetime import timedelta

    from django.utils import timezone

    job = read(write_xlsx(file, household()))
    assert imports.sweep() == 0
    assert imports.sweep(timezone.now() + timedelta(days=8)) == 1
    job.refresh_from_db()
    assert job.state == Import.State.CANCELLED and not job.path


class SweptMeanwhile(io.BytesIO):
    """An upload that is still on its way while the nightly sweep runs, in a session of its own."""

    def read(self, *given):
        with ThreadPoolExecutor(1) as others:
            others.submit(self.sweep).result()
        return super().read(*given)

    @staticmethod
    def sweep():
        try:
            imports.sweep()
        finally:
            connection.close()


def test_an_upload_that_is_just_arriving_is_not_swept_away(file):
    content = write_xlsx(file, household()).read_bytes()
    job = imports.take_in(SweptMeanwhile(content), "a.xlsx", by=None, area_code="610426", year=2013)
    assert Path(job.path).read_bytes() == content
    assert imports.read(job).state == Import.State.READY


def test_uploads_of_nobody_go_after_an_hour_those_of_open_imports_stay(file):
    job = read(write_xlsx(file, household()))
    left, fresh = (Path(job.path).with_name(f"{job.pk + turn}.xlsx") for turn in (1, 2))
    for path in (left, fresh):
        path.write_bytes(b"PK")
    for path in (left, Path(job.path)):
        os.utime(path, (time.time() - 3700,) * 2)
    imports.sweep()
    assert not left.exists() and fresh.exists() and Path(job.path).exists()


def test_incomes_of_another_year_than_the_registers_are_pointed_out(file):
    job = load(write_xlsx(file, household()))
    assert not [code for code, _params in job.warnings if code == "other_income_year"]
    again = read(write_xlsx(file, household(人均纯收入=2500)), year=2025)
    assert ["other_income_year", {"year": 2025, "usual": 2013}] in [list(each) for each in again.warnings]


def test_a_few_surveys_of_a_later_year_move_no_screen(file):
    load(write_xlsx(file, household(1) + household(2) + household(3)))
    load(write_xlsx(file, household(4)), year=2024)
    assert asked_for().income_year == 2013
    assert register_years().usual_year == 2014
    load(write_xlsx(file, household(1) + household(2)), year=2024)
    assert asked_for().income_year == 2024
