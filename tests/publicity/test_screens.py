"""The screens of notices and objections behind the login, and the print of a notice."""

import io
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import openpyxl
import pypdf
import pytest
import segno
from django.urls import reverse
from django.utils import timezone, translation
from tests.publicity.factories import OPENS, make_item, make_notice, make_objection, noon, picture, settle_as_system
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_household, make_id, make_user

from jingzhun.journal.models import Entry
from jingzhun.people.rules import Role
from jingzhun.publicity.actions.notices import remove_board_photo
from jingzhun.publicity.actions.objections import appeal
from jingzhun.publicity.models import Contact, Objection
from jingzhun.publicity.printing.notice import notice_pdf, qr_code
from jingzhun.publicity.queries.notices import notice_page, notices_of

pytestmark = pytest.mark.django_db
TOWN, COUNTY = VILLAGE[:9], VILLAGE[:6]


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = settings.VAR = tmp_path


@pytest.fixture
def notice():
    return make_notice(items=[make_item("case:1", head="陈福旺"), make_item("case:2", head="赵小玲")])


@pytest.fixture
def running():
    return make_notice(opens_on=timezone.localdate(), items=[make_item("case:9", head="冯财旺")])


@pytest.mark.parametrize(
    ("role", "area", "status"),
    [
        (Role.VILLAGE_CLERK, VILLAGE, 200),
        (Role.FIRST_SECRETARY, VILLAGE, 200),
        (Role.TOWN_COMMISSIONER, TOWN, 200),
        (Role.COUNTY_OFFICER, COUNTY, 200),
        (Role.SUPERVISOR, COUNTY, 200),
        (Role.VILLAGE_CLERK, OTHER_VILLAGE, 404),
        (Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9], 404),
        (Role.HELPER, VILLAGE, 403),
        (Role.AUDITOR, COUNTY, 403),
    ],
)
def test_who_may_open_a_notice_and_its_objection(client, settings, notice, role, area, status):
    settings.DEMO = True  # two-step login is another test's matter
    objection = make_objection(notice).objection
    client.force_login(make_user(role, area))
    for name, number in (("notice", notice.number), ("notice-pdf", notice.number), ("objection", objection.number)):
        assert client.get(reverse(f"publicity:{name}", args=[number])).status_code == status, name


def test_the_list_is_narrowed_by_kind_state_area_and_year_and_leaves_as_a_workbook(client, settings, notice, running):
    settings.DEMO = True
    client.force_login(make_user(Role.COUNTY_OFFICER, COUNTY))
    address = reverse("publicity:notices")
    for asked, count in (
        ({}, 2), ({"year": "2014"}, 1), ({"kind": "announcement"}, 0), ({"state": "open"}, 2), ({"area": TOWN}, 2),
        ({"area": OTHER_VILLAGE[:9]}, 0), ({"area": "x", "year": "y", "kind": "z"}, 2),
    ):  # fmt: skip
        assert client.get(address, asked).text.count('data-href="/publicity/notices/') == count, asked
    response = client.get(reverse("publicity:notices-xlsx"), {"year": "2014"})
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert len(rows) == 2 and rows[1][0] == notice.number
    assert Entry.objects.get(action="publicity.notices_exported").values == {"query": "year=2014", "rows": 1}
    assert Entry.objects.get(action="publicity.notices_exported").area_code == COUNTY


def test_the_lists_take_as_many_queries_for_many_rows_as_for_few(client, django_assert_max_num_queries):
    for n in range(30):
        made = make_notice(area=f"6104261022{n + 10:02d}", items=[make_item(f"x:{n}")])
        make_objection(made)
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    for name in ("notices", "objections"):
        with django_assert_max_num_queries(12):
            client.get(reverse(f"publicity:{name}"))


def test_a_photo_of_the_board_is_added_and_seen(client, notice):
    client.force_login(make_user())
    address = reverse("publicity:notice-photo", args=[notice.number])
    refused = client.post(address, {"file": io.BytesIO(b"<svg/>"), "taken_on": "2014-05-07"})
    assert refused.status_code == 400
    client.post(address, {"file": picture(), "taken_on": "2014-05-07"})
    photo = notice.photos.get()
    shown = client.get(reverse("publicity:board-photo", args=[photo.pk]))
    assert shown["Content-Type"] == "image/jpeg" and shown["X-Content-Type-Options"] == "nosniff"


