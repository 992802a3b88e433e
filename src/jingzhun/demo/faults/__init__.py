"""Kinds of faults that a real county's workbooks have: what is wrong, and what becomes of it at import and checks."""

from . import accepted, checked, refused
from .family import KINDS, Case, Family, Kind, Spot

__all__ = ["KINDS", "Case", "Family", "Kind", "Spot", "accepted", "checked", "refused"]
