"""What anybody may prove of the journal on the public website, and what the page says when it does not fit."""

import html
import json

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from tests.journal.stories import decide, publish_on, unprotected
from tests.publicity.factories import make_item, make_notice

from jingzhun.areas.models import Area
from jingzhun.journal.models import Entry
from jingzhun.journal.rules.proofs import problems, read_proof
from jingzhun.parameters.models import Parameter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_pages():
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def notice():
    return make_notice(
        items=[make_item("case:1", head="陈福旺"), make_item("case:2", head="赵小玲")], opens_on=timezone.localdate()
    )


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


def proof_in(page: str) -> str:
    return page.split('<pre class="code scroll">')[1].split("</pre>")[0]


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
    told = json.loads(proof_in(page))
    assert (told["entry"], told["action"], told["area"], told["level"]) == (None, "", "", None)
    assert problems(read_proof(proof_in(page))) == []


def test_the_journal_is_looked_up_so_often_from_one_address(client, opened):
    Parameter.objects.filter(name="lookups_per_address").update(value=2)
    address = reverse("public:journal")
    assert [client.get(address, {"entry": number}).status_code for number in (1, 2, 3)] == [200, 200, 429]
    assert "查询次数过多" in client.get(address, {"entry": opened.pk}).text
    assert client.get(address, {"entry": opened.pk}, REMOTE_ADDR="10.1.1.1").status_code == 200
    assert Area.objects.filter(code="610426").exists()  # the limit is the county's
