"""Decisions are recorded once and for ever."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.journal import rules
from jingzhun.journal.actions import SYSTEM, Decision, record, record_many
from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries_of, verify

MOMENT = datetime(2014, 5, 20, 8, 30, 0, 123456, tzinfo=UTC)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc甲乙", max_size=4), inner, max_size=3),
    max_leaves=8,
)


def decide(**changes) -> Entry:
    decision = Decision("registry.household_edited", "household", "61042610220100001", "610426102201", "补录")
    return record(Decision(**(decision.__dict__ | changes)), by=SYSTEM, at=MOMENT)


@pytest.mark.django_db
def test_a_decision_says_what_on_which_record_by_whom_when_and_why():
    decide(values={"bank": ["", "信用社"]})
    (entry,) = entries_of("household", "61042610220100001")
    assert (entry.action, entry.actor, entry.role, entry.why) == (
        "registry.household_edited",
        "system",
        "system",
        "补录",
    )
    assert entry.at == MOMENT
    assert entry.values == {"bank": ["", "信用社"]}
    assert verify().ok


@pytest.mark.django_db
def test_a_personal_value_enters_only_as_a_digest():
    entry = decide(personal={"id_number": "610426198001010012"})
    assert "610426198001010012" not in str(entry.values)
    assert entry.values == decide(personal={"id_number": "610426198001010012"}).values
    assert entry.values != decide(personal={"id_number": "610426198001010020"}).values


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET why = ''",
        "UPDATE journal_entry SET actor = 'somebody' WHERE false OR true",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(statement):
    decide()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "why = 'another reason'",
        "actor = 'another actor'",
        "at = at + interval '1 microsecond'",
        "values = '{\"a\": 2}'",
        "role = 'leader'",
        "area_code = '61'",
    ],
)
def test_a_change_behind_the_triggers_back_is_found_and_named(change):
    decide(values={"a": 1})
    forged = decide(values={"a": 1})
    with connection.cursor() as cursor:  # a superuser can switch triggers off
        cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        cursor.execute(f"UPDATE journal_entry SET {change} WHERE id = %s", [forged.pk])
        cursor.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    result = verify()
    assert result.fault
    assert (result.entries, result.fault.number) == (1, forged.pk)


@pytest.mark.django_db
def test_decisions_taken_together_are_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        record_many([Decision("registry.moved", "household", str(number)) for number in range(100)], by=SYSTEM)
    assert verify().entries == 100


@pytest.mark.django_db(transaction=True)
def test_a_decision_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        decide()


@pytest.mark.django_db(transaction=True)
def test_a_decision_rolled_back_leaves_no_entry():
    with pytest.raises(RuntimeError), transaction.atomic():
        decide()
        raise RuntimeError
    assert not Entry.objects.exists()


@given(values=st.dictionaries(st.text("abc", max_size=3), json_values, max_size=4), why=st.text(max_size=20))
def test_the_canonical_form_does_not_depend_on_the_order_of_keys(values, why):
    fields = dict.fromkeys(rules.FIELDS, "") | {"at": MOMENT, "actor_id": None, "values": values, "why": why}
    turned = dict(reversed(list(fields.items()))) | {"values": dict(reversed(list(values.items())))}
    assert rules.leaf_hash(fields) == rules.leaf_hash(turned)


@pytest.mark.django_db
@given(values=st.dictionaries(st.text("abc", max_size=3), json_values, max_size=4))
def test_whatever_was_decided_still_fits_after_the_database_gave_it_back(values):
    with transaction.atomic():
        entry = decide(values=values)
        stored = Entry.objects.values("leaf", *rules.FIELDS).get(pk=entry.pk)
    assert rules.leaf_hash(stored) == bytes(stored["leaf"])


def test_a_leaf_is_hashed_as_rfc_9162_says():
    import hashlib

    fields = dict.fromkeys(rules.FIELDS, "") | {"at": MOMENT, "actor_id": None, "values": {}}
    assert rules.leaf_hash(fields) == hashlib.sha256(b"\x00" + rules.canonical(fields)).digest()
