"""Bad input: each file is refused with a reason that names the place, and the register stays as it was."""

import io
import random
import shutil
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_id, make_village
from tests.registry.importing import codes, load, read, reasons, register
from tests.registry.workbooks import PEOPLE, household, write_csv, write_sheets, write_xlsx

from jingzhun.registry.actions import imports
from jingzhun.registry.importing.staging import Staging, numbers_in_use
from jingzhun.registry.models import Household, Import, Member
from jingzhun.registry.workbook.guard import LARGEST_FILE
from jingzhun.registry.workbook.problems import WorkbookRefused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known(county):
    make_household(VILLAGE, number=f"{VILLAGE}00900", members=["王五"])


def refused(path: Path) -> str:
    """The reason for which a file as a whole is refused; nothing of it stays, and the register is as before."""
    before = register()
    job = read(path)
    assert job.state == Import.State.FAILED, job.state
    assert register() == before
    assert not job.path and job.pk not in numbers_in_use()
    return job.error["code"]


def rejected(path: Path, **options) -> set[str]:
    """The reasons for which rows are refused; the import cannot be confirmed, and the register is as before."""
    before = register()
    job = read(path, **options)
    assert job.state == Import.State.READY, job.error_text
    with pytest.raises(imports.NotConfirmable):
        imports.confirm(job)
    assert register() == before
    assert all(reasons(job))
    return codes(job)


# --- files ---------------------------------------------------------------------------------------------------------


def test_an_empty_file(file):
    file.write_bytes(b"")
    assert refused(file) == "empty_file"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7 not a workbook",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        "<html><table><tr><td>姓名</td></tr></table></html>".encode(),
        bytes(random.Random(1).randbytes(5000)),
    ],
)
def test_what_is_not_a_workbook(file, content):
    file.write_bytes(content)
    assert refused(file) in ("not_a_workbook", "encoding", "no_table")


def test_a_zip_that_is_no_workbook(file):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refused(file) == "not_a_workbook"


def test_a_password_protected_workbook(file, tmp_path):
    import msoffcrypto.format.ooxml

    plain = write_xlsx(tmp_path / "plain.xlsx", household())
    with plain.open("rb") as source, file.open("wb") as target:
        msoffcrypto.format.ooxml.OOXMLFile(source).encrypt("秘密", target)
    assert refused(file) == "password"


def test_two_hundred_megabytes_of_zeros(file):
    with file.open("wb") as target:
        target.truncate(200_000_000)
    assert refused(file) == "not_a_workbook"


def test_a_file_larger_than_any_register(file, monkeypatch):
    monkeypatch.setattr("jingzhun.registry.actions.import_files.LARGEST_FILE", 1000)
    write_xlsx(file, household())
    with pytest.raises(WorkbookRefused) as error:
        read(file)
    assert error.value.code == "too_big"
    assert not Import.objects.exists() and not any((imports.folder()).iterdir())


def test_a_zip_bomb(file):
    write_xlsx(file, household())
    with zipfile.ZipFile(file) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, content)
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(bytes(1_000_000))
    assert file.stat().st_size < 1_000_000
    assert refused(file) == "zip_bomb"


def _many_large(target) -> None:
    noise = random.Random(7)
    block = b"".join(b"<si><t>%032x</t></si>" % noise.getrandbits(128) for _ in range(22_000))  # a megabyte
    for _ in range(160):
        target.write(block)


def _many_small(target) -> None:
    for _ in range(41):
        target.write(b"<si>ab" * 100_000)


def _one_without_end(target) -> None:
    target.write(b"<si><t>")
    target.write(b"a" * 40_000_000)


@pytest.mark.parametrize(
    ("hostile", "code"),
    [(_many_large, "texts_too_large"), (_many_small, "too_many_texts"), (_one_without_end, "endless_text")],
)
def test_shared_texts_beyond_all_measure(file, hostile, code):
    """They are refused while they are unpacked: 600 MB of address space are enough for a process that meets them."""
    _with_shared_texts(file, hostile)
    assert file.stat().st_size < LARGEST_FILE
    look = (
        "import resource, sys; from pathlib import Path\n"
        "from jingzhun.registry.workbook.reader import opened\n"
        "from jingzhun.registry.workbook.problems import WorkbookRefused\n"
        "resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))\n"
        "try:\n    with opened(Path(sys.argv[1])): pass\n"
        "except WorkbookRefused as error: print(error.code)"
    )
    done = subprocess.run([sys.executable, "-c", look, str(file)], capture_output=True, text=True)
    assert done.stdout.strip() == code, done.stderr
    assert refused(file) == code


