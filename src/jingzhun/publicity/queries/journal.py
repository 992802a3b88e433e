"""What the public may read of the journal."""

from datetime import date
from itertools import pairwise
from typing import NamedTuple

from jingzhun.journal.models import PublishedRoot
from jingzhun.journal.queries import (
    NoProof,
    NotYet,
    PublicProof,
    TreeDamaged,
    Unfit,
    checkpoint_of,
    public_keys,
    public_proof,
    published_growth,
    published_roots,
)
from jingzhun.journal.queries.faults import Reason
from jingzhun.journal.rules.growth import Growth

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


class Grown(NamedTuple):
    """What proves that a root contains an earlier one; nothing where there is none, or where it does not (`unfit`)."""

    growth: Growth | None = None
    unfit: bool = False


class Looked(NamedTuple):
    """What was found of an entry's number: its proof, or `why` there is none.

    `none`: there is no such entry. `yet`: it is in no published root yet. `removed`, `changed`: it is not what was
    recorded. `damaged`: the tree does not hold together.
    """

    proof: PublicProof | None = None
    why: str = ""


def growth_between(old: str, new: str) -> Grown:
    """What proves that the root of a day contains an earlier day's."""
    try:
        return Grown(published_growth(date.fromisoformat(old), date.fromisoformat(new)))
    except (NoProof, ValueError):
        return Grown()
    except (Unfit, TreeDamaged):
        return Grown(unfit=True)


def proof_of(asked: str) -> Looked:
    """What proves that an entry is in the newest published root."""
    if not (asked.isascii() and asked.isdigit() and len(asked) < 13):
        return Looked(why="none")
    try:
        return Looked(public_proof(int(asked)))
    except NotYet:
        return Looked(why="yet")
    except NoProof:
        return Looked(why="none")
    except TreeDamaged:
        return Looked(why="damaged")
    except Unfit as unfit:
        return Looked(why={Reason.REMOVED: "removed", Reason.UNPLACED: "damaged"}.get(unfit.reason, "changed"))
