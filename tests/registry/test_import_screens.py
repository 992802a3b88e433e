"""The import's screens: a commissioner uploads, looks, confirms; and sees what became of it."""

import io

import openpyxl
import pytest
from django.urls import reverse
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_user
from tests.registry.importing import read
from tests.registry.workbooks import household as listed
from tests.registry.workbooks import write_xlsx
from tests.registry.worker import lose_jobs, work_off

from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.registry import tasks
from jingzhun.registry.actions import imports
from jingzhun.registry.actions.checks import ask_for_run
from jingzhun.registry.models import CheckFinding, CheckRun, Household, Import, RegisterSpell, VillageYear

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county")]


@pytest.fixture
def commissioner(client):
    user = make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9])
    client.force_login(user)
    return user


def household(serial=1, people=None, **values):
    """Rows of a household that is on no register: only the county takes over one."""
    return listed(serial, people, **{"脱贫属性": ""} | values)


def upload(client, path, **values):
    """Upload a file; the worker's jobs are done by `work`."""
    with path.open("rb") as file:
        data = {"workbooks": [file], "area": VILLAGE[:9], "year": 2013, **values}
        return client.post(reverse("registry:imports"), data)


def work() -> None:
    """Do what the worker would do."""
    work_off("imports")


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_upload_look_confirm_done(client, commissioner, tmp_path):
    response = upload(client, write_xlsx(tmp_path / "店头镇.xlsx", household(1) + household(2)))
    job = Import.objects.get()
    address = reverse("registry:import", args=[job.pk])
    assert response["Location"] == address
    assert "hx-get" in text(client.get(address))  # the page asks how far the job is

    work()
    assert client.get(reverse("registry:import-progress", args=[job.pk]))["HX-Redirect"] == address
    page = text(client.get(address))
    assert "张三" in page and f"{VILLAGE}00001" in page
    assert not Household.objects.exists()

    client.post(reverse("registry:import-confirm", args=[job.pk]))
    tasks.apply_import(job.pk)
    assert Household.objects.count() == 2
    assert "已于" in text(client.get(address))
    assert "店头镇.xlsx" in text(client.get(reverse("registry:imports")))