def test_shared_texts_that_would_take_hours_to_take_apart_take_no_time(file):
    """Readings and tags that begin again and again and never end."""

    def unending(target):
        target.write(b"<si>" + b"<rPh" * 250_000 + b"</si><si>" + b"<t " * 300_000 + b"</si></sst>")

    _with_shared_texts(file, unending)
    begun = time.monotonic()
    read(file)
    assert time.monotonic() - begun < 20


def test_shared_texts_that_do_not_unpack(file):
    write_xlsx(file, household())
    content = bytearray(file.read_bytes())
    start = content.find(b"xl/sharedStrings.xml") + 60
    content[start : start + 100] = bytes(100)
    file.write_bytes(content)
    assert refused(file) == "damaged"


def test_a_workbook_that_lies_about_its_size(file):
    """The sheet unpacks to more than its directory says."""
    write_xlsx(file, household())
    content = bytearray(file.read_bytes())
    directory = content.rfind(b"PK\x01\x02")
    while directory >= 0:
        content[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
        directory = content.rfind(b"PK\x01\x02", 0, directory)
    file.write_bytes(content)
    assert refused(file) == "damaged"


def test_entities_that_unfold_without_end(file):
    write_xlsx(file, household())
    _replace(
        file, "xl/workbook.xml", lambda xml: xml.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook', 1)
    )
    assert refused(file) == "document_type"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_cut_off_on_its_way(file, share):
    write_xlsx(file, household(1) + household(2))
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    assert refused(file) == "damaged"


def test_a_sheet_damaged_inside(file):
    write_xlsx(file, [row for serial in range(1, 200) for row in household(serial)])
    content = bytearray(file.read_bytes())
    start = content.find(b"xl/worksheets/sheet1.xml") + 2000
    content[start : start + 200] = bytes(200)
    file.write_bytes(content)
    assert refused(file) == "damaged"


def test_a_csv_in_no_known_encoding(tmp_path):
    path = tmp_path / "名册.csv"
    path.write_bytes("户编号,姓名,与户主关系\n610426102201,".encode() + b"\xff\xff\xfe\x81,\n")
    assert refused(path) == "encoding"
    path.write_bytes("户编号,姓名\n".encode("utf-16"))
    assert refused(path) == "encoding"


def test_a_million_empty_rows_are_passed_over(file):
    write_xlsx(file, household())
    rows = b"".join(b'<row r="%d" spans="1:24"><c r="A%d" s="1"/></row>' % (n, n) for n in range(5, 1_000_005))
    _replace(file, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))
    assert load(file).counts["households"]["add"] == 1


