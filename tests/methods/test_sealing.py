"""Personal values rest sealed: they open with their key in their field, and in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingzhun.methods.sealing import CIPHERS, CannotOpen, Keyring, blind_index

OLD, NEW = b"\x01" * 32, b"\x02" * 32
texts = st.text(max_size=200)


@pytest.mark.parametrize("cipher", CIPHERS)
@given(text=texts)
def test_what_is_sealed_opens_again(cipher, text):
    ring = Keyring({"k1": OLD}, cipher)
    assert ring.open(ring.seal(text, "member.id_number"), "member.id_number") == text


@pytest.mark.parametrize("cipher", CIPHERS)
def test_equal_texts_never_look_equal_at_rest(cipher):
    ring = Keyring({"k1": OLD}, cipher)
    assert ring.seal("13800000000", "phone") != ring.seal("13800000000", "phone")


@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_value_moved_to_another_field_does_not_open(cipher):
    ring = Keyring({"k1": OLD}, cipher)
    with pytest.raises(CannotOpen, match="another field"):
        ring.open(ring.seal("6222000000001", "household.account"), "household.phone")


@pytest.mark.parametrize("cipher", CIPHERS)
@given(position=st.integers(0, 200), flip=st.integers(1, 255))
def test_a_changed_byte_never_opens(cipher, position, flip):
    ring = Keyring({"k1": OLD}, cipher)
    sealed = bytearray(ring.seal("610426198001010012", "member.id_number"))
    sealed[position % len(sealed)] ^= flip
    with pytest.raises(CannotOpen):
        ring.open(bytes(sealed), "member.id_number")


def test_after_a_change_of_keys_old_values_open_and_new_ones_take_the_new_key():
    before = Keyring({"2014": OLD}).seal("610426198001010012", "id")
    ring = Keyring.parse(f"2015:{NEW.hex()},2014:{OLD.hex()}")
    assert ring.open(before, "id") == "610426198001010012"
    assert ring.key_of(before) == "2014"
    assert ring.key_of(ring.seal("x", "id")) == "2015"
    with pytest.raises(CannotOpen, match="'2014' is not on the key ring"):
        Keyring({"2015": NEW}).open(before, "id")


@pytest.mark.parametrize("text", ["", "k1:00", f"k1:{'0' * 63}"])
def test_a_key_ring_without_a_full_key_is_refused(text):
    with pytest.raises(ValueError):
        Keyring.parse(text)


@given(one=texts, other=texts)
def test_blind_indexes_are_equal_exactly_for_equal_texts(one, other):
    assert (blind_index(one, "id", OLD) == blind_index(other, "id", OLD)) == (one == other)


def test_a_blind_index_tells_nothing_across_fields_keys_and_profiles():
    same = ("610426198001010012",)
    seen = {
        blind_index(*same, "member.id_number", OLD),
        blind_index(*same, "household.phone", OLD),
        blind_index(*same, "member.id_number", NEW),
        blind_index(*same, "member.id_number", OLD, "sm4-gcm"),
    }
    assert len(seen) == 4
    assert {len(index) for index in seen} == {16}


def test_a_key_name_in_disguise_does_not_open():
    ring = Keyring({"k1": OLD, "k2": OLD})
    sealed = ring.seal("x", "id")
    with pytest.raises(CannotOpen):
        ring.open(sealed.replace(b"k1", b"k2", 1), "id")
