"""Proofs for a stranger, and what of the journal the public may read."""

import dataclasses
import json
from datetime import date

import pytest
from tests.journal.stories import decide, publish_on
from tests.registry.factories import VILLAGE, make_user

from jingzhun.journal.models import Entry
from jingzhun.journal.queries import (
    NoProof,
    checkpoint_of,
    consistency,
    prove,
    public_keys,
    public_proof,
    published_growth,
    published_root,
    published_roots,
)
from jingzhun.journal.rules import notes
from jingzhun.journal.rules.growth import growth_problems, read_growth
from jingzhun.journal.rules.proofs import BadProof, Problem, problems, read_proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    """An entry with all that must stay inside, among others, in two of three published roots."""
    publish_on(1, entries=7)
    clerk = make_user(username="wangwenshu")
    found = decide(
        by=clerk,
        record=f"{VILLAGE}00042",
        area_code=f"{VILLAGE}003",
        why="低保户王某",
        values={"income": [2800, 2300]},
        personal={"id_number": "610499197103080012"},
    )
    publish_on(2, entries=20)
    publish_on(3, entries=5)
    return found


def test_a_proof_holds_for_the_newest_published_root(entry):
    proof = prove(entry)
    assert (proof.number, proof.position, proof.size) == (entry.pk, 7, 33)
    assert problems(proof) == []
    assert read_proof(proof.as_json()) == proof
    assert problems(read_proof(proof.as_json()), public_keys()[0].vkey) == []


@pytest.mark.parametrize("size", [8, 15, 16, 28, 33])
def test_a_proof_holds_for_any_size_and_is_signed_where_that_is_published(entry, size):
    assert problems(prove(entry.pk, size)) == ([] if size in (28, 33) else [Problem.UNSIGNED])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"leaf": bytes(32)}, Problem.FIELDS),
        ({"position": 8}, Problem.PATH),
        ({"root": bytes(32)}, Problem.PATH),
        ({"path": ()}, Problem.PATH),
        ({"size": 34}, Problem.CHECKPOINT),
        ({"checkpoint": "x"}, Problem.CHECKPOINT),
        ({"key": "x"}, Problem.CHECKPOINT),
    ],
)
def test_a_proof_with_anything_changed_does_not_hold(entry, change, problem):
    assert problem in problems(dataclasses.replace(prove(entry), **change))


def test_a_proof_signed_by_another_key_does_not_hold(entry):
    proof = prove(entry)
    forged = notes.sign("jingzhun/610426", proof.size, proof.root, bytes(32))
    assert problems(dataclasses.replace(proof, checkpoint=forged)) == [Problem.SIGNATURE]
    key = notes.vkey("jingzhun/610426", notes.public_of(bytes(32)))
    own = dataclasses.replace(proof, checkpoint=forged, key=key)
    assert problems(own, public_keys()[0].vkey) == [Problem.KEY]


@pytest.mark.parametrize("size", [0, 7, 34])
def test_no_proof_is_made_where_the_entry_is_not(entry, size):
    with pytest.raises(NoProof):
        prove(entry, size)


def test_growth_is_proved_between_any_two_sizes(entry):
    for old, new in ((1, 33), (7, 28), (28, 33), (33, 33), (16, 32)):
        assert consistency(old, new).holds
    for old, new in ((0, 33), (5, 4), (1, 34)):
        with pytest.raises(NoProof):
            consistency(old, new)


def test_the_public_reads_the_roots_newest_first_and_each_as_its_text(entry):
    assert [root.day.day for root in published_roots()] == [3, 2, 1]
    assert [root.day.day for root in published_roots(1)] == [3]
    newest = published_roots()[0]
    text = checkpoint_of(newest.day)
    assert text == newest.text and text.split("\n")[1] == "33"
    assert checkpoint_of(date(2014, 7, 1)) is None and published_root(date(2014, 7, 1)) is None


def test_the_public_proof_tells_the_day_and_of_what_is_public_what_and_where(entry):
    shown = public_proof(entry.pk)
    assert (shown.action, shown.area_code, shown.level) == ("", "", None)
    assert (shown.day, shown.published_on) == (date(2014, 5, 20), date(2014, 6, 3))
    assert problems(shown.proof) == []
    text = json.dumps(shown.as_dict(), ensure_ascii=False)
    hidden = (VILLAGE, "wangwenshu", "王", "2800", "digest", "clerk", "16:30", "08:30", "household")
    for secret in hidden:
        assert secret not in text, secret
    assert problems(read_proof(text)) == []
    assert public_proof(entry.pk, date(2014, 6, 2)).proof.size == 28


def test_the_whole_entry_is_public_where_the_decision_is():
    opened = decide(action="publicity.notice_opened", area_code=f"{VILLAGE}003", values={"digest": "ab"})
    publish_on(1)
    shown = public_proof(opened.pk)
    assert (shown.action, shown.area_code, shown.level) == (opened.action, VILLAGE, "village")
    proof = read_proof(json.dumps(shown.as_dict()))
    assert proof.entry["values"] == {"digest": "ab"} and problems(proof) == []
    assert problems(dataclasses.replace(proof, entry=proof.entry | {"values": {"digest": "cd"}})) == [Problem.FIELDS]


def test_the_public_gets_no_proof_of_what_is_in_no_published_root(entry):
    late = decide()
    for number, day in ((late.pk, None), (10**9, None), (entry.pk, date(2014, 6, 1)), (entry.pk, date(2014, 7, 1))):
        with pytest.raises(NoProof):
            public_proof(number, day)


def test_the_public_sees_that_todays_root_contains_yesterdays(entry):
    shown = published_growth(date(2014, 6, 2), date(2014, 6, 3))
    assert (shown.old, shown.new) == (checkpoint_of(date(2014, 6, 2)), checkpoint_of(date(2014, 6, 3)))
    assert growth_problems(read_growth(json.dumps(shown.as_dict())), public_keys()[0].vkey) == []
    for old_day, new_day in ((3, 2), (2, 9), (9, 3)):
        with pytest.raises(NoProof):
            published_growth(date(2014, 6, old_day), date(2014, 6, new_day))


def test_a_root_that_grew_out_of_another_journal_is_found_out(entry):
    shown = published_growth(date(2014, 6, 2), date(2014, 6, 3))
    seed = bytes(range(32))
    old = notes.read(shown.old)
    key = notes.vkey(old.origin, notes.public_of(seed))
    other = notes.sign(old.origin, old.size, b"\x07" * 32, seed)
    replaced = dataclasses.replace
    assert growth_problems(replaced(shown, old=other, old_key=key)) == [Problem.GROWTH]
    assert growth_problems(replaced(shown, old=other)) == [Problem.GROWTH, Problem.SIGNATURE]
    assert growth_problems(replaced(shown, old_key=key)) == [Problem.SIGNATURE]
    assert growth_problems(replaced(shown, path=shown.path[1:])) == [Problem.GROWTH]
    assert growth_problems(replaced(shown, old="x")) == [Problem.CHECKPOINT]
    assert growth_problems(shown, key) == [Problem.KEY]
    for text in ("x", "{}", '{"old": 1, "new": 2, "path": []}', '{"old": {}, "new": {}, "path": ["zz"]}'):
        with pytest.raises(BadProof):
            read_growth(text)


def test_what_the_public_reads_costs_few_statements(entry, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        public_proof(entry.pk)
    with django_assert_max_num_queries(10):
        published_growth(date(2014, 6, 1), date(2014, 6, 3))
    with django_assert_max_num_queries(1):
        assert all(root.key.vkey for root in published_roots())
