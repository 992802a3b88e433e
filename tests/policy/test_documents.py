"""The document library: filed with their files, found by their words, replaced, and what rests on them."""

import io
import random
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.papers import locked_pdf, pdf
from tests.registry.factories import OTHER_VILLAGE, VILLAGE, make_area, make_user

from jingzhun.journal.models import Entry
from jingzhun.parameters.models import Parameter
from jingzhun.people.rules import Role
from jingzhun.policy.actions.documents import Told, add_document, change_document, look_at
from jingzhun.policy.models import Document
from jingzhun.policy.queries.documents import documents_for
from jingzhun.policy.reading import tidied
from jingzhun.policy.rules import words
from jingzhun.procedure.actions import NotYours
from jingzhun.registry.rules.refusals import Refused

COUNTY = VILLAGE[:6]
TEXT = "为做好农村危房改\n造工作，每户补助２万元。\n扶贫小额信贷（Micro Credit）免担保、免抵押。"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(settings, tmp_path):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path


@pytest.fixture
def officer(db):
    return make_user(Role.COUNTY_OFFICER, COUNTY)


def told(number="永政发〔2014〕12号", title="关于农村危房改造的通知", **values) -> Told:
    said = {"issuer": "永寿县人民政府", "issued_on": date(2014, 3, 1), "valid_from": date(2014, 4, 1), "text": TEXT}
    return Told(number, title, **(said | values))


def file_one(officer, **values) -> Document:
    return add_document(make_area(COUNTY), told(**values), by=officer)


def found_by(user, text: str) -> list[str]:
    return [each.number for each in documents_for(user, text)]


@pytest.mark.parametrize(
    "text",
    [
        "危房",
        "改造",
        "危房改造",
        "补助2万",
        "２万元",
        "信贷",
        "MICRO credit",
        "危房 信贷",
        "贷",
        "永政发",
        "12号",
        "县人民",
    ],
)
def test_a_document_is_found_by_two_characters_of_its_text_wherever_a_line_ends(officer, text):
    file_one(officer)
    assert found_by(officer, text) == ["永政发〔2014〕12号"]


@pytest.mark.parametrize("text", ["房危", "造改", "危房 搬迁", "3万元", "贷款"])
def test_what_a_document_does_not_say_does_not_find_it(officer, text):
    file_one(officer)
    assert found_by(officer, text) == []