def test_a_wrong_photo_of_the_board_is_taken_down_with_a_reason_and_is_evidence_no_more(client, notice):
    clerk = make_user()
    client.force_login(clerk)
    client.post(reverse("publicity:notice-photo", args=[notice.number]), {"file": picture(), "taken_on": "2014-05-07"})
    photo, page = notice.photos.get(), reverse("publicity:notice", args=[notice.number])
    address, shown = reverse("publicity:board-photo-take-down", args=[photo.pk]), f'"/publicity/board/{photo.pk}/"'
    assert address in client.get(page).text
    client.force_login(make_user(Role.SUPERVISOR, COUNTY))
    assert address not in client.get(page).text and client.post(address, {"why": "x"}).status_code == 403
    client.force_login(make_user(area=OTHER_VILLAGE))
    assert client.post(address, {"why": "x"}).status_code == 404
    client.force_login(clerk)
    assert client.post(address, {"why": " "}).status_code == 400 and shown in client.get(page).text
    assert client.post(address, {"why": "拍成了别村的公示栏"}).status_code == 302
    assert shown not in client.get(page).text and not notices_of(clerk).get().photographed
    told = Entry.objects.get(action="publicity.board_photo_removed")
    assert (told.why, told.role, told.values["sha256"]) == ("拍成了别村的公示栏", "village_clerk", photo.sha256)
    assert client.post(address, {"why": "再来一次"}).status_code == 404
    remove_board_photo(photo, "再来一次", by=clerk)
    assert Entry.objects.filter(action="publicity.board_photo_removed").count() == 1


def test_an_objection_is_looked_into_and_decided_on_the_screens(client, notice):
    objection = make_objection(notice).objection
    client.force_login(make_user())
    client.post(reverse("publicity:objection-finding", args=[objection.number]), {"text": "入户看过，房子是哥哥的"})
    assert client.post(reverse("publicity:objection-settle", args=[objection.number])).status_code == 403
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    ruling = {"outcome": "dismissed", "reason": "核实", "reply": "谢谢监督"}
    wrong = client.post(reverse("publicity:objection-settle", args=[objection.number]), ruling | {"reply": ""})
    assert wrong.status_code == 400 and "核实" in wrong.text
    client.post(reverse("publicity:objection-settle", args=[objection.number]), ruling)
    assert Objection.objects.get().state == "dismissed"
    again = client.post(reverse("publicity:objection-settle", args=[objection.number]), ruling, follow=True)
    assert "刚刚已作出决定" in again.text and objection.rulings.count() == 1


def test_what_was_written_stays_when_a_colleague_was_first(client, notice):
    found = make_objection(notice).objection
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    settle_address = reverse("publicity:objection-settle", args=[found.number])
    ruling = {"outcome": "dismissed", "reason": "房子是他哥哥的", "reply": "已入户核实"}
    early = client.post(settle_address, ruling)
    assert (
        early.status_code == 400 and "房子是他哥哥的</textarea>" in early.text and "已入户核实</textarea>" in early.text
    )
    settle_as_system(found, "upheld")
    late = client.post(settle_address, ruling)
    assert "房子是他哥哥的</textarea>" in late.text and "已入户核实</textarea>" in late.text
    assert f'action="{settle_address}"' not in late.text
    finding = client.post(reverse("publicity:objection-finding", args=[found.number]), {"text": "走访了三户邻居"})
    assert "走访了三户邻居</textarea>" in finding.text and not found.findings.exists()
    here = reverse("publicity:objection", args=[found.number])
    assert finding.text.count(f'name="next" value="{here}"') >= 2  # the switches of language and theme lead to a page


def test_the_town_sees_who_objected_when_it_asks_and_the_page_is_kept_nowhere(client, notice):
    objection = make_objection(notice).objection
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    assert "王举报" not in client.get(reverse("publicity:objection", args=[objection.number])).text
    shown = client.post(reverse("publicity:objector", args=[objection.number]))
    assert "王举报" in shown.text and shown["Cache-Control"] == "no-store"
    assert Entry.objects.filter(action="publicity.objector_seen", record=objection.number).count() == 1


def test_an_exported_list_of_objections_never_says_who_objected(client, notice):
    make_objection(notice, text="=1+1 他家有车")
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    body = client.get(reverse("publicity:objections-xlsx")).content
    cells = [str(cell.value) for row in openpyxl.load_workbook(io.BytesIO(body)).active for cell in row]
    assert "=1+1 他家有车" in cells and not any("王举报" in cell or "13900001111" in cell for cell in cells)


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("a3", 842)])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_print_fits_its_paper_leads_to_the_list_online_and_holds_nothing_private(notice, paper, width, language):
    born = date(1971, 3, 8)
    make_household(VILLAGE, members=[{"name": "陈福旺", "id_number": make_id(born, serial=78)}], phone="13900007777")
    link = f"https://fupin.example/n/{notice.number}"
    with translation.override(language):
        printed = pypdf.PdfReader(io.BytesIO(notice_pdf(notice_page(notice), paper=paper, link=link)))
    text = " ".join(page.extract_text() for page in printed.pages)
    assert round(float(printed.pages[0].mediabox.width)) == width
    assert "陈福旺" in text and link in text and "13900007777" not in text and make_id(born, serial=78) not in text
    links = [note.get_object()["/A"]["/URI"] for page in printed.pages for note in page.get("/Annots", [])]
    assert link in links


