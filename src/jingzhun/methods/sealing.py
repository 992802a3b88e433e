"""Sealing of personal values: authenticated encryption with named keys, and blind indexes for equality look-up.

A sealed value is bytes: one byte length of the key id, the key id (ASCII), a 12-byte nonce, ciphertext and 16-byte tag.
Key id and field name are associated data, so that a value moved to another field, or relabelled with another key, does
not open. Profiles: AES-256-GCM with HMAC-SHA256 (NIST SP 800-38D, FIPS 198-1), or the national SM4-GCM with HMAC-SM3
(GB/T 32907-2016, GB/T 32905-2016).
"""

import hmac
import os
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as primitive_hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE, TAG = 12, 16
CIPHERS = ("aes-256-gcm", "sm4-gcm")


class CannotOpen(Exception):
    """A sealed value does not open: its key is missing, or the bytes or the field name are not those sealed."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id, newest first: the first seals, any opens. Keys are 32 bytes; SM4 uses the first 16."""

    keys: dict[str, bytes]
    cipher: str = "aes-256-gcm"
    _aes: dict[str, AESGCM] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.cipher not in CIPHERS:
            raise ValueError(f"unknown cipher {self.cipher!r}; one of {', '.join(CIPHERS)}")
        if not self.keys or any(len(key) != 32 for key in self.keys.values()):
            raise ValueError("a key ring needs at least one key, and each key is 32 bytes (64 hex digits)")

    @classmethod
    def parse(cls, text: str, cipher: str = "aes-256-gcm") -> "Keyring":
        """From `id:hex,id:hex`, newest first."""
        pairs = (pair.strip().split(":", 1) for pair in text.split(","))
        return cls({name: bytes.fromhex(key) for name, key in pairs}, cipher)

    @cached_property
    def newest(self) -> str:
        return next(iter(self.keys))

    def seal(self, plain: str, purpose: str) -> bytes:
        """Seal a text for one purpose (the field's name)."""
        nonce, head = os.urandom(NONCE), _head(self.newest)
        return head + nonce + self._encrypt(self.newest, nonce, plain.encode(), head + purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> str:
        """The text sealed for this purpose. Raises CannotOpen."""
        size = 1 + sealed[0]
        head, nonce, body = sealed[:size], sealed[size : size + NONCE], sealed[size + NONCE :]
        name = head[1:].decode("ascii", "replace")
        if name not in self.keys:
            raise CannotOpen(f"key {name!r} is not on the key ring")
        try:
            return self._decrypt(name, nonce, body, head + purpose.encode()).decode()
        except InvalidTag as error:
            raise CannotOpen(f"the value sealed with key {name!r} is damaged or belongs to another field") from error

    def key_of(self, sealed: bytes) -> str:
        """Id of the key a value was sealed with."""
        return sealed[1 : 1 + sealed[0]].decode("ascii")

    def _encrypt(self, name: str, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
        if self.cipher == "aes-256-gcm":
            return self._gcm(name).encrypt(nonce, plain, associated)
        encryptor = Cipher(algorithms.SM4(self.keys[name][:16]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def _decrypt(self, name: str, nonce: bytes, body: bytes, associated: bytes) -> bytes:
        if self.cipher == "aes-256-gcm":
            return self._gcm(name).decrypt(nonce, body, associated)
        decryptor = Cipher(algorithms.SM4(self.keys[name][:16]), modes.GCM(nonce, body[-TAG:])).decryptor()
        decryptor.authenticate_additional_data(associated)
        return decryptor.update(body[:-TAG]) + decryptor.finalize()

    def _gcm(self, name: str) -> AESGCM:
        if name not in self._aes:
            self._aes[name] = AESGCM(self.keys[name])
        return self._aes[name]


def blind_index(value: str, purpose: str, key: bytes, cipher: str = "aes-256-gcm") -> bytes:
    """16 bytes that are equal for equal values of one purpose, and tell nothing of the value without the key."""
    message = purpose.encode() + b"\0" + value.encode()
    if cipher == "aes-256-gcm":
        return hmac.digest(key, message, "sha256")[:16]
    mac = primitive_hmac.HMAC(key, hashes.SM3())
    mac.update(message)
    return mac.finalize()[:16]


def _head(name: str) -> bytes:
    return bytes([len(name)]) + name.encode("ascii")