def test_a_cell_far_outside_does_not_cost_memory(file):
    write_xlsx(file, household())
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    _replace(file, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", far))
    assert load(file).counts["households"]["add"] == 1


def test_formulas_count_by_their_saved_values_and_one_without_is_refused(file):
    rows = household()
    write_xlsx(file, rows, [*rows[0]])
    _replace(file, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>3</v>", b"<f>1+2</f><v>3</v>"))
    job = read(file)
    assert not job.counts["problem_rows"] and any("公式" in text for text in job.warning_texts)
    imports.cancel(job)
    _replace(file, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>3</v>", b""))
    assert rejected(file) == {"formula_without_value"}


def test_external_links_and_macros_are_named_and_not_followed(file):
    write_xlsx(file, household())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
        archive.writestr("xl/vbaProject.bin", "macro")
    job = read(file)
    assert {code for code, _params in job.warnings} >= {"external_links", "macros"}


def test_a_workbook_without_the_registers_headers(file):
    assert refused(write_xlsx(file, [{"品名": "苹果", "数量": 3}])) == "no_table"
    assert refused(write_xlsx(file, [], ["户编号", "姓名", "与户主关系"])) == "no_rows"


def test_a_column_twice_is_named_with_both_cells(file):
    write_xlsx(file, [{**row, "身份证号": row["证件号码"]} for row in household()])
    job = read(file)
    assert job.error["code"] == "duplicate_column"
    assert "S1" in job.error_text and "T1" in job.error_text


def test_persons_without_names_or_households_without_numbers(file):
    assert refused(write_xlsx(file, [{"户编号": "1", "证件号码": "2"}])) == "missing_column"
    assert refused(write_xlsx(file, [{"姓名": "张三", "性别": "男"}])) == "no_identity"


def test_sheets_of_persons_with_different_columns(file):
    other = [{**row, "劳动技能": "普通劳动力"} for row in household(2)]
    assert refused(write_sheets(file, {"永安村": household(1), "平安村": other})) == "sheets_differ"


def test_several_sheets_of_persons_are_read_together(file):
    job = load(write_sheets(file, {"一": household(1), "二": household(2)}))
    assert job.counts["households"]["add"] == 2


def test_incomes_need_a_year(file):
    write_xlsx(file, household())
    job = read(file, year=None)
    assert job.state == Import.State.FAILED and job.error["code"] == "no_year"


# --- rows ----------------------------------------------------------------------------------------------------------


def test_a_household_with_two_heads(file):
    rows = household()
    rows[1]["与户主关系"] = "户主"
    assert "two_heads" in rejected(write_xlsx(file, rows))


def test_a_household_without_a_head(file):
    rows = household()
    rows[0]["与户主关系"] = "其他"
    assert "no_head" in rejected(write_xlsx(file, rows))


def test_a_child_older_than_its_mother(file):
    mother = {"姓名": "李四", "性别": "女", "与户主关系": "户主", "证件号码": make_id(date(1990, 1, 1), "female", 5)}
    child = {"姓名": "张大", "性别": "男", "与户主关系": "之子", "证件号码": make_id(date(1985, 1, 1), "male", 6)}
    assert "REL-08" in rejected(write_xlsx(file, household(1, [mother, child])))


def test_a_spouse_of_the_heads_own_sex(file):
    rows = household()
    rows[1]["性别"] = "男"
    assert "same_sex_spouse" in rejected(write_xlsx(file, rows))


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ({"行政村": "永安寸"}, "area_unknown_near"),
        ({"行政村": "火星村"}, "area_unknown"),
        ({"行政区划代码": "610426999999"}, "area_unknown"),
        ({"行政区划代码": "999999999999"}, "area_outside"),
        ({"行政村": "", "户编号": ""}, "area_missing"),
        ({"乡(镇)": "常宁镇"}, "area_unknown_near"),
    ],
)
def test_an_unknown_area(file, place, code):
    rows = household(**place)
    for row in rows:
        row["人编号"] = ""
    found = rejected(write_xlsx(file, rows))
    assert code in found or (code == "area_unknown" and "area_unknown_near" in found), found


def test_a_household_number_of_another_village(file):
    assert "household_other_area" in rejected(write_xlsx(file, household(行政村="平安村", **{"乡(镇)": ""})))


def test_a_village_name_that_two_villages_have(file):
    make_village("610426103205", "永安村委会")
    job = read(write_xlsx(file, household(**{"乡(镇)": ""})))
    assert codes(job) == {"area_ambiguous"}
    assert "610426103205" in reasons(job)[0]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("610426196505200010", "id_check_digit"),
        ("61042619650520001", "id_length"),
        ("6104261965052O0017", "id_characters"),
        ("610426196513200014", "id_date"),
        (make_id(date(1965, 5, 20), "male", 1) + "95", "id_certificate"),
        (6.10426196505200e17, "damaged_number"),
        ("6.10426E+17", "damaged_number"),
    ],
)
def test_r9_a_bad_id_number(file, number, code):
    rows = household()
    rows[0]["证件号码"] = number
    assert code in rejected(write_xlsx(file, rows))


def test_r9_a_person_born_in_1965_in_region_610426_is_welcome(file):
    """The numbers were first issued in 1984 to people of all ages."""
    rows = household()
    rows[0]["证件号码"] = make_id(date(1965, 5, 20), "male", 1, region="610426")
    load(write_xlsx(file, rows))
    assert Member.objects.get(relation="head", household__number=f"{VILLAGE}00001").id_problem == ""


def test_r10_the_same_id_number_twice_in_the_file(file):
    rows = household(1) + household(2)
    rows[4]["证件号码"] = rows[1]["证件号码"]
    job = read(write_xlsx(file, rows))
    assert codes(job) == {"id_twice"}
    assert [each.split(" ")[0] for each in reasons(job)] == ["S3", "S6"]
    assert "S6" in reasons(job)[0] and "S3" in reasons(job)[1]


def test_r10_a_person_who_belongs_to_another_household_of_the_register(file):
    rows = household()
    make_household(OTHER_VILLAGE, members=[{"name": "李四", "id_number": rows[1]["证件号码"], "sex": "female"}])
    assert "id_elsewhere" in rejected(write_xlsx(file, rows))


