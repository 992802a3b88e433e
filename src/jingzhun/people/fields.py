"""Model fields for personal values: sealed at rest, found again by a blind index."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.db import models

from jingzhun.methods.sealing import Keyring, blind_index


@cache
def keyring() -> Keyring:
    """The key ring of this installation (settings.FIELD_KEYS)."""
    return Keyring.parse(settings.FIELD_KEYS, settings.FIELD_CIPHER)


class SealedTextField(models.Field):
    """Text that rests encrypted. `purpose` binds the value to its field; equal texts never look equal at rest."""

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"purpose": self.purpose}

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str:
        return unseal(value, self.purpose)

    def get_prep_value(self, value: Any) -> bytes | None:
        return seal(value, self.purpose) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        return "" if value is None else str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in ("isnull",):
            raise NotImplementedError(f"a sealed field cannot be searched by {lookup_name}; use its blind index")
        return super().get_lookup(lookup_name)

    def formfield(self, form_class: Any = None, choices_form_class: Any = None, **kwargs: Any) -> Any:
        return super().formfield(form_class or forms.CharField, choices_form_class, **kwargs)


def seal(text: str, purpose: str) -> bytes:
    """Bytes to store; an empty text stays empty."""
    return keyring().seal(text, purpose) if text else b""


def unseal(sealed: bytes | memoryview | None, purpose: str) -> str:
    """Text of stored bytes. Raises methods.sealing.CannotOpen."""
    return keyring().open(bytes(sealed), purpose) if sealed else ""


def index_of(text: str, purpose: str) -> bytes | None:
    """Blind index of a text for equality look-up; None for an empty text."""
    return blind_index(text, purpose, bytes.fromhex(settings.DIGEST_KEY), settings.FIELD_CIPHER) if text else None
