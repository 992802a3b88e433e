"""Cross-checks on the screen: a list is read, looked at, taken; doubts are decided by people. And the command line."""

import io
import json
from datetime import date

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.identification.stage import COUNTY, TOWN, VILLAGE
from tests.registry.factories import OTHER_VILLAGE, make_id, make_user, make_village
from typer.testing import CliRunner

from jingzhun.identification import rules
from jingzhun.identification.actions.crosscheck import raise_flag
from jingzhun.identification.models import CrossList, CrossRecord, Flag
from jingzhun.people.rules import Role
from jingzhun.registry.models import Member

pytestmark = pytest.mark.django_db
LISTS, TAKE, FLAGS, DECIDE = (
    reverse(f"identification:{name}") for name in ("lists", "lists-take", "flags", "flags-decide")
)
FRAME = {"kind": "vehicle", "source": "县公安局交警大队", "as_of": "2014-04-30"}


@pytest.fixture
def stage(stage, settings, tmp_path):
    settings.VAR = tmp_path
    return stage


@pytest.fixture
def applied(stage):
    return stage.apply(3)


def id_of(application) -> str:
    return Member.objects.get(household=application.household, relation="head").id_number


def workbook(rows, headers=("车主身份证号", "车牌号", "品牌型号")) -> SimpleUploadedFile:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("车辆")
    for number, row in enumerate([("县公安局车辆登记",), headers, *rows]):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.close()
    return SimpleUploadedFile("车辆.xlsx", file.getvalue())


def upload(client, file, **frame):
    return client.post(LISTS, FRAME | {"file": file} | frame)


def handed(response) -> str:
    return response.context["handed"]


def test_a_list_is_looked_at_taken_and_raises_doubts(client, stage, applied):
    client.force_login(stage.county)
    assert client.get(LISTS).status_code == 200
    file = workbook([(id_of(applied[0]), "陕D12345", "五菱"), (make_id(date(1980, 1, 1)), "陕D00001", "解放")])
    seen = upload(client, file)
    page = seen.content.decode()
    assert "陕D12345；五菱" in page and id_of(applied[0]) not in page and not CrossList.objects.exists()
    assert client.post(TAKE, {"handed": handed(seen)}).status_code == 302
    flag = Flag.objects.get()
    assert flag.red_line == "vehicle" and flag.application == applied[0] and CrossRecord.objects.count() == 2
    assert stage.state_of(applied[0]) == "open"  # nobody is removed
    assert client.post(TAKE, {"handed": handed(seen)}).status_code == 302 and CrossList.objects.count() == 1
    page = client.get(FLAGS).content.decode()
    assert "县公安局交警大队" in page and "2014-04-30" in page and "陕D12345" in page


def test_bad_rows_are_told_with_their_cell_and_nothing_is_taken_in_silence(client, stage, applied):
    client.force_login(stage.county)
    rows = [(id_of(applied[0]), "陕A1"), (610426197001011234, "陕A2"), ("610426197013011234", "陕A3"), ("", "陕A4")]
    seen = upload(client, workbook(rows))
    page = seen.content.decode()
    assert ">A4<" in page and ">A5<" in page and ">A6<" in page and len(seen.context["read"].rows) == 1
    client.post(TAKE, {"handed": handed(seen)})
    assert not CrossList.objects.exists()
    client.post(TAKE, {"handed": handed(seen), "partial": "on"})
    assert CrossList.objects.get().rows == 1


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("x.xlsx", b"not a workbook at all"),
        SimpleUploadedFile("x.csv", "姓名,车牌\n张三,陕A\n".encode()),
        SimpleUploadedFile("x.csv", b""),
        SimpleUploadedFile("x.zip", b"PK\x03\x04rubbish"),
    ],
)
def test_what_is_no_list_is_told(client, stage, applied, file):
    client.force_login(stage.county)
    response = upload(client, file)
    assert response.status_code == 200 and response.context.get("read") is None
    assert 'role="alert"' in response.content.decode()


def test_csv_in_the_old_encoding_is_read(client, stage, applied):
    client.force_login(stage.county)
    text = f"身份证号,房屋坐落\n{id_of(applied[1])},县城一号\n"
    seen = upload(client, SimpleUploadedFile("房.csv", text.encode("gb18030")), kind="property")
    client.post(TAKE, {"handed": handed(seen)})
    assert Flag.objects.get().detail == "县城一号"


def test_another_ones_upload_or_a_forged_one_is_not_taken(client, stage, applied):
    client.force_login(stage.county)
    seen = upload(client, workbook([(id_of(applied[0]), "陕A1")]))
    client.force_login(make_user(Role.COUNTY_OFFICER, COUNTY))
    client.post(TAKE, {"handed": handed(seen)})
    client.post(TAKE, {"handed": "x"})
    client.post(TAKE)
    assert not CrossList.objects.exists()