def test_r8_causes(file):
    assert "CAU-05" in rejected(write_xlsx(file, household(其他致贫原因="因病、缺技术")))
    assert "CAU-06" in rejected(write_xlsx(file, household(其他致贫原因="因残、缺技术、因学")))
    assert "not_in_list" in rejected(write_xlsx(file, household(主要致贫原因="因懒")))


def test_r14_members_counted_are_the_members(file):
    assert rejected(write_xlsx(file, household(人数=5))) == {"members_counted"}


def test_rows_of_one_household_that_contradict_each_other(file):
    rows = household()
    rows[2]["联系电话"] = "13900009999"
    job = read(write_xlsx(file, rows))
    assert codes(job) == {"contradiction"}
    text = reasons(job)[0]
    assert text.startswith("K4") and "K2" in text
    assert "139****1111" in text and "139****9999" in text  # which numbers, the sheet tells


def test_no_personal_number_stands_in_a_problem(file):
    rows = household(银行卡号="62261902000123456x", 联系电话="139000011112222")
    rows[2] |= {"银行卡号": "6226190200012345678", "联系电话": "13900009999"}
    job = read(write_xlsx(file, rows))
    told = "".join(reasons(job))
    assert "银行卡号" in told and "联系电话" in told
    assert not [number for number in ("6226190", "13900001111", "13900009999") if number in told]
    with connection.cursor() as cursor:
        cursor.execute(Staging(job.pk).sql("SELECT string_agg(params::text, '') FROM {problem}"))
        assert "6226190" not in cursor.fetchone()[0]


def test_a_person_who_left_is_not_brought_back_by_a_file(file):
    rows = household()
    load(write_xlsx(file, rows))
    Member.objects.filter(name="张小三").update(left_on=date(2015, 1, 1), leave_reason="death")
    assert "person_left" in rejected(write_xlsx(file, rows))


def test_a_persons_number_of_another_household(file):
    rows = household()
    rows[2]["人编号"] = f"{VILLAGE}0000203"
    assert "person_number_mismatch" in rejected(write_xlsx(file, rows))


def test_missing_name_and_relation(file):
    rows = household()
    rows[1]["姓名"] = rows[2]["与户主关系"] = ""
    job = read(write_xlsx(file, rows))
    assert codes(job) == {"missing"} and job.counts["problem_rows"] == 2


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("耕地面积", "-3", "negative"),
        ("耕地面积", "3.14159", "too_precise"),
        ("工资性收入", "很多", "not_a_number"),
        ("工资性收入", "99999999999", "too_large"),
        ("识别时间", "2014-13-40", "not_a_day"),
        ("识别时间", "去年", "not_a_date"),
        ("联系电话", "12345", "not_a_phone"),
        ("银行卡号", 6226190200012345678, "damaged_number"),
        ("务工时间(月)", 14, "out_of_range"),
        ("是否危房户", "也许", "not_in_list"),
        ("户编号", "6104261022010000", "number_malformed"),
        ("家庭住址", "村" * 300, "text_too_long"),
    ],
)
def test_a_cell_that_cannot_be_understood(file, column, value, code):
    assert code in rejected(write_xlsx(file, household(**{column: value})))


def test_a_member_of_a_household_that_no_sheet_names(file):
    number = f"{VILLAGE}00001"
    sheets = {
        "户": [{"户编号": number, "行政村": "永安村", "主要致贫原因": "因病"}],
        "人": [{"户编号": number, **PEOPLE[0]}, {"户编号": f"{VILLAGE}00002", **PEOPLE[1], "与户主关系": "户主"}],
    }
    assert "no_household" in rejected(write_sheets(file, sheets))


def test_a_formula_in_a_csv_stays_text_all_the_way(tmp_path):
    rows = household()
    rows[0]["家庭住址"] = '=HYPERLINK("http://x")'
    load(write_csv(tmp_path / "名册.csv", rows))
    assert Household.objects.get(number=f"{VILLAGE}00001").address.startswith("=HYPERLINK")


def _with_shared_texts(path: Path, write) -> None:
    """A register whose shared texts somebody has replaced."""
    write_xlsx(path, household())
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, content in parts.items():
            if name != "xl/sharedStrings.xml":
                target.writestr(name, content)
        with target.open("xl/sharedStrings.xml", "w") as part:
            part.write(b'<?xml version="1.0" encoding="UTF-8"?><sst>')
            write(part)


def _replace(path: Path, name: str, change) -> None:
    """Rewrite one part of a workbook."""
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, change(content) if part == name else content)
    changed.seek(0)
    with path.open("wb") as target:
        shutil.copyfileobj(changed, target)
