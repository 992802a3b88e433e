"""The root of the day: signed, published once, readable by existing tools, and right after downtime."""

import base64
import hashlib
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from tests.journal.stories import ALL, decide, publish_on, rebuild, unprotected
from tests.registry.factories import make_area

from jingzhun.journal.actions.publishing import NotPublished, publish
from jingzhun.journal.models import Entry, PublishedRoot, SigningKey
from jingzhun.journal.queries import TreeDamaged, checkpoint_of, verify
from jingzhun.journal.queries.faults import Reason
from jingzhun.journal.queries.kept import read_kept
from jingzhun.journal.rules import notes

SEED, OTHER = "11" * 32, "22" * 32


@pytest.fixture(autouse=True)
def own_key(settings):
    settings.JOURNAL_KEY = SEED


@pytest.mark.django_db
def test_a_published_root_is_a_checkpoint_as_the_formats_say():
    published = publish_on(1, entries=3)
    assert published.text.endswith("\n")
    body, signature = published.text.split("\n\n")
    lines = body.split("\n")
    assert lines[:3] == ["jingzhun/610426", "3", base64.b64encode(bytes(published.hash)).decode()]
    numbers = b"".join(
        number.to_bytes(8, "big") for number in Entry.objects.order_by("pk").values_list("pk", flat=True)
    )
    link = base64.b64encode(hashlib.sha256(bytes(32) + numbers).digest()).decode()
    assert lines[3:] == ["day 2014-06-01", f"numbers {link}"]
    dash, name, signed = signature.rstrip("\n").split(" ")
    assert (dash, name) == ("—", "jingzhun/610426")
    raw = base64.b64decode(signed)
    public = notes.public_of(bytes.fromhex(SEED))
    assert raw[:4] == hashlib.sha256(b"jingzhun/610426\n\x01" + public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], (body + "\n").encode())
    assert published.key.vkey.split("+")[:2] == ["jingzhun/610426", raw[:4].hex()]
    assert base64.b64decode(published.key.vkey.split("+", 2)[2]) == b"\x01" + public


