"""Entries find their place in the tree: all, once, in any order of commits, and the tree never forks."""

import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.journal.stories import decide, publish_on, unprotected

from jingzhun.journal.actions import SYSTEM, Decision, record_many
from jingzhun.journal.actions.sealing import seal
from jingzhun.journal.models import KEPT_FOR_EVER, Entry, Place, Root, TreeNode, Waiting
from jingzhun.journal.queries import TreeDamaged, consistency, prove, verify
from jingzhun.journal.queries.tree import growing
from jingzhun.methods import merkle

WRITERS, EACH = 8, 25
STATEMENTS = {
    "Place": ("journal_place", "position = position"),
    "TreeNode": ("journal_treenode", "hash = hash"),
    "Root": ("journal_root", "hash = hash"),
    "Entry": ("journal_entry", "why = why"),
    "PublishedRoot": ("journal_publishedroot", "text = text"),
    "SigningKey": ("journal_signingkey", "public = public"),
}


def in_thread(work) -> threading.Thread:
    """Run with a database session of its own."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db
def test_sealing_gives_every_entry_its_place_and_the_tree_a_root():
    entries = [decide(record=str(number)) for number in range(20)]
    assert Waiting.objects.count() == 20
    sealed = seal()
    assert (sealed.entries, sealed.root.size, sealed.root.number) == (20, 20, 1)
    assert list(Place.objects.values_list("position", "entry_id")) == list(enumerate(entry.pk for entry in entries))
    assert bytes(sealed.root.hash) == merkle.root_of(bytes(entry.leaf) for entry in entries)
    assert not Waiting.objects.exists()
    assert verify().ok and verify().entries == 20


@pytest.mark.django_db
def test_sealing_with_nothing_waiting_makes_no_root():
    assert seal().root is None
    decide()
    first = seal().root
    assert seal().entries == 0
    assert seal().root == first
    assert Root.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("batches", [[1], [1, 1, 1], [16], [17, 300], [255, 2, 64, 1]])
def test_the_tree_is_the_same_in_whatever_portions_it_was_sealed(batches):
    for number in batches:
        record_many([Decision("registry.moved", "household", str(each)) for each in range(number)], by=SYSTEM)
        seal()
    leaves = [bytes(leaf) for leaf in Entry.objects.order_by("pk").values_list("leaf", flat=True)]
    assert growing().root == merkle.root_of(leaves)
    assert verify().roots == len(batches)
    assert TreeNode.objects.count() == len(leaves) // 16 + len(leaves) // 256
    last = Entry.objects.last()
    for size in {len(leaves), max(1, len(leaves) - 1)}:
        shown = consistency(size, len(leaves))
        assert shown.holds and shown.old_root == merkle.root_of(leaves[:size])
    proof = prove(last)
    assert merkle.includes(proof.leaf, proof.position, proof.size, proof.path, proof.root)


@pytest.mark.django_db
def test_sealing_costs_the_same_however_long_the_journal_is():
    def statements():
        decide()
        with CaptureQueriesContext(connection) as asked:
            assert seal().entries == 1
        return len(asked)

    decide()
    seal()
    few = statements()
    record_many([Decision("registry.moved", "household", str(each)) for each in range(3000)], by=SYSTEM)
    seal()
    assert statements() <= few + 3  # a statement for each further level of the tree


@pytest.mark.django_db
def test_wrong_statistics_of_a_journal_that_just_grew_cost_nothing():
    """The planner takes the tables for empty, as after a bulk action or a restore, and joins would take hours."""
    with connection.cursor() as cursor:
        for table in ("journal_entry", "journal_waiting", "journal_place", "journal_treenode"):
            cursor.execute(f"ANALYZE {table}")
    record_many([Decision("registry.moved", "household", str(each)) for each in range(5000)], by=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '20s'")
    assert seal().entries == 5000
    decide()
    assert verify().ok and verify().entries == 5001


@pytest.mark.django_db
def test_a_journal_from_before_the_tree_or_out_of_a_backup_is_sealed_like_any_other():
    """What waits is a table like any other: nothing of it lies in transaction numbers or in memory."""
    early, late = decide(), decide()
    Waiting.objects.filter(pk=early.pk).delete()
    assert (fault := verify().fault) and fault.number == early.pk  # nobody gave it in
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO journal_waiting SELECT id FROM journal_entry ON CONFLICT DO NOTHING")
    assert seal().entries == 2
    assert list(Place.objects.values_list("entry_id", flat=True)) == [early.pk, late.pk]
    Waiting.objects.create(entry=late)  # given in once more, it does not find a second place
    assert seal().entries == 0
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_late_is_sealed_though_later_numbers_are_sealed_already():
    began, may_end = threading.Event(), threading.Event()

    def slowly():
        with transaction.atomic():
            decide(record="late")
            began.set()
            may_end.wait(30)

    thread = in_thread(slowly)
    assert began.wait(30)
    with transaction.atomic():
        decide(record="quick")
    assert seal().entries == 1  # it does not wait for the one that is still being written
    may_end.set()
    thread.join()
    assert seal().entries == 1
    assert [place.entry.record for place in Place.objects.select_related("entry")] == ["quick", "late"]
    assert verify().ok


@pytest.mark.django_db(transaction=True)
def test_eight_writers_and_two_sealers_lose_nothing_double_nothing_and_never_fork():
    done = threading.Event()

    def write(name):
        for number in range(EACH):
            with transaction.atomic():
                decide(record=f"{name}-{number}")
                time.sleep(0.002 * (number % 4))  # commits overtake one another

    def keep_sealing():
        while not done.is_set():
            seal()

    sealers = [in_thread(keep_sealing) for _ in range(2)]
    writers = [in_thread(lambda name=name: write(name)) for name in range(WRITERS)]
    for thread in writers:
        thread.join()
    done.set()
    for thread in sealers:
        thread.join()
    seal()
    places = list(Place.objects.values_list("position", "entry_id"))
    assert [position for position, _entry in places] == list(range(WRITERS * EACH))
    assert {entry for _position, entry in places} == set(Entry.objects.values_list("pk", flat=True))
    assert verify().ok and verify().roots > 1


@pytest.mark.django_db(transaction=True)
def test_a_writer_does_not_wait_for_a_sealing_that_hangs():
    decide_now()
    holding, may_end = threading.Event(), threading.Event()

    def hang():
        with transaction.atomic():
            seal()
            holding.set()
            may_end.wait(30)

    thread = in_thread(hang)
    assert holding.wait(30)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '1s'")
    decide_now()
    may_end.set()
    thread.join()
    assert seal().root.size == 2


@pytest.mark.django_db
def test_nothing_is_sealed_onto_a_damaged_tree():
    for number in range(20):
        decide(record=str(number))
    seal()
    with unprotected("journal_treenode") as cursor:
        cursor.execute("UPDATE journal_treenode SET hash = sha256(hash)")
    decide()
    with pytest.raises(TreeDamaged):
        seal()
    assert Root.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("model", KEPT_FOR_EVER)
@pytest.mark.parametrize("how", ["UPDATE {table} SET {change}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"])
def test_the_database_refuses_to_change_what_is_sealed(model, how):
    publish_on(1, entries=16)
    table, change = STATEMENTS[model]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"append-only|Cannot update or delete"), transaction.atomic():
            cursor.execute(how.format(table=table, change=change))


def decide_now() -> None:
    with transaction.atomic():
        decide()
