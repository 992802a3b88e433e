"""Whatever was done behind the journal's back is found, and the first entry that does not fit is named."""

import pytest
from tests.journal.stories import ALL, decide, publish_on, rebuild, unprotected

from jingzhun.journal.actions.sealing import seal
from jingzhun.journal.models import Entry
from jingzhun.journal.queries import verification, verify
from jingzhun.journal.queries.faults import REASONS, Fault, Reason
from jingzhun.journal.rules import FIELDS

pytestmark = pytest.mark.django_db

STORED = "id, " + ", ".join(f'"{name}"' for name in FIELDS) + ", leaf"


@pytest.fixture
def journal():
    """Three sealings with a published root each: 20, 25, 31 entries. Gives the entries."""
    for day, number in ((1, 20), (2, 5), (3, 6)):
        publish_on(day, entries=number)
    decide(record="waiting")
    assert verify().ok
    return list(Entry.objects.order_by("pk"))


def fault() -> Fault:
    found = verify()
    assert not found.ok and REASONS[found.fault.reason]
    return found.fault


@pytest.mark.parametrize("position", [0, 7, 22, 30])
def test_one_changed_byte_names_the_entry_and_the_roots_it_spoils(journal, position):
    entry = journal[position]
    with unprotected("journal_entry") as cursor:
        cursor.execute(
            "UPDATE journal_entry SET why = overlay(why placing '删' from 1 for 1) WHERE id = %s", [entry.pk]
        )
    found = fault()
    size, day = next((size, day) for size, day in ((20, 1), (25, 2), (31, 3)) if position < size)
    assert (found.reason, found.number, found.position) == (Reason.CHANGED, entry.pk, position)
    assert (found.action, found.at, found.root, found.day.day) == (entry.action, entry.at, size, day)
    assert verify().entries == position


def test_the_first_of_several_is_named(journal):
    with unprotected("journal_entry") as cursor:
        cursor.execute("UPDATE journal_entry SET actor = 'x' WHERE id IN (%s, %s)", [journal[22].pk, journal[9].pk])
    assert fault().number == journal[9].pk


def test_an_entry_changed_together_with_its_hash_is_found(journal):
    with unprotected("journal_entry") as cursor:
        cursor.execute("UPDATE journal_entry SET why = 'x', leaf = sha256('x') WHERE id = %s", [journal[3].pk])
    assert (fault().reason, fault().number) == (Reason.REPLACED, journal[3].pk)


def test_an_unsealed_entry_that_was_changed_is_found(journal):
    with unprotected("journal_entry") as cursor:
        cursor.execute("UPDATE journal_entry SET why = 'x' WHERE id = %s", [journal[-1].pk])
    assert (fault().reason, fault().number, verify().entries) == (Reason.CHANGED, journal[-1].pk, 31)


def test_a_removed_entry_is_named(journal):
    with unprotected("journal_entry") as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE id = %s", [journal[21].pk])
    found = fault()
    assert (found.reason, found.number, found.position, found.root) == (Reason.REMOVED, journal[21].pk, 21, 25)


def test_an_unsealed_entry_that_was_removed_is_named(journal):
    with unprotected("journal_entry") as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE id = %s", [journal[-1].pk])
    assert (fault().reason, fault().number) == (Reason.REMOVED, journal[-1].pk)


