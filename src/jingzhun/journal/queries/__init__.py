"""Reads on the journal."""

from .entries import entries_of
from .published import (
    NotYet,
    PublicProof,
    Unfit,
    checkpoint_of,
    public_keys,
    public_proof,
    published_growth,
    published_root,
    published_roots,
)
from .tree import Consistency, NoProof, TreeDamaged, consistency, prove
from .verification import Verified, verify

__all__ = [
    "Consistency",
    "NoProof",
    "NotYet",
    "PublicProof",
    "TreeDamaged",
    "Unfit",
    "Verified",
    "checkpoint_of",
    "consistency",
    "entries_of",
    "prove",
    "public_keys",
    "public_proof",
    "published_growth",
    "published_root",
    "published_roots",
    "verify",
]
