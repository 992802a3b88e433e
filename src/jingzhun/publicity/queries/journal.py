"""What the public may read of the journal."""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

from jingzhun.journal.models import PublishedRoot
from jingzhun.journal.queries import (
    NoProof,
    PublicProof,
    checkpoint_of,
    public_keys,
    public_proof,
    published_growth,
    published_roots,
)
from jingzhun.journal.rules.growth import Growth, growth_problems

ROOTS = 60  # days shown

__all__ = ["ROOTS", "Shown", "checkpoint_of", "growth_between", "proof_of", "public_keys", "shown_roots"]


class Shown(NamedTuple):
    """A published root and the one before it, which it contains."""

    root: PublishedRoot
    before: PublishedRoot | None


def shown_roots() -> list[Shown]:
    """The newest published roots, the newest first; one query."""
    roots = published_roots(ROOTS + 1)
    return [*(Shown(*pair) for pair in pairwise(roots)), *(Shown(root, None) for root in roots[-1:])][:ROOTS]


def growth_between(old: str, new: str) -> Growth | None:
    """What proves that the root of a day contains an earlier day's; None where a day has none, or it is not proved."""
    try:
        growth = published_growth(date.fromisoformat(old), date.fromisoformat(new))
    except (NoProof, ValueError):
        return None
    return None if growth_problems(growth) else growth


def proof_of(asked: str) -> PublicProof | None:
    """What proves that an entry is in the newest published root; None for what is no entry, or in no root yet."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 13):
        return None
    try:
        return public_proof(int(asked))
    except NoProof:
        return None