def test_refused_rows_are_listed_and_come_back_as_a_workbook(client, commissioner, tmp_path):
    rows = household(1) + household(2)
    rows[0]["证件号码"] = "123"
    upload(client, write_xlsx(tmp_path / "a.xlsx", rows))
    work()
    job = Import.objects.get()
    page = text(client.get(reverse("registry:import", args=[job.pk])))
    assert "证件号码" in page and "1 行有误" in page

    back = client.post(reverse("registry:import-refused", args=[job.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(back.streaming_content))).active
    assert sheet.max_row == 4
    taken = Entry.objects.get(action="registry.refused_taken")
    assert (taken.actor_id, taken.record, taken.values["refused_rows"]) == (commissioner.pk, str(job.pk), 1)

    client.post(reverse("registry:import-confirm", args=[job.pk]))  # without the tick: nothing happens
    tasks.apply_import(job.pk)
    assert not Household.objects.exists()
    client.post(reverse("registry:import-confirm", args=[job.pk]), {"partial": "on"})
    tasks.apply_import(job.pk)
    assert [found.number for found in Household.objects.all()] == [f"{VILLAGE}00002"]
    assert client.post(reverse("registry:import-refused", args=[job.pk])).status_code == 200


def test_changes_are_listed_by_field_with_numbers_masked(client, commissioner, tmp_path):
    path = tmp_path / "a.xlsx"
    for phone in ("13900001111", "13900002222"):
        upload(client, write_xlsx(path, household(联系电话=phone)))
        job = Import.objects.first()
        tasks.read_import(job.pk)
        page = text(client.get(reverse("registry:import", args=[job.pk]), {"tab": "changed"}))
        client.post(reverse("registry:import-confirm", args=[job.pk]))
        tasks.apply_import(job.pk)
    assert "139****1111" in page and "139****2222" in page and "13900002222" not in page
    assert Household.objects.get().phone == "13900002222"


def test_a_town_records_households_and_takes_over_no_register(client, commissioner, tmp_path):
    upload(client, write_xlsx(tmp_path / "a.xlsx", household(1) + listed(2)))
    work()
    job = Import.objects.get()
    page = text(client.get(reverse("registry:import", args=[job.pk])))
    assert "只有县级可以通过文件接收已有名册" in page and job.counts["problem_rows"] == 1
    client.post(reverse("registry:import-confirm", args=[job.pk]), {"partial": "on"})
    work()
    assert Household.objects.count() == 1 and not RegisterSpell.objects.exists()


def test_the_county_takes_over_a_register_and_a_town_does_not_confirm_that(client, commissioner, settings, tmp_path):
    settings.DEMO = True  # the county officer without a second step
    officer = make_user(Role.COUNTY_OFFICER, VILLAGE[:6])
    job = read(write_xlsx(tmp_path / "a.xlsx", listed(1)), by=officer, area=VILLAGE[:9])
    confirm = reverse("registry:import-confirm", args=[job.pk])
    page = text(client.post(confirm, follow=True))
    assert "只能由县级确认" in page and Import.objects.get().state == "ready"
    client.force_login(officer)
    client.post(confirm)
    work()
    assert RegisterSpell.objects.count() == 1


def test_the_journal_and_the_history_name_whoever_confirmed(client, commissioner, tmp_path):
    job = read(write_xlsx(tmp_path / "a.xlsx", household(1)), by=make_user(Role.TOWN_COMMISSIONER, VILLAGE[:9]),
               area=VILLAGE[:9])  # fmt: skip
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    work()
    assert Entry.objects.get(action="registry.imported").actor_id == commissioner.pk
    assert text(client.get(reverse("registry:import", args=[job.pk]))).count(str(commissioner)) > 1


def test_an_import_that_clerks_hold_up_waits_and_says_so(client, commissioner, tmp_path, monkeypatch):
    job = read(write_xlsx(tmp_path / "a.xlsx", household(1)), by=commissioner, area=VILLAGE[:9])
    monkeypatch.setattr(imports, "LOCK_TRIES", 0)
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    work()
    page = text(client.get(reverse("registry:import", args=[job.pk])))
    assert "请稍后再次确认" in page and Import.objects.get().state == "ready" and not Household.objects.exists()
    monkeypatch.undo()
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    lose_jobs()
    page = text(client.get(reverse("registry:import", args=[job.pk])))
    assert "写入意外中断" in page
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    work()
    assert Household.objects.count() == 1


def test_a_cancelled_import_leaves_the_register_and_no_file(client, commissioner, tmp_path, settings):
    upload(client, write_xlsx(tmp_path / "a.xlsx", household()))
    work()
    job = Import.objects.get()
    client.post(reverse("registry:import-cancel", args=[job.pk]))
    assert "已取消" in text(client.get(reverse("registry:import", args=[job.pk])))
    assert not Household.objects.exists() and not list((settings.VAR / "imports").iterdir())


def test_an_import_cancelled_after_its_confirmation_says_that_it_stops_and_that_it_did(client, commissioner, tmp_path):
    upload(client, write_xlsx(tmp_path / "a.xlsx", household()))
    work()
    job = Import.objects.get()
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    address = reverse("registry:import", args=[job.pk])
    cancel = reverse("registry:import-cancel", args=[job.pk])
    assert cancel in text(client.get(address))
    client.post(cancel)
    page = text(client.get(address))
    assert "正在停止" in page and cancel not in page
    work()
    assert "已取消" in text(client.get(address))
    assert not Household.objects.exists()


def test_a_cancel_that_comes_too_late_is_told(client, commissioner, tmp_path):
    upload(client, write_xlsx(tmp_path / "a.xlsx", household()))
    work()
    job = Import.objects.get()
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    work()
    client.post(reverse("registry:import-cancel", args=[job.pk]))
    assert "来不及取消" in text(client.get(reverse("registry:import", args=[job.pk])))
    assert Household.objects.exists()


def test_an_unreadable_file_says_why(client, commissioner, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 cut off")
    upload(client, path)
    work()
    page = text(client.get(reverse("registry:import", args=[Import.objects.get().pk])))
    assert "未作任何改动" in page


def test_several_files_are_several_imports(client, commissioner, tmp_path):
    paths = [write_xlsx(tmp_path / f"{turn}.xlsx", household(turn)) for turn in (1, 2)]
    with paths[0].open("rb") as one, paths[1].open("rb") as two:
        client.post(reverse("registry:imports"), {"workbooks": [one, two], "area": VILLAGE[:9], "year": 2013})
    work()
    assert Import.objects.filter(state="ready").count() == 2


def test_what_came_in_is_checked_once_by_the_worker(client, commissioner, tmp_path):
    upload(client, write_xlsx(tmp_path / "a.xlsx", household()))
    work()
    job = Import.objects.get()
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    assert not CheckRun.objects.exists()
    work()
    tasks.apply_import(job.pk)  # the worker died before it could say that it was done, and begins anew
    run = CheckRun.objects.get()
    assert (run.area_code, run.year, run.state, run.by) == (VILLAGE[:9], 2014, "waiting", commissioner)
    work_off("checks")
    run.refresh_from_db()
    assert run.state == "done" and CheckFinding.objects.exists()
    tasks.apply_import(job.pk)
    assert CheckRun.objects.count() == 1


def test_a_check_that_has_begun_does_not_do_for_an_import_that_ends_meanwhile(client, commissioner, tmp_path):
    upload(client, write_xlsx(tmp_path / "a.xlsx", household()))
    work()
    earlier = ask_for_run(make_area(VILLAGE[:9]), 2014, by=commissioner)
    CheckRun.objects.filter(pk=earlier.pk).update(state="running")
    job = Import.objects.get()
    client.post(reverse("registry:import-confirm", args=[job.pk]))
    work()
    assert CheckRun.objects.exclude(pk=earlier.pk).filter(state="waiting").count() == 1


def test_every_import_ever_can_be_reached(client, commissioner):
    made = [Import.objects.create(area_code=VILLAGE[:9], name=f"第{n}份.xlsx", size=1, state="failed", by=commissioner)
            for n in range(31)]  # fmt: skip
    address = reverse("registry:imports")
    page = text(client.get(address))
    assert "第30份" in page and "第0份" not in page and 'href="?page=2"' in page
    assert reverse("registry:import", args=[made[0].pk]) in text(client.get(address, {"page": 2}))


def test_nobody_imports_into_another_town(client, tmp_path):
    client.force_login(make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9]))
    response = upload(client, write_xlsx(tmp_path / "a.xlsx", household()))
    assert response.status_code == 200 and not Import.objects.exists()  # the form does not know that area


