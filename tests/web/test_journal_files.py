"""Files of the journal's entries: how a short and a long one leave the house, and that none is cut."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

import openpyxl
import pytest
from django.utils import timezone
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_user

from jingzhun.journal.actions import SYSTEM, Decision, record_many
from jingzhun.journal.models import EntriesFile, Entry
from jingzhun.journal.queries import entries as queries
from jingzhun.people.rules import Role
from jingzhun.web.journal import actions, excel, views_files
from jingzhun.web.tasks import write_entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(client, settings, tmp_path, monkeypatch):
    settings.VAR = tmp_path
    monkeypatch.setattr(queries, "COUNTED", 3)
    monkeypatch.setattr(views_files, "COUNTED", 3)
    user = make_user(Role.AUDITOR, "610426", username="auditor")
    client.force_login(user)
    return user


def moved(count: int, area: str = VILLAGE, **values) -> None:
    many = [Decision("registry.moved", "household", str(n), area, values=values) for n in range(count)]
    record_many(many, by=SYSTEM)


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def asked(client, kind: str = "xlsx", query: str = "") -> EntriesFile:
    client.post(f"/journal/files/?{query}", {"kind": kind})
    return EntriesFile.objects.latest("pk")


def fetched(client, file: EntriesFile) -> bytes:
    return b"".join(client.get(f"/journal/files/{file.pk}/file/").streaming_content)


def test_a_list_that_a_browser_cannot_wait_for_goes_to_a_job(client, auditor):
    moved(5)
    page = text(client.get("/journal/", {"area": ""}))
    assert 'href="/journal/files/?"' in page and "/journal/export/" not in page
    assert client.get("/journal/export/")["Location"] == "/journal/files/?"
    assert "5 条" in text(client.get("/journal/files/"))
    file = asked(client)
    page = text(client.get(f"/journal/files/{file.pk}/"))
    assert f"/journal/files/{file.pk}/progress/" in page and "排队等候" in page
    write_entries(file.pk)
    answer = client.get(f"/journal/files/{file.pk}/progress/")
    assert answer["HX-Redirect"] == f"/journal/files/{file.pk}/"
    assert "全部 5 条记录" in text(client.get(f"/journal/files/{file.pk}/"))
    rows = list(openpyxl.load_workbook(io.BytesIO(fetched(client, file))).active.values)
    assert len(rows) == 6
    told = Entry.objects.latest("pk")
    assert (told.action, told.values, told.actor) == ("journal.exported", {"query": "", "rows": 5}, "auditor")


def test_the_file_holds_what_the_filter_asks_for_in_the_words_of_the_screen(client, auditor):
    moved(2, meeting=7, in_favour=20)
    moved(3, OTHER_VILLAGE)
    file = asked(client, "csv", "record=1")
    write_entries(file.pk)
    rows = list(csv.reader(io.StringIO(fetched(client, file).decode("utf-8-sig"))))
    assert len(rows) == 3 and rows[0][:3] == ["编号", "时间", "事项"]
    assert [row[10] for row in rows[1:]] == ["", "会议: 7; 赞成: 20"]
    assert rows[1][7] == "系统"


def test_more_than_a_sheet_holds_is_refused_before_and_offered_as_csv(client, auditor, monkeypatch):
    moved(5)
    monkeypatch.setattr(excel, "MOST_OF_A_SHEET", 4)
    page = text(client.get("/journal/files/"))
    assert "最多 4 行" in page and 'value="xlsx"' not in page and 'value="csv"' in page
    client.post("/journal/files/", {"kind": "xlsx"})
    assert not EntriesFile.objects.exists()
    file = actions.order("", "xlsx", by=auditor)  # more came after the order
    write_entries(file.pk)
    assert "请改用CSV" in text(client.get(f"/journal/files/{file.pk}/"))


def test_a_file_is_for_who_asked_and_for_a_day(client, auditor):
    moved(5)
    file = asked(client)
    write_entries(file.pk)
    client.force_login(make_user(Role.AUDITOR, "610426", username="second"))
    for address in ("", "progress/", "file/"):
        assert client.get(f"/journal/files/{file.pk}/{address}").status_code == 404
    assert client.post(f"/journal/files/{file.pk}/delete/").status_code == 404
    client.force_login(auditor)
    assert actions.sweep(timezone.now() + timedelta(hours=25)) == 1
    assert not actions.path_of(file).exists()
    assert "文件已删除" in text(client.get(f"/journal/files/{file.pk}/"))
    assert client.get(f"/journal/files/{file.pk}/file/").status_code == 404


def test_a_filter_as_long_as_it_can_be_is_kept_whole(client, auditor):
    query = urlencode({"record": "永" * 150, "user": "寿" * 150})
    assert asked(client, query=query).query == query and len(query) > 2000


def test_who_lost_the_role_gets_no_file(client, auditor):
    moved(5)
    file = asked(client)
    auditor.assignments.all().delete()
    write_entries(file.pk)
    file.refresh_from_db()
    assert (file.state, file.why) == ("failed", "not_yours") and not actions.path_of(file).exists()


def test_an_order_whose_job_died_does_not_wait_for_ever(client, auditor):
    moved(5)
    file = EntriesFile.objects.create(actor_id=auditor.pk, language="zh-hans")
    assert "写入中断" in text(client.get(f"/journal/files/{file.pk}/"))
