"""The journal's screens: what an auditor reads, of which areas, and what verifying tells."""

import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest
from django.urls import reverse
from django.utils import translation
from tests.journal.stories import decide, publish_on, unprotected
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_user

from jingzhun.identification.models import Round
from jingzhun.journal.actions import SYSTEM, Decision, System, record_many, verifying
from jingzhun.journal.actions.sealing import seal
from jingzhun.journal.models import Entry, VerifyRun
from jingzhun.journal.queries import entries as queries
from jingzhun.journal.rules.labels import action_label, known_actions
from jingzhun.journal.rules.proofs import problems, read_proof
from jingzhun.people.rules import Role
from jingzhun.web.navigation import menu_of

pytestmark = pytest.mark.django_db

LIST = "/journal/"
TOWN = VILLAGE[:9]


@pytest.fixture
def auditor(client):
    user = make_user(Role.AUDITOR, "610426", username="auditor")
    client.force_login(user)
    return user


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def numbers(response) -> list[int]:
    return [told.entry.pk for told in response.context["entries"]]


def test_an_auditor_finds_the_journal_in_the_menu_and_as_first_screen(client, auditor):
    assert [entry.url_name for entry in menu_of(auditor.scope.permissions)] == ["journal:entries"]
    assert client.get("/", follow=True).request["PATH_INFO"] == LIST
    assert "您的辖区内还没有任何决定" in text(client.get(LIST))


def test_entries_stand_in_words_the_newest_first(client, auditor):
    first, second = decide(), decide(action="registry.imported", record_type="import", record="7")
    shown = client.get(LIST)
    assert numbers(shown) == [second.pk, first.pk]
    page = text(shown)
    assert "修改农户信息" in page and "登记册" in page and "待封存" in page
    assert first.action not in page.replace(f'value="{first.action}"', "")
    client.cookies["django_language"] = "en"
    assert "Household data changed" in text(client.get(LIST))


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"first": "2014-05-20", "last": "2014-05-20"}, "A"),
        ({"first": "2014-05-21"}, "BC"),
        ({"last": "2014-05-20"}, "A"),
        ({"action": "registry.imported"}, "C"),
        ({"area": VILLAGE}, "A"),
        ({"area": TOWN}, "A"),
        ({"area": "610426"}, "ABC"),
        ({"record": "7"}, "C"),
        ({"user": "system"}, "ABC"),
        ({"user": "nobody"}, ""),
        ({"user": "王文书"}, ""),
        ({"first": "2014-05-21", "last": "2014-05-20"}, ""),
        ({"first": "yesterday", "area": "999999", "action": "x"}, "ABC"),
    ],
)
def test_the_list_is_narrowed_by_day_action_area_record_and_user(client, auditor, query, fits):
    make_area(VILLAGE)
    make_area(OTHER_VILLAGE)
    late = datetime(2014, 5, 20, 16, 0, tzinfo=UTC)  # midnight in Shanghai: the next day
    made = {
        "A": decide(),
        "B": decide(at=late, area_code=OTHER_VILLAGE),
        "C": decide(at=late, action="registry.imported", record_type="import", record="7", area_code="610426"),
    }
    assert numbers(client.get(LIST, query)) == [made[name].pk for name in reversed(fits)]


def test_days_in_the_wrong_order_are_told(client, auditor):
    decide()
    shown = client.get(LIST, {"first": "2014-05-21", "last": "2014-05-20"})
    assert "截止日期早于起始日期" in text(shown) and numbers(shown) == []
    assert client.get("/journal/export/", {"first": "2014-05-21", "last": "2014-05-20"}).status_code == 302


def test_who_decided_is_found_by_name_in_both_fields(client, auditor):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE, username="clerk-7", full_name="李会计")
    theirs, _other = decide(by=clerk), decide()
    for query in ({"user": "李会计"}, {"user": "会计"}, {"user": "clerk-7"}, {"record": "李会计"}):
        assert numbers(client.get(LIST, query)) == [theirs.pk]
    page = text(client.get(LIST, {"record": "没有此人"}))
    assert "不记农户姓名" in page and "农户或申请编号、用户姓名" in page


