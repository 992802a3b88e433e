"""What the public may read of the journal. The journal's own functions answer, where this installation has them."""

from datetime import date
from typing import Any

from jingzhun.journal import queries


class NotProved(LookupError):
    """The entry is in no published root yet, or there is no such entry."""


def published_roots(limit: int = 60) -> list[Any]:
    """Published roots, the newest first: each with day, size, hex and key; none before the first was published."""
    ask = getattr(queries, "published_roots", None)
    return list(ask(limit)) if ask else []


def public_keys() -> list[Any]:
    """The keys by which roots are signed, the newest first: each with vkey and since."""
    ask = getattr(queries, "public_keys", None)
    return list(ask()) if ask else []


def checkpoint(day: date) -> str | None:
    """The signed text of a day's root."""
    ask = getattr(queries, "checkpoint_of", None)
    return ask(day) if ask else None


def proof(number: int) -> Any:
    """What proves that an entry is in the newest published root. Raises NotProved."""
    ask = getattr(queries, "public_proof", None)
    if ask is None:
        raise NotProved(number)
    try:
        return ask(number)
    except queries.NoProof as error:  # type: ignore[attr-defined,unused-ignore]
        raise NotProved(number) from error
