"""What anybody may prove of the journal on the public website, and what the page says when it does not fit."""

import hashlib
import html
import json
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import transaction
from django.urls import reverse
from tests.journal.stories import decide, publish_on, unprotected
from tests.publicity.factories import make_objection, noon
from typer.testing import CliRunner

from jingzhun.areas.models import Area
from jingzhun.cli import app
from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.models import Entry
from jingzhun.journal.rules.proofs import problems, read_proof
from jingzhun.parameters.models import Parameter
from jingzhun.publicity.actions.notices import close_notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(notice):
    """The entry of the notice's opening, in a published root."""
    found = Entry.objects.get(action="publicity.notice_opened", record=notice.number)
    publish_on(1, entries=5)
    return found


def asked(client, number, **more) -> str:
    response = client.get(reverse("public-en:journal"), {"entry": str(number)} | more)
    assert response.status_code == 200
    return html.unescape(response.text)


def proof_file(client, page: str) -> str:
    """What the page offers to download."""
    return client.get(reverse("public-en:journal") + re.search(r'<a href="([^"]*as=json)"', page)[1]).text


def test_a_stranger_checks_that_the_list_on_the_page_is_the_one_that_was_opened(client, opened, notice, tmp_path):
    page = client.get(reverse("public-en:notice", args=[notice.number])).text
    address = reverse("public-en:notice-list", args=[notice.number])
    assert address in page and f"?entry={opened.pk}#proof" in page
    answer = client.get(address)
    assert answer["Content-Type"].startswith("application/json") and "noindex" in answer["X-Robots-Tag"]
    assert hashlib.sha256(answer.content).hexdigest() == notice.digest
    proof, listed = tmp_path / "proof.json", tmp_path / "list.json"
    file = client.get(reverse("public-en:journal"), {"entry": opened.pk, "as": "json"})
    assert f"?entry={opened.pk}&as=json" in asked(client, opened.pk) and "no-store" in file["Cache-Control"]
    assert file["Content-Type"].startswith("application/json") and file.text == proof_file(
        client, asked(client, opened.pk)
    )
    proof.write_text(file.text)
    listed.write_text(json.dumps(answer.json(), indent=2))  # another program wrote it down
    arguments = ["journal", "check", str(proof), "--list", str(listed), "--json"]
    assert json.loads(CliRunner().invoke(app, arguments).output)["ok"]
    listed.write_text(json.dumps([*answer.json()[1:], answer.json()[0] | {"head": "另一人"}]))
    assert json.loads(CliRunner().invoke(app, arguments).output)["problems"] == ["list"]


def test_the_closing_of_a_notice_is_proved_with_its_counts(client, notice):
    close_notice(notice, by=SYSTEM, at=noon(notice.closes_on + timedelta(days=1)))
    publish_on(1)
    told = json.loads(proof_file(client, asked(client, Entry.objects.get(action="publicity.notice_closed").pk)))
    assert told["entry"]["values"] == {"items": {"passed": 2}} and told["entry"]["record"] == notice.number


def test_a_list_leaves_with_the_names_and_is_not_given_where_names_are_masked(client, notice):
    address = reverse("public:notice-list", args=[notice.number])
    Parameter.objects.filter(name="notice_names_masked").update(value=1)
    assert client.get(address).status_code == 404
    assert address not in client.get(reverse("public:notice", args=[notice.number])).text
    Parameter.objects.filter(name="notice_names_masked").update(value=0)
    assert "陈福旺" in client.get(address).text
    caches["pages"].clear()
    Parameter.objects.filter(name="notice_public_days").update(value=-30)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "field", ["action = 'publicity.notice_closed'", "area_code = ''", "at = at + interval '1 day'"]
)
def test_an_entry_that_was_altered_is_not_called_proved(client, opened, field):
    assert "proved" in asked(client, opened.pk)
    with unprotected("journal_entry") as cursor:
        cursor.execute(f"UPDATE journal_entry SET {field} WHERE id = %s", [opened.pk])
    page = asked(client, opened.pk)
    assert "is not what was recorded then" in page and "proved" not in page


@pytest.mark.parametrize("table", ["journal_entry", "journal_place"])
def test_an_entry_that_was_removed_is_not_called_one_of_tomorrow(client, opened, table):
    column = {"journal_entry": "id", "journal_place": "entry_id"}[table]
    with unprotected(table) as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [opened.pk])
    page = asked(client, opened.pk)
    assert ("was removed" if table == "journal_entry" else "damaged") in page and "next day's root" not in page


def test_an_entry_that_waits_is_told_apart_from_one_that_never_was(client, opened):
    late = decide()
    assert "in no published root yet" in asked(client, late.pk)
    for number in (late.pk + 1, 10**11, "x", "9" * 12):
        assert "There is no entry of this number." in asked(client, number)


def test_a_damaged_tree_is_told_on_the_page_meant_to_tell_of_it(client, opened):
    publish_on(2, entries=20)
    days = {"from": "2014-06-01", "to": "2014-06-02"}
    with unprotected("journal_treenode") as cursor:
        cursor.execute("DELETE FROM journal_treenode")
    page = asked(client, opened.pk, **days)
    assert "what leads from this entry to the published root is damaged" in page
    assert "is not shown to contain" in page and "proved" not in page


def test_a_root_that_lost_its_entries_is_told(client, opened):
    publish_on(2, entries=20)
    with unprotected("journal_root") as cursor:
        cursor.execute("DELETE FROM journal_root WHERE number = 2")
    page = asked(client, opened.pk, **{"from": "2014-06-01", "to": "2014-06-02"})
    assert "This entry was removed" in page and "is not shown to contain" in page


def test_who_counts_the_journal_through_learns_neither_what_nor_where(client, opened):
    hidden = decide(action="identification.refused", at=opened.at)
    publish_on(2)
    page = asked(client, hidden.pk)
    assert "proved" in page and "told to the auditor only" in page
    told = json.loads(proof_file(client, page))
    assert (told["entry"], told["action"], told["area"], told["level"]) == (None, "", "", None)
    assert problems(read_proof(proof_file(client, page))) == []


def test_the_journal_is_looked_up_so_often_from_one_address(client, opened):
    Parameter.objects.filter(name="lookups_per_address").update(value=2)
    address = reverse("public:journal")
    assert [client.get(address, {"entry": number}).status_code for number in (1, 2, 3)] == [200, 200, 429]
    assert "查询次数过多" in client.get(address, {"entry": opened.pk}).text
    assert client.get(address, {"entry": opened.pk}, REMOTE_ADDR="10.1.1.1").status_code == 200
    assert Area.objects.filter(code="610426").exists()  # the limit is the county's


def test_who_reads_the_journal_does_not_find_the_objector_by_what_is_equal_elsewhere(notice):
    """The household's phone in the same words as registry, identification and another objection would digest it."""
    first, second = (make_objection(notice, at=noon(notice.opens_on)) for _ in range(2))
    with transaction.atomic():
        decide(action="identification.phone_confirmed", personal={"phone": "13900001111", "name": "王举报"})
    received = list(Entry.objects.filter(action="publicity.objection_received").order_by("pk"))
    assert [each.record for each in received] == [first.objection.number, second.objection.number]
    digests = [
        value
        for entry in (*received, Entry.objects.get(action="identification.phone_confirmed"))
        for name, value in entry.values.items()
        if name in ("phone", "name", "text")
    ]
    assert len(digests) == 8 and len(set(digests)) == 8