def test_a_village_clerk_has_no_import(client, tmp_path):
    client.force_login(make_user(Role.VILLAGE_CLERK, VILLAGE))
    assert client.get(reverse("registry:imports")).status_code == 403


def test_an_import_whose_job_died_does_not_seem_at_work_for_ever(client, commissioner, tmp_path):
    upload(client, write_xlsx(tmp_path / "a.xlsx", household()))
    lose_jobs()
    page = text(client.get(reverse("registry:import", args=[Import.objects.get().pk])))
    assert "未作任何改动" in page and Import.objects.get().state == "failed"


def test_the_preview_costs_the_same_for_few_rows_and_many(
    client, commissioner, tmp_path, django_assert_max_num_queries
):
    upload(client, write_xlsx(tmp_path / "a.xlsx", [row for serial in range(1, 120) for row in household(serial)]))
    work()
    with django_assert_max_num_queries(20):
        page = text(client.get(reverse("registry:import", args=[Import.objects.get().pk]), {"page": "2"}))
    assert f"{VILLAGE}00099" in page and f"{VILLAGE}00101" not in page


def test_the_template_of_village_reports_is_fetched_where_reports_are_uploaded(client, commissioner):
    form, address = reverse("registry:village-reports"), reverse("registry:village-template")
    assert form in text(client.get(reverse("registry:imports"))) and address in text(client.get(form))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(address).streaming_content)))
    assert [cell.value for cell in book.active[1]][:2] == ["行政区划代码", "年度"]
    assert "12 位" in book.active["A1"].comment.text and book.active.data_validations.count > 20


def report(client, *rows: dict[str, object], area: str = VILLAGE[:9]):
    """Fill in the template and upload it."""
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get(reverse("registry:village-template")).streaming_content))
    )
    heads = [cell.value for cell in book.active[1]]
    for line, row in enumerate(rows, 2):
        for head, value in row.items():
            book.active.cell(line, heads.index(head) + 1, value)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "村情.xlsx"
    return client.post(reverse("registry:village-reports"), {"workbook": file, "area": area})


def test_village_reports_come_in_by_the_screen_and_are_checked(client, commissioner):
    CheckRun.objects.create(area_code=VILLAGE[:9], year=2014, state="done")
    told = {"行政区划代码": VILLAGE, "年度": 2014, "总户数": 300}
    assert report(client, told).status_code == 302
    assert VillageYear.objects.get().households == 300 and work_off("rechecks") == 1
    page = text(report(client, told | {"总户数": "many"}))
    assert "村情.xlsx" in page and "“many”" in page and VillageYear.objects.get().households == 300
    page = text(report(client, told | {"行政区划代码": OTHER_VILLAGE}))
    assert OTHER_VILLAGE in page and VillageYear.objects.count() == 1


def test_a_towns_file_puts_no_village_on_the_list_of_poor_villages(client, commissioner, settings):
    settings.DEMO = True  # the county officer without a second step
    told = {"行政区划代码": VILLAGE, "年度": 2014, "是否贫困村": "是"}
    assert "是否贫困村只能由识别和退出程序认定" in text(report(client, told)) and not VillageYear.objects.exists()
    report(client, told | {"是否贫困村": "否"})
    assert not VillageYear.objects.get().poor_village
    client.force_login(make_user(Role.COUNTY_OFFICER, VILLAGE[:6]))
    report(client, told, area=VILLAGE[:6])
    assert VillageYear.objects.get().poor_village