@pytest.mark.parametrize("paper", ["\n\n", "a5", "", "A4"])
def test_a_paper_that_there_is_not_is_printed_on_a4(client, notice, paper):
    client.force_login(make_user())
    response = client.get(reverse("publicity:notice-pdf", args=[notice.number]), {"paper": paper})
    assert response.status_code == 200 and response["Content-Disposition"].endswith('-a4.pdf"')


def test_the_qr_code_is_that_of_the_link():
    link = "https://fupin.example/n/K7M29QXD"
    wanted = io.BytesIO()
    segno.make_qr(link, error="q").save(wanted, kind="svg", scale=4, border=2, xmldecl=False)
    assert qr_code(link) == wanted.getvalue().decode() and qr_code(link) != qr_code(link + "X")


def test_the_office_is_set_by_town_or_county_for_their_own_area(client):
    make_user(Role.TOWN_COMMISSIONER, OTHER_VILLAGE[:9])
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    given = {"office": "店头镇扶贫工作站", "phone": "029-1", "address": "镇政府", "hours": "工作日"}
    assert client.post(reverse("publicity:contact", args=[TOWN]), given).status_code == 302
    assert client.post(reverse("publicity:contact", args=[OTHER_VILLAGE[:9]]), given).status_code == 404
    assert (
        Contact.objects.get().area_id == TOWN and "店头镇扶贫工作站" in client.get(reverse("publicity:contacts")).text
    )


def test_the_workbook_tells_the_county_s_days_and_the_journal_what_left(client, notice):
    make_objection(notice, at=datetime(2014, 5, 7, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai")))
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    body = client.get(reverse("publicity:objections-xlsx"), {"state": "open", "level": "", "x": "y"}).content
    [_heads, row] = openpyxl.load_workbook(io.BytesIO(body)).active.values
    assert "2014-05-07" in row and "2014-05-06" not in row
    told = Entry.objects.get(action="publicity.objections_exported")
    assert (told.area_code, told.values, told.role) == (
        TOWN,
        {"query": "state=open", "rows": 1},
        "town_commissioner",
    )


def test_every_number_above_the_objections_opens_the_list_that_it_counts(client, notice, running):
    today = timezone.localdate()
    made = [make_objection(running, at=timezone.now()).objection for _ in range(5)]
    Objection.objects.filter(pk__in=[made[0].pk, made[1].pk]).update(due_on=today - timedelta(days=3))
    settle_as_system(made[2], "dismissed", at=timezone.now())
    appeal(settle_as_system(made[3], "dismissed", at=timezone.now()), "没有调查")
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    page = client.get(reverse("publicity:objections")).text
    cards = re.findall(r'<a class="card stat[^"]*" href="([^"]*)">.*?<div class="stat-value">(\d+)</div>', page)
    assert [number for _address, number in cards] == ["4", "2", "5"]
    for address, number in cards:
        shown = client.get(reverse("publicity:objections") + address).text
        assert shown.count('data-href="/publicity/objections/') == int(number), address


def test_the_village_reads_no_answer_and_no_appeal_for_they_may_tell_who_objected(client, notice):
    objection = make_objection(notice).objection
    dismissed = settle_as_system(objection, "dismissed", reason="王举报弄错了", reply="王举报您好")
    appeal(dismissed, "我是他邻居王举报", at=noon(OPENS))
    address = reverse("publicity:objection", args=[objection.number])
    private = ("王举报弄错了", "王举报您好", "我是他邻居")
    client.force_login(make_user())
    page = client.get(address).text
    assert not any(text in page for text in private) and "不成立" in page and "只供乡镇" in page
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    page = client.get(address).text
    assert all(text in page for text in private)


def test_a_late_answer_stands_out(client, running):
    make_objection(running, at=timezone.now())
    Objection.objects.update(due_on=timezone.localdate() - timedelta(days=10))
    client.force_login(make_user(Role.TOWN_COMMISSIONER, TOWN))
    assert "已逾期" in client.get(reverse("publicity:objections")).text