def test_kinds_of_decisions_stand_in_groups_and_none_twice_in_one(client, auditor):
    groups = client.get(LIST).context["filter"]["form"].fields["action"].choices[1:]
    headings = [str(heading) for heading, _choices in groups]
    assert headings[:3] == ["贫困户识别", "贫困户识别：会议、入户、投票等", "贫困村识别"]
    assert len(set(headings)) == len(headings)
    for _heading, choices in groups:
        labels = [str(label) for _action, label in choices]
        assert len(set(labels)) == len(labels)
    assert sum(len(choices) for _heading, choices in groups) == len(known_actions())


def test_an_auditor_sees_their_areas_only(client):
    client.force_login(make_user(Role.AUDITOR, TOWN))
    mine, other, county, nowhere = (decide(area_code=code) for code in (VILLAGE, OTHER_VILLAGE, "610426", ""))
    seal()
    assert numbers(client.get(LIST)) == [mine.pk]
    assert numbers(client.get(LIST, {"area": OTHER_VILLAGE})) == [mine.pk]  # no choice of theirs
    for entry in (other, county, nowhere):
        for name in ("journal:entry", "journal:proof"):
            assert client.get(reverse(name, args=[entry.pk])).status_code == 404


def test_entries_without_an_area_are_for_who_reads_every_county(client, auditor):
    entry = decide(area_code="", record_type="user", record="somebody", action="people.user_added")
    assert numbers(client.get(LIST)) == [entry.pk]
    make_area("610422")
    assert numbers(client.get(LIST)) == []


def test_pages_lead_forth_and_back_without_counting_all(client, auditor, monkeypatch):
    monkeypatch.setattr(queries, "COUNTED", 100)
    record_many([Decision("registry.moved", "household", str(n), VILLAGE) for n in range(120)], by=SYSTEM)
    every = list(Entry.objects.order_by("-pk").values_list("pk", flat=True))
    first = client.get(LIST)
    assert numbers(first) == every[:50] and "超过 100 条记录" in text(first)
    second = client.get(LIST, {"older": first.context["page"].older})
    third = client.get(LIST, {"older": second.context["page"].older})
    assert (numbers(second), numbers(third)) == (every[50:100], every[100:])
    assert third.context["page"].older is None
    back = client.get(LIST, {"newer": third.context["page"].newer})
    assert numbers(back) == every[50:100] and back.context["page"].older == every[99]
    assert numbers(client.get(LIST, {"older": "x"})) == every[:50]
    assert numbers(client.get(LIST, {"older": "9" * 30})) == every[:50]


def test_the_list_asks_as_often_for_many_as_for_few(client, auditor, django_assert_max_num_queries):
    record_many([Decision("registry.moved", "household", str(n), VILLAGE) for n in range(60)], by=SYSTEM)
    with django_assert_max_num_queries(16):
        client.get(LIST)


def test_the_list_goes_out_as_a_workbook_and_the_journal_says_so(client, auditor):
    decide(why="=1+1", values={"a": "甲"})
    seal()
    response = client.get(reverse("journal:export"), {"area": VILLAGE})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.values)
    assert len(rows) == 2
    assert rows[1][1] == datetime(2014, 5, 20, 16, 30, 0) or rows[1][1].date().isoformat() == "2014-05-20"
    assert rows[1][2:4] == ("修改农户信息", "registry.household_edited")
    assert rows[1][9] == "=1+1" and rows[1][11] == "0"
    told = Entry.objects.latest("pk")
    assert (told.action, told.values, told.actor) == (
        "journal.exported",
        {"query": f"area={VILLAGE}", "rows": 1},
        "auditor",
    )


def test_an_entry_shows_its_values_place_proof_and_neighbours(client, auditor):
    before = decide(why="先前")
    entry = decide(
        why="补录",
        values={"row": "household 1", "changed": {"bank": ["", "信用社"]}, "rows": 3},
        personal={"id_number": "610499197103080012"},
    )
    page = text(client.get(reverse("journal:entry", args=[entry.pk])))
    assert "等待封存" in page and "下载存证证明" not in page
    seal()
    assert "已封存" in text(client.get(reverse("journal:entry", args=[entry.pk])))
    day = publish_on(1).day
    page = text(client.get(reverse("journal:entry", args=[entry.pk])))
    assert f"{day} 签名并公布" in page and bytes(entry.leaf).hex() in page
    assert "– → 信用社" in page and "证件号码" in page and "仅保存带密钥的摘要" in page and "610499" not in page
    assert reverse("journal:entry", args=[before.pk]) in page and "先前" in page
    assert f"/register/households/{entry.record}/" not in page  # an auditor may not open households


