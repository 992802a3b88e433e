"""Canonical form and leaf hash of a decision."""

import hmac
import json
from datetime import UTC, datetime
from typing import Any

from jingzhun.methods import merkle

FIELDS = ("at", "action", "record_type", "record", "area_code", "actor_id", "actor", "role", "why", "values")
ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def plain(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry's fields as JSON can hold them: times in UTC with microseconds."""
    fields = {name: entry[name] for name in FIELDS}
    if isinstance(fields["at"], datetime):
        fields["at"] = fields["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return fields


def canonical(entry: dict[str, Any]) -> bytes:
    """UTF-8 JSON of the entry's fields: keys sorted, no spaces, times in UTC with microseconds."""
    return ENCODER.encode(plain(entry)).encode()


def leaf_hash(entry: dict[str, Any]) -> bytes:
    """SHA-256 leaf of the entry (RFC 9162 §2.1.1), 32 bytes."""
    return merkle.leaf_hash(canonical(entry))


def personal_digest(value: str, key: bytes) -> str:
    """What stands in an entry for a personal value: equal for equal values, empty of meaning without the key.

    When the key or the value is erased as the law demands, the entry's hash stays provable.
    """
    return "digest:" + hmac.digest(key, value.encode(), "sha256").hex()