def test_doubts_are_decided_one_by_one_and_together_with_a_reason(client, stage, applied):
    made = [raise_flag(each, "cadre_family", "visit", "村主任之兄", by=stage.clerk) for each in applied]
    client.force_login(stage.town)
    client.post(DECIDE, {"flag": made[0].pk, "confirmed": "no", "reason": ""})
    page = client.post(DECIDE, {"flag": made[1].pk, "confirmed": "yes", "reason": "核" * 2_001}).content.decode()
    assert "核" * 2_001 in page and f'value="{made[1].pk}" checked' in page and "2000" in page
    page = client.post(DECIDE, {"confirmed": "yes", "reason": "已核实"}).content.decode()
    assert ">\n已核实</textarea>" in page or ">已核实</textarea>" in page
    assert Flag.objects.filter(state="open").count() == 3
    client.post(DECIDE, {"flag": made[0].pk, "confirmed": "no", "reason": "已分家多年"})
    client.post(DECIDE, {"flag": [made[1].pk, made[2].pk], "confirmed": "yes", "reason": "属实"})
    assert [each.state for each in Flag.objects.order_by("pk")] == ["lifted", "confirmed", "confirmed"]
    client.post(DECIDE, {"flag": made[0].pk, "confirmed": "yes", "reason": "x"})  # decided already
    assert Flag.objects.get(pk=made[0].pk).state == "lifted"
    assert "已分家多年" in client.get(FLAGS, {"state": "lifted"}).content.decode()
    client.post(DECIDE, {"flag": ["x", "99999999"], "confirmed": "yes", "reason": "x"})


def test_a_doubt_keeps_its_name_when_its_red_line_is_in_force_no_more(client, stage, applied, tmp_path, monkeypatch):
    flag = raise_flag(applied[0], "housing", "visit", "县城有房", by=stage.clerk)
    ended = tmp_path / "red_lines.csv"
    ended.write_text(rules.RED_LINES.read_text(encoding="utf-8").replace("2014-01-01,,", "2014-01-01,2014-06-01,"))
    monkeypatch.setattr(rules, "RED_LINES", ended)
    rules._red_lines.cache_clear()
    try:
        client.force_login(stage.clerk)
        page = client.get(reverse("identification:case", args=[flag.application.case_id])).content.decode()
    finally:
        rules._red_lines.cache_clear()
    assert "豪华装修住房" in page and ">housing<" not in page


def test_the_village_sees_its_doubts_and_decides_none(client, stage, applied):
    flag = raise_flag(applied[0], "cadre_family", "visit", "村主任之兄", by=stage.clerk)
    client.force_login(stage.clerk)
    assert "村主任之兄" in client.get(FLAGS).content.decode()
    assert client.post(DECIDE, {"flag": flag.pk, "confirmed": "no", "reason": "x"}).status_code == 403
    assert client.get(LISTS).status_code == 403 and client.post(TAKE).status_code == 403
    make_village(OTHER_VILLAGE)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    assert "村主任之兄" not in client.get(FLAGS).content.decode()
    client.post(DECIDE, {"flag": flag.pk, "confirmed": "no", "reason": "x"})
    assert Flag.objects.get().state == "open"
    assert client.get(FLAGS, {"area": VILLAGE}).status_code == 404


def test_many_doubts_take_no_more_statements(client, stage, django_assert_max_num_queries):
    for each in stage.apply(60):
        raise_flag(each, "vehicle", "visit", "三轮车", by=stage.clerk)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    with django_assert_max_num_queries(16):
        assert client.get(FLAGS).content.decode().count('name="flag"') == 50
    client.get(FLAGS, {"state": "nonsense", "red_line": "x", "list": "x", "page": "99"})


def test_the_command_line_takes_a_list(stage, applied, tmp_path):
    from jingzhun.cli import app

    path = tmp_path / "车辆.xlsx"
    path.write_bytes(workbook([(id_of(applied[0]), "陕D1"), ("123", "陕D2")]).read())
    told = ["identification", "take-list", str(path), "--kind", "vehicle", "--source", "交警", "--as-of", "2014-04-30"]
    refused = CliRunner().invoke(app, told)
    assert refused.exit_code != 0 and not CrossList.objects.exists()
    unknown = CliRunner().invoke(app, ["boats" if word == "vehicle" else word for word in told])
    assert unknown.exit_code != 0 and "vehicle, property, business, payroll" in str(unknown.exception)
    done = CliRunner().invoke(app, [*told, "--accept-partial", "--json"])
    assert json.loads(done.stdout) | {"list": 0} == {"list": 0, "rows": 1, "left_out": 1, "flags": 1}
