"""Every write on cases: opened, decided upon, reminded of."""

from .advance import (
    Blocked,
    CaseMoved,
    Moved,
    NewCase,
    NotAllowed,
    NotYours,
    Verdict,
    advance,
    advance_many,
    open_cases,
)
from .remind import remind

__all__ = [
    "Blocked",
    "CaseMoved",
    "Moved",
    "NewCase",
    "NotAllowed",
    "NotYours",
    "Verdict",
    "advance",
    "advance_many",
    "open_cases",
    "remind",
]