def test_the_reference_key_of_the_signed_note_package_is_read():
    """The verifier key in the documentation of golang.org/x/mod/sumdb/note."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    origin, public = notes.read_vkey(key)
    assert (origin, notes.vkey(origin, public)) == ("PeterNeumann", key)
    body = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    checkpoint = notes.Checkpoint("PeterNeumann", 0, b"", body, ((origin, signature[:4], signature[4:]),))
    assert notes.signed_by(checkpoint, origin, public)


@pytest.mark.django_db
def test_a_day_has_one_root_and_what_comes_later_is_in_the_next():
    first = publish_on(1, entries=2)
    decide(record="later")
    assert publish_on(1) == first
    second = publish_on(2)
    assert (first.size, second.size) == (2, 3)
    assert verify().published == 2 and verify().ok


@pytest.mark.django_db
def test_a_day_begins_at_midnight_in_shanghai():
    make_area("610426")
    decide()
    assert publish(at=datetime(2014, 6, 1, 15, 59, tzinfo=UTC)).day == date(2014, 6, 1)
    assert publish(at=datetime(2014, 6, 1, 16, 0, tzinfo=UTC)).day == date(2014, 6, 2)


@pytest.mark.django_db
def test_after_downtime_no_past_is_invented():
    publish_on(1, entries=1)
    publish_on(9, entries=1)
    assert list(PublishedRoot.objects.values_list("day", flat=True)) == [date(2014, 6, 1), date(2014, 6, 9)]


@pytest.mark.django_db
def test_a_clock_that_went_back_makes_no_root_of_the_past():
    last = publish_on(9, entries=1)
    decide(record="meanwhile")
    assert publish_on(3) == last
    assert PublishedRoot.objects.count() == 1


@pytest.mark.django_db
def test_a_quiet_day_is_published_too_and_an_empty_journal_is_not():
    assert publish_on(1) is None
    publish_on(2, entries=1)
    assert publish_on(3).size == 1
    assert verify().ok


@pytest.mark.django_db
def test_a_journal_without_a_name_is_not_published(settings):
    decide()
    with pytest.raises(NotPublished, match="JINGZHUN_JOURNAL_NAME"):
        publish()
    settings.JOURNAL_NAME = "bad name"
    with pytest.raises(NotPublished):
        publish()
    settings.JOURNAL_NAME = "yongshou"
    assert publish().text.startswith("jingzhun/yongshou\n")


@pytest.mark.django_db
def test_several_counties_publish_under_what_holds_them_all():
    make_area("610426")
    make_area("610422")
    decide()
    assert publish().text.startswith("jingzhun/6104\n")


@pytest.mark.django_db
def test_another_key_does_not_slip_in_but_takes_over_when_told(settings):
    publish_on(1, entries=1)
    settings.JOURNAL_KEY = OTHER
    assert verify().fault.reason == Reason.KEY
    assert verify(trust_stored_keys=True).ok  # as after a restore without the private key
    with pytest.raises(NotPublished, match="--new-key"):
        publish_on(2)
    publish(new_key=True, at=datetime(2014, 6, 2, tzinfo=UTC))
    assert verify().ok and verify().published == 2
    assert SigningKey.objects.count() == 2
    told = Entry.objects.get(action="journal.key_took_over")
    keys = [key.vkey for key in SigningKey.objects.order_by("id")]
    assert (told.record, told.values) == (SigningKey.objects.last().number, {"key": keys[1], "key_before": keys[0]})
    settings.JOURNAL_KEY = SEED
    with pytest.raises(NotPublished):
        publish(new_key=True, at=datetime(2014, 6, 3, tzinfo=UTC))


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "zz", "11" * 31])
def test_a_key_that_is_none_is_refused(settings, key):
    settings.JOURNAL_KEY = key
    with pytest.raises(NotPublished, match="64"):
        publish_on(1, entries=1)


@pytest.mark.django_db
def test_a_root_signed_by_a_wrong_key_is_found():
    publish_on(1, entries=2)
    second = publish_on(2, entries=1)
    forged = notes.sign("jingzhun/610426", second.size, bytes(second.hash), bytes.fromhex(OTHER))
    with unprotected("journal_publishedroot") as cursor:
        cursor.execute("UPDATE journal_publishedroot SET text = %s WHERE day = %s", [forged, second.day])
    fault = verify().fault
    assert (fault.reason, fault.day, fault.root) == (Reason.SIGNATURE, second.day, 3)


@pytest.mark.django_db
def test_who_has_only_the_database_cannot_bring_a_key_of_their_own():
    """The key's row and the root are both made anew, with signatures that hold; but nobody vouches for that key."""
    published = publish_on(1, entries=2)
    forged = notes.sign("jingzhun/610426", published.size, bytes(published.hash), bytes.fromhex(OTHER))
    public = notes.public_of(bytes.fromhex(OTHER))
    vouched = notes.vouch("jingzhun/610426", bytes.fromhex(OTHER), None)
    with unprotected("journal_publishedroot", "journal_signingkey") as cursor:
        cursor.execute("UPDATE journal_signingkey SET public = %s, vouches = %s", [public, vouched])
        cursor.execute("UPDATE journal_publishedroot SET text = %s", [forged])
    assert verify().fault.reason == Reason.KEY


@pytest.mark.django_db
def test_a_root_moved_to_another_day_is_found():
    published = publish_on(2, entries=2)
    with unprotected("journal_publishedroot") as cursor:
        cursor.execute("UPDATE journal_publishedroot SET day = day - 1")
    assert (verify().fault.reason, verify().fault.root) == (Reason.SIGNATURE, published.size)


@pytest.mark.django_db
def test_roots_signed_before_they_said_their_day_still_hold_but_none_comes_after(settings, tmp_path):
    """As the first version of this program signed: origin, size and root only."""
    days = [publish_on(day, entries=2) for day in (1, 2, 3)]

    def sign_without(root):
        text = notes.sign("jingzhun/610426", root.size, bytes(root.hash), bytes.fromhex(SEED))
        with unprotected("journal_publishedroot") as cursor:
            cursor.execute("UPDATE journal_publishedroot SET text = %s WHERE day = %s", [text, root.day])

    settings.CHECKPOINTS = tmp_path / "none"
    for root in days:
        sign_without(root)
    assert verify().ok
    publish_on(4, entries=3)
    publish_on(5)
    last = publish_on(6, entries=1)
    assert verify().ok and verify().published == 6
    sign_without(last)
    assert (verify().fault.reason, verify().fault.day) == (Reason.SIGNATURE, last.day)


