"""What the public may read of the journal."""

from jingzhun.journal.queries import (
    NoProof,
    PublicProof,
    checkpoint_of,
    public_keys,
    public_proof,
    published_roots,
)

ROOTS = 60  # days shown

__all__ = ["ROOTS", "checkpoint_of", "proof_of", "public_keys", "published_roots"]


def proof_of(asked: str) -> PublicProof | None:
    """What proves that an entry is in the newest published root; None for what is no entry, or in no root yet."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 13):
        return None
    try:
        return public_proof(int(asked))
    except NoProof:
        return None