def test_kinds_of_records_names_of_values_and_codes_stand_in_the_words_of_the_screen(client, auditor):
    make_area(VILLAGE)
    told = [
        ("publicity.objection_settled", "objection", {"outcome": "dismissed", "level": "town", "entry": "held"}),
        ("publicity.notice_closed", "notice", {"items": {"passed": 90, "held": 2}}),
        ("identification.town_audit.return", "case", {"to": "home_visit", "state": "open", "filed_by": "clerk"}),
        ("identification.quotas_set", "round", {VILLAGE: 92}),
        ("areas.loaded", "areas", {"read": 174, "added": 4, "renamed": 0}),
        ("journal.key_took_over", "key", {"key": "a", "key_before": "b"}),
    ]
    made = [decide(action=action, record_type=kind, values=values) for action, kind, values in told]
    pages = [text(client.get(reverse("journal:entry", args=[entry.pk]))) for entry in made]
    words = [
        ("异议", "结果", "不成立"),
        ("公示", "90", "2"),
        ("乡镇审核", "现处环节", "入户"),
        ("92",),
        ("区划清单", "读入", "174"),
        ("密钥", "原密钥"),
    ]
    for page, expected in zip(pages, words, strict=True):
        shown = page.split("<main", 1)[-1]
        assert [word for word in expected if word not in shown] == []
    shown = "".join(page.split("<main", 1)[-1] for page in pages)
    codes = (
        "dismissed",
        "outcome",
        "passed",
        "home_visit",
        "filed_by",
        ">case ",
        ">round ",
        ">areas ",
        f"<dt>{VILLAGE}",
    )
    assert [code for code in codes if code in shown] == []


def test_moments_lists_and_who_has_no_login_stand_in_words(client, auditor):
    opened = Round.objects.create(
        area=make_area("610426"), year=2014, kind="initial", opens_on="2014-04-10", closes_on="2014-07-31"
    )
    told = [
        ("identification.code_issued", "household", "1", {"valid_until": "2026-12-08T03:06:08.585432+00:00"}),
        ("identification.list_exported", "list", "cases", {"query": f"round={opened.pk}&area=610426"}),
        ("identification.round_closed", "round", str(opened.pk), {"round": opened.pk}),
        ("registry.event_head", "household", "2", {"facts": [["member", "3", {"relation": "spouse"}]]}),
        ("registry.list_exported", "list", "households", {"columns": ["number", "s_per_capita"]}),
    ]
    made = [decide(action=action, record_type=kind, record=on, values=values) for action, kind, on, values in told]
    pages = [text(client.get(reverse("journal:entry", args=[entry.pk]))).split("<main", 1)[-1] for entry in made]
    expected = ["2026-12-08 11:06", "申请办理", str(opened), "配偶", "人均纯收入"]
    assert [word for page, word in zip(pages, expected, strict=True) if word not in page] == []
    assert not [
        code for code in ("585432", ">列表 cases", "round=", "relation", "s_per_capita") if code in "".join(pages)
    ]
    alone = decide(by=System("villager", "villager"))
    page = text(client.get(reverse("journal:entry", args=[alone.pk]))).split("<main", 1)[-1]
    assert "农户本人" in page and "villager" not in page


def test_the_proof_is_a_file_that_anybody_can_check(client, auditor):
    entry = decide()
    url = reverse("journal:proof", args=[entry.pk])
    assert client.get(url).status_code == 404
    publish_on(1)
    response = client.get(url)
    assert response["Content-Disposition"] == f'attachment; filename="proof-{entry.pk}.json"'
    assert problems(read_proof(response.content.decode())) == []


def test_the_checkpoint_of_a_day_is_plain_text(client, auditor):
    published = publish_on(1, entries=2)
    response = client.get(reverse("journal:checkpoint", args=["2014-06-01"]))
    assert response["Content-Type"] == "text/plain; charset=utf-8" and text(response) == published.text
    for day in ("2014-06-02", "x", "20140601x"):
        assert client.get(reverse("journal:checkpoint", args=[day])).status_code == 404


