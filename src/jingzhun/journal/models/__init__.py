"""The journal: entries, the tree that seals them, its roots, and verifications that were asked for."""

from .entries import Entry, Waiting
from .files import EntriesFile
from .protection import KEPT_FOR_EVER, kept_for_ever
from .roots import PublishedRoot, Root, SigningKey
from .tree import STRIDE, Place, TreeNode
from .verify_runs import VerifyRun

__all__ = [
    "KEPT_FOR_EVER",
    "STRIDE",
    "EntriesFile",
    "Entry",
    "Place",
    "PublishedRoot",
    "Root",
    "SigningKey",
    "TreeNode",
    "VerifyRun",
    "Waiting",
    "kept_for_ever",
]