def test_among_two_thousand_documents_two_characters_are_found_by_the_index(officer):
    """Every two-character word of some documents finds exactly those that have it."""
    draw, signs = random.Random(7), [chr(0x4E00 + n) for n in range(300)]
    texts = ["".join(draw.choices(signs, k=400)) for _ in range(2_000)]
    area, now = make_area(COUNTY), timezone.now()
    day = date(2014, 1, 1)
    Document.objects.bulk_create(
        Document(
            number=f"文{n}", title="题", issuer="县", area=area, issued_on=day, valid_from=day, text=text, added_at=now
        )
        for n, text in enumerate(texts)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE policy_document")
    for _ in range(25):
        at = draw.randrange(399)
        word = texts[draw.randrange(2_000)][at : at + 2]
        assert set(found_by(officer, word)) == {f"文{n}" for n, text in enumerate(texts) if word in text}
    assert "document_pairs" in documents_for(officer, "".join(signs[:2])).explain()


@given(st.text(max_size=40), st.text(max_size=6))
def test_what_is_marked_in_a_text_is_the_text(text, searched):
    pieces = words.marked(text, words.words(searched))
    assert "".join(piece for piece, _hit in pieces) == text


def test_hits_are_marked_across_line_ends():
    pieces = words.marked(TEXT, words.words("危房改造"))
    assert [piece for piece, hit in pieces if hit] == ["危房改\n造"]
    assert [piece for piece, hit in words.excerpt(TEXT, ["2万元"]) if hit] == ["２万元"]


def test_an_officer_files_a_pdf_whose_text_is_read(client, officer):
    client.force_login(officer)
    made = {"number": "国开办发〔2014〕24号", "title": "扶贫开发建档立卡工作方案", "issuer": "国务院扶贫办",
            "issued_on": "2014-04-02", "valid_from": "2014-04-02"}  # fmt: skip
    made["file"] = upload("a.pdf", pdf("建档立卡工作方案"))
    response = client.post(reverse("policy:document-add"), made)
    found = Document.objects.get()
    assert response.status_code == 302 and "建档立卡" in found.text and found.file.name.endswith(".pdf")
    entry = Entry.objects.get(action="policy.document_added")
    assert entry.record == str(found.pk) and len(entry.values["sha256"]) == 64
    page = client.get(reverse("policy:document", args=[found.pk]), {"q": "立卡"}).text
    assert "<mark>立卡</mark>" in page
    got = client.get(reverse("policy:document-file", args=[found.pk]))
    assert b"".join(got.streaming_content).startswith(b"%PDF") and got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"


def test_a_word_file_is_read_with_its_tables(officer):
    paper, target = docx.Document(), io.BytesIO()
    paper.add_paragraph("产业扶持办法")
    paper.add_table(1, 2).rows[0].cells[1].text = "每亩补助三百元"
    paper.save(target)
    filed = look_at(target, seek(target))
    assert filed.kind == "docx" and "产业扶持办法" in filed.text and "每亩补助三百元" in filed.text


def test_a_scan_says_that_it_has_no_text_and_lets_it_be_typed(client, officer):
    client.force_login(officer)
    made = {"number": "12", "title": "老文件", "issuer": "县", "issued_on": "1994-04-02", "valid_from": "1994-04-02"}
    page = client.post(reverse("policy:document-add"), made | {"file": upload("a.pdf", pdf(""))}, follow=True).text
    assert "扫描" in page and reverse("policy:document-change", args=[Document.objects.get().pk]) in page
    change = reverse("policy:document-change", args=[Document.objects.get().pk])
    client.post(change, made | {"text": "八七扶贫攻坚计划"})
    assert found_by(officer, "攻坚") == ["12"]
    entry = Entry.objects.get(action="policy.document_changed")
    assert entry.values == {"text_length": [0, 8]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空"),
        (b"%PDF-1.4 nonsense", "损坏"),
        (b"PK\x03\x04nonsense", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "旧版"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "PDF"),
        (locked_pdf("secret"), "密码"),
        (b"\xff\xfe\xfa" * 50 + b"\x81", "损坏"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_in_words_and_nothing_is_written(client, officer, content, said):
    client.force_login(officer)
    made = {"number": "12", "title": "坏文件", "issuer": "县", "issued_on": "2014-04-02", "valid_from": "2014-04-02"}
    page = client.post(reverse("policy:document-add"), made | {"file": upload("文件.pdf", content)})
    assert page.status_code == 200 and "invalid-feedback" in page.text and said in page.text
    assert "坏文件" in page.text  # what was typed is still there
    assert not Document.objects.exists() and not Entry.objects.filter(action="policy.document_added").exists()


def test_what_is_replaced_ends_where_the_new_one_begins(client, officer):
    old = file_one(officer)
    new = file_one(officer, number="永政发〔2016〕3号", valid_from=date(2016, 5, 1), replaces=old)
    old.refresh_from_db()
    assert old.valid_until == date(2016, 5, 1)
    client.force_login(officer)
    assert new.number in client.get(reverse("policy:document", args=[old.pk])).text
    assert old.number in client.get(reverse("policy:document", args=[new.pk])).text
    with pytest.raises(Refused, match="replaces"):
        change_document(old, told(replaces=new, valid_from=date(2017, 1, 1)), by=officer)
    listed = client.get(reverse("policy:documents"), {"on": "2016-04-30"}).text
    assert old.number in listed and new.number not in listed
    assert old.number not in client.get(reverse("policy:documents"), {"on": "2016-05-01"}).text


def test_a_number_stands_once_in_a_library(officer):
    file_one(officer)
    with pytest.raises(Refused, match="number"):
        file_one(officer, title="又一个")


def test_parameters_that_name_the_number_rest_on_it(client, officer):
    found = file_one(officer)
    Parameter.objects.create(name="poverty_line", area_code=COUNTY, valid_from=date(2014, 1, 1), value=3000, unit="x",
                             source="永政发〔2014〕12号 第三条")  # fmt: skip
    client.force_login(officer)
    page = client.get(reverse("policy:document", args=[found.pk])).text
    assert "扶贫标准线" in page and "3000" in page


def test_another_county_and_a_clerk_file_nothing(client, officer):
    found = file_one(officer)
    for stranger in (make_user(Role.COUNTY_OFFICER, "610427"), make_user(Role.VILLAGE_CLERK, VILLAGE)):
        with pytest.raises(NotYours):
            add_document(make_area(COUNTY), told(number="9"), by=stranger)
        with pytest.raises(NotYours):
            change_document(found, told(), by=stranger)
    client.force_login(make_user(Role.COUNTY_OFFICER, "610427"))
    for name in ("document", "document-file", "document-change"):
        assert client.get(reverse(f"policy:{name}", args=[found.pk])).status_code == 404
    assert found.number not in client.get(reverse("policy:documents"), {"q": "危房"}).text
    client.force_login(make_user(Role.VILLAGE_CLERK, VILLAGE))
    assert client.get(reverse("policy:document", args=[found.pk])).status_code == 200  # holds in the village too
    assert client.get(reverse("policy:document-change", args=[found.pk])).status_code == 403
    assert client.get(reverse("policy:document-add")).status_code == 403


def test_a_villages_own_document_is_not_the_next_villages(client, officer):
    add_document(make_area(OTHER_VILLAGE), told(), by=officer)
    client.force_login(make_user(Role.VILLAGE_CLERK, VILLAGE))
    assert "永政发" not in client.get(reverse("policy:documents")).text


@pytest.mark.parametrize("query", [{}, {"q": "危房"}, {"q": "危房", "issuer": "永寿县人民政府", "on": "2014-05-01"}])
def test_the_list_asks_as_much_for_a_hundred_documents_as_for_one(
    client, officer, query, django_assert_max_num_queries
):
    for n in range(100):
        file_one(officer, number=f"永政发〔2014〕{n}号")
    client.force_login(officer)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("policy:documents"), query).text
    assert "100" in page


def test_the_list_leaves_as_a_workbook_and_says_so(client, officer):
    file_one(officer, title="=1+1")
    client.force_login(officer)
    body = client.get(reverse("policy:documents-export"), {"q": "危房"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet["B2"].value == "=1+1" and sheet["B2"].data_type == "s"
    assert Entry.objects.get(action="policy.list_exported").values["rows"] == 1


def test_odd_addresses_do_no_harm(client, officer):
    client.force_login(officer)
    for query in ({"q": "\0"}, {"q": "%_\\"}, {"year": "x"}, {"on": "x"}, {"issuer": "nobody"}, {"page": "99"}):
        assert client.get(reverse("policy:documents"), query).status_code == 200


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def seek(file: io.BytesIO) -> int:
    size = file.tell()
    file.seek(0)
    return size


def test_a_text_of_blanks_is_read_at_once():
    """Without looking at each blank once for every other one."""
    assert tidied("字" + " " * 400_000 + "字\n \n \n \n末") == "字" + " " * 400_000 + "字\n\n末"


def test_a_corrected_replacement_takes_its_end_back(officer):
    county = make_area(COUNTY)
    first, second = (add_document(county, told(number=f"永政发〔2014〕{n}号", valid_from=date(2014, 1, n)), by=officer)
                     for n in (1, 2))  # fmt: skip
    new = told(number="永政发〔2015〕1号", valid_from=date(2015, 1, 1), replaces=first)
    made = add_document(county, new, by=officer)
    first.refresh_from_db()
    assert first.valid_until == date(2015, 1, 1)

    change_document(made, replace(new, replaces=second, valid_from=date(2015, 6, 1)), by=officer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.valid_until, second.valid_until) == (None, date(2015, 6, 1))
    change_document(made, replace(new, replaces=second, valid_from=date(2015, 3, 1)), by=officer)
    second.refresh_from_db()
    assert second.valid_until == date(2015, 3, 1), "no gap is left"
    told_of_first = Entry.objects.filter(action="policy.document_changed", record=str(first.pk)).order_by("id")
    ends = [entry.values["until"] for entry in told_of_first]
    assert ends == [[None, "2015-01-01"], ["2015-01-01", None]]