def test_verifying_runs_as_a_job_and_its_result_is_kept(client, auditor):
    publish_on(1, entries=20)
    assert "尚未在本页核验" in text(client.get("/journal/roots/"))
    client.post(reverse("journal:verify"))
    client.post(reverse("journal:verify"))  # impatience does not start a second one
    run = VerifyRun.objects.get()
    page = text(client.get("/journal/roots/"))
    assert reverse("journal:progress", args=[run.pk]) in page and "disabled" in page
    assert "排队等候" in text(client.get(reverse("journal:progress", args=[run.pk])))
    verifying.carry_out(run)
    assert client.get(reverse("journal:progress", args=[run.pk]))["HX-Redirect"] == "/journal/roots/"
    page = text(client.get("/journal/roots/"))
    assert "留痕账本相符" in page and "21 条记录" in page and "bg-green-lt" in page
    assert Entry.objects.filter(action="journal.verification_asked", actor="auditor").count() == 1


def test_a_journal_that_does_not_fit_is_told_with_the_way_to_the_entry(client, auditor):
    publish_on(1, entries=20)
    forged = Entry.objects.all()[9]
    with unprotected("journal_entry") as cursor:
        cursor.execute("UPDATE journal_entry SET why = 'x' WHERE id = %s", [forged.pk])
    verifying.carry_out(verifying.ask_for_verification(by=auditor))
    page = text(client.get("/journal/roots/"))
    assert f"第 {forged.pk} 号记录（修改农户信息，2014-05-20 16:30:00）：已被改动" in page
    assert reverse("journal:entry", args=[forged.pk]) in page and "bg-red-lt" in page
    client.force_login(make_user(Role.AUDITOR, OTHER_VILLAGE[:9]))
    page = text(client.get("/journal/roots/"))
    assert f"第 {forged.pk} 号记录" in page and reverse("journal:entry", args=[forged.pk]) not in page


def test_a_verification_that_fails_says_so(client, auditor, monkeypatch):
    def broken(report):
        raise RuntimeError("no disk")

    monkeypatch.setattr(verifying, "verify", broken)
    with pytest.raises(RuntimeError):
        verifying.carry_out(verifying.ask_for_verification(by=auditor))
    assert VerifyRun.objects.get().state == "failed"
    assert "核验未能完成" in text(client.get("/journal/roots/"))
    verifying.ask_for_verification(by=auditor)  # and can be asked for again
    assert VerifyRun.objects.count() == 2


def test_a_verification_whose_worker_died_does_not_stand_in_the_way(client, auditor):
    run = verifying.ask_for_verification(by=auditor)
    VerifyRun.objects.update(state="running", asked_at=run.asked_at - verifying.ABANDONED)
    assert "disabled" not in text(client.get("/journal/roots/"))
    assert verifying.ask_for_verification(by=auditor) != run


def test_the_days_of_decisions_stand_in_a_chart(client, auditor):
    decide()
    assert client.get("/journal/roots/").context["chart"] is None
    decide(at=datetime(2014, 5, 21, tzinfo=UTC))
    chart = client.get("/journal/roots/").context["chart"]
    assert chart["option"]["xAxis"]["data"] == ["2014-05-20", "2014-05-21"]
    assert chart["option"]["series"][0]["data"][0]["url"] == "/journal/?first=2014-05-20&last=2014-05-20"


@pytest.mark.parametrize("role", [Role.VILLAGE_CLERK, Role.LEADER, Role.HELPER, Role.TOWN_COMMISSIONER])
def test_the_journal_is_closed_to_who_may_not_read_it(client, role):
    client.force_login(make_user(role, TOWN))
    for address in (LIST, "/journal/roots/", "/journal/export/", f"/journal/{decide().pk}/"):
        assert client.get(address).status_code == 403
    assert client.post("/journal/verify/").status_code == 403


def test_every_action_of_the_house_has_a_name_in_both_languages():
    import re
    from pathlib import Path

    from django.conf import settings

    code = "\n".join(path.read_text() for path in Path(settings.PACKAGE).rglob("actions/*.py"))
    code += "\n".join(path.read_text() for path in Path(settings.PACKAGE).rglob("actions.py"))
    used = set(re.findall(r'(?:Decision|_tell)\(\s*"([a-z_.]+)"', code))
    used |= set(re.findall(r'"((?:registry|people|checks)\.[a-z_]+)"', code))
    assert len(used) > 20
    for language in ("zh-hans", "en"):
        with translation.override(language):
            unnamed = [action for action in used if action_label(action) == action]
            assert not unnamed
            assert json.dumps(known_actions())
    assert action_label("unknown.action") == "unknown.action"