@pytest.fixture
def opened_past():
    """A forger without the key takes yesterday's root away, alters what it covered, and makes the tree anew."""
    publish_on(1, entries=3)
    kept = checkpoint_of(publish_on(2, entries=2).day)
    with unprotected(*ALL, "journal_publishedroot") as cursor:
        cursor.execute("DELETE FROM journal_publishedroot WHERE size = 5")
        cursor.execute("UPDATE journal_entry SET why = 'x' WHERE record = '2-1'")
        rebuild(cursor, last=2)
    return kept


@pytest.mark.django_db
def test_the_past_cannot_be_opened_again_by_taking_the_newest_roots_away(opened_past):
    found = verify()
    assert (found.fault.reason, found.fault.root) == (Reason.KEPT, 5)
    assert found.fault.file.endswith("2014-06-02.txt") and found.kept == 2
    with pytest.raises(NotPublished, match=r"2014-06-02\.txt"):
        publish_on(3, entries=1)
    assert PublishedRoot.objects.count() == 1


@pytest.mark.django_db
def test_who_kept_a_checkpoint_has_it_compared(opened_past, settings, tmp_path):
    """The files of the installation are gone too; a reader of the website kept the signed text."""
    settings.CHECKPOINTS = tmp_path / "none"
    assert verify().ok
    file = tmp_path / "mine.txt"
    file.write_text(opened_past)
    found = verify(checkpoints=read_kept([file]))
    assert (found.fault.reason, found.fault.root, found.fault.file) == (Reason.KEPT, 5, str(file))
    for text in ("nothing", notes.sign("jingzhun/610426", 5, bytes(32), bytes.fromhex(OTHER))):
        file.write_text(text)
        assert verify(checkpoints=read_kept([file])).fault.reason == Reason.FOREIGN


@pytest.mark.django_db
def test_a_published_root_that_was_taken_away_is_missed_although_nothing_else_was_altered():
    publish_on(1, entries=3)
    publish_on(2)
    with unprotected("journal_publishedroot") as cursor:
        cursor.execute("DELETE FROM journal_publishedroot WHERE day = '2014-06-02'")
    assert verify().fault.reason == Reason.WITHDRAWN
    with pytest.raises(NotPublished, match=r"2014-06-02\.txt"):
        publish_on(3)


@pytest.mark.django_db
def test_every_checkpoint_is_kept_as_it_was_published_and_one_that_got_lost_is_kept_again(settings):
    published = publish_on(1, entries=3)
    file = settings.CHECKPOINTS / "2014-06-01.txt"
    assert file.read_text() == published.text
    file.unlink()
    publish_on(1)
    assert file.read_text() == published.text and [each.name for each in settings.CHECKPOINTS.iterdir()] == [file.name]


@pytest.mark.django_db
def test_a_root_that_does_not_contain_the_one_before_is_not_signed(settings, tmp_path):
    """The forger makes everything anew but the published root; nothing was decided since, so nothing is sealed."""
    publish_on(1, entries=3)
    settings.CHECKPOINTS = tmp_path / "none"
    with unprotected(*ALL) as cursor:
        cursor.execute("UPDATE journal_entry SET why = 'x' WHERE record = '1-1'")
        rebuild(cursor, last=1)
    with pytest.raises(NotPublished, match=r"2014-06-01.*jingzhun journal verify"):
        publish_on(2)
    assert PublishedRoot.objects.count() == 1


@pytest.mark.django_db
def test_a_damaged_tree_is_not_signed_although_nothing_waits():
    publish_on(1, entries=17)
    with unprotected("journal_treenode") as cursor:
        cursor.execute("DELETE FROM journal_treenode")
    with pytest.raises(TreeDamaged):
        publish_on(2)
    assert PublishedRoot.objects.count() == 1


@given(text=st.text(max_size=300))
def test_whatever_is_no_checkpoint_is_refused_politely(text):
    for take in (notes.read, notes.read_vkey):
        with pytest.raises(notes.BadNote):
            take(text)


@pytest.mark.django_db
def test_the_job_seals_and_publishes_and_says_why_it_cannot(caplog, settings):
    from jingzhun.journal.tasks import seal_journal

    make_area("610426")
    decide()
    seal_journal(0)
    assert PublishedRoot.objects.get().size == 1
    with unprotected("journal_publishedroot") as cursor:
        cursor.execute("UPDATE journal_publishedroot SET day = day - 1")
    settings.JOURNAL_KEY = OTHER
    caplog.set_level("WARNING", logger="jingzhun")
    decide()
    seal_journal(0)
    assert "was not published" in caplog.text
    assert PublishedRoot.objects.count() == 1