def test_an_entry_removed_with_its_place_leaves_a_gap(journal):
    with unprotected(*ALL) as cursor:
        for table, column in (("journal_entry", "id"), ("journal_place", "entry_id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [journal[21].pk])
    found = fault()
    assert (found.reason, found.after, found.position) == (Reason.REMOVED, journal[20].pk, 21)


def test_an_entry_whose_place_was_removed_is_named(journal):
    with unprotected("journal_place") as cursor:
        cursor.execute("DELETE FROM journal_place WHERE position = 21")
    assert (fault().reason, fault().number) == (Reason.UNPLACED, journal[21].pk)


def test_the_last_entries_removed_with_all_their_traces_but_the_root(journal):
    with unprotected(*ALL) as cursor:
        cursor.execute("DELETE FROM journal_place WHERE position >= 29")
        cursor.execute("DELETE FROM journal_entry WHERE id = ANY(%s)", [[journal[29].pk, journal[30].pk]])
    assert (fault().reason, fault().position, fault().root) == (Reason.REMOVED, 29, 31)


def test_the_newest_sealing_removed_without_a_trace_contradicts_the_published_root(journal):
    with unprotected(*ALL) as cursor:
        cursor.execute("DELETE FROM journal_place WHERE position >= 25")
        cursor.execute("DELETE FROM journal_entry WHERE id > %s", [journal[24].pk])
        cursor.execute("DELETE FROM journal_waiting")
        cursor.execute("DELETE FROM journal_root WHERE size > 25")
    assert (fault().reason, fault().root, fault().day.day) == (Reason.PUBLISHED, 31, 3)


def test_an_entry_put_in_behind_the_triggers_back_is_named(journal):
    with unprotected("journal_entry") as cursor:
        cursor.execute(f"INSERT INTO journal_entry ({STORED}) SELECT 100000, {STORED[4:]} FROM journal_entry LIMIT 1")
    assert (fault().reason, fault().number) == (Reason.INSERTED, 100_000)


@pytest.mark.parametrize("with_roots", [False, True])
def test_an_entry_put_in_between_and_sealed_anew_is_named(journal, with_roots):
    """The forger shifts all later places, makes the tree anew, and even the roots; only the signed ones are beyond."""
    with unprotected(*ALL) as cursor:
        cursor.execute(f"INSERT INTO journal_entry ({STORED}) SELECT 100000, {STORED[4:]} FROM journal_entry LIMIT 1")
        cursor.execute("UPDATE journal_place SET position = position + 1000 WHERE position >= 12")
        cursor.execute("UPDATE journal_place SET position = position - 999 WHERE position >= 1012")
        cursor.execute("INSERT INTO journal_place (position, entry_id, leaf) VALUES (12, 100000, '')")
        rebuild(cursor)
        if not with_roots:
            cursor.execute("UPDATE journal_root SET hash = sha256(hash)")
    assert (fault().reason, fault().number, fault().root) == (Reason.INSERTED, 100_000, 20)


def test_entries_changed_and_the_whole_tree_made_anew_contradict_the_published_root(journal):
    """Nothing in the database contradicts any more but the signature, which needs the key."""
    with unprotected(*ALL) as cursor:
        cursor.execute("UPDATE journal_entry SET why = 'x' WHERE id = %s", [journal[22].pk])
        rebuild(cursor)
    found = fault()
    assert (found.reason, found.root, found.day.day) == (Reason.PUBLISHED, 25, 2)
    assert found.number == journal[20].pk and found.until == journal[24].pk  # it is one of these


def test_entries_changed_in_a_tree_made_anew_contradict_the_roots_of_sealings_too(journal, settings, tmp_path):
    settings.CHECKPOINTS = tmp_path / "none"
    with unprotected(*ALL, "journal_publishedroot") as cursor:
        cursor.execute("DELETE FROM journal_publishedroot")
        cursor.execute("SELECT number, hash FROM journal_root")
        roots = cursor.fetchall()
        cursor.execute("UPDATE journal_entry SET why = 'x' WHERE id = %s", [journal[22].pk])
        rebuild(cursor)
        for number, stored in roots:
            cursor.execute("UPDATE journal_root SET hash = %s WHERE number = %s", [stored, number])
    found = fault()
    assert (found.reason, found.root, found.number, found.until) == (Reason.ROOT, 25, journal[20].pk, journal[24].pk)


def test_an_altered_root_is_named_and_no_entry_blamed(journal):
    with unprotected("journal_root") as cursor:
        cursor.execute("UPDATE journal_root SET hash = sha256(hash) WHERE size = 20")
    assert (fault().reason, fault().root, fault().number) == (Reason.ROOT, 20, None)


def test_a_removed_root_is_noticed(journal):
    with unprotected("journal_root") as cursor:
        cursor.execute("DELETE FROM journal_root WHERE size = 20")
    assert fault().reason == Reason.ROOT


def test_an_altered_published_root_is_named(journal):
    with unprotected("journal_publishedroot") as cursor:
        cursor.execute("UPDATE journal_publishedroot SET hash = sha256(hash) WHERE size = 25")
    assert (fault().reason, fault().root, fault().day.day, fault().number) == (Reason.PUBLISHED, 25, 2, None)


def test_an_altered_text_of_a_published_root_is_found(journal):
    with unprotected("journal_publishedroot") as cursor:
        cursor.execute("UPDATE journal_publishedroot SET text = replace(text, E'\\n25\\n', E'\\n24\\n')")
    assert (fault().reason, fault().root) == (Reason.SIGNATURE, 25)


def test_an_altered_node_is_found(journal):
    with unprotected("journal_treenode") as cursor:
        cursor.execute("UPDATE journal_treenode SET hash = sha256(hash)")
    assert (fault().reason, fault().number, fault().position) == (Reason.NODE, journal[0].pk, 0)


def test_a_removed_node_is_found(journal):
    with unprotected("journal_treenode") as cursor:
        cursor.execute("DELETE FROM journal_treenode")
    assert fault().reason == Reason.NODE


def test_a_place_beyond_every_root_is_found(journal):
    with unprotected("journal_place") as cursor:
        insert = "INSERT INTO journal_place (position, leaf, entry_id) SELECT 31, leaf, id FROM journal_entry"
        cursor.execute(f"{insert} WHERE id = %s", [journal[-1].pk])
    assert (fault().reason, fault().number) == (Reason.INSERTED, journal[-1].pk)


def test_swapped_entries_are_found(journal):
    with unprotected("journal_place") as cursor:
        cursor.execute("UPDATE journal_place SET position = 1000 WHERE position = 4")
        cursor.execute("UPDATE journal_place SET position = 4 WHERE position = 9")
        cursor.execute("UPDATE journal_place SET position = 9 WHERE position = 1000")
    assert fault().number == journal[9].pk and fault().reason == Reason.INSERTED


@pytest.mark.parametrize("days", [(19, 20), (24, 25)])
def test_entries_that_bear_each_others_numbers_are_found(journal, days):
    """The last of one sealing and the first of the next: within a sealing, numbers only rise."""
    first, second = (journal[position].pk for position in days)
    with unprotected("journal_entry", "journal_place") as cursor:
        for table, column in (("journal_entry", "id"), ("journal_place", "entry_id")):
            for before, after in ((first, 10**9), (second, first), (10**9, second)):
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {column} = %s", [after, before])
    found = fault()
    assert (found.reason, found.root) == (Reason.NUMBERS, days[1])
    assert found.until == second


def test_verifying_tells_how_far_it_is_and_asks_little(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(verification, "STRETCH", 16)
    for record in range(50):
        decide(record=str(record))
    seal()
    told = []
    with django_assert_max_num_queries(40):  # eight for each of four stretches
        assert verify(lambda done, total: told.append((done, total))).ok
    assert told == [(16, 50), (32, 50), (48, 50), (50, 50)]


def test_an_empty_journal_fits():
    assert verify().ok and verify().entries == 0


def test_a_fault_survives_its_keeping(journal):
    with unprotected("journal_entry") as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE id = %s", [journal[21].pk])
    assert Fault.from_dict(fault().as_dict()) == fault()
