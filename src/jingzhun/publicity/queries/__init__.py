"""Every read of publicity."""

from .objections import items_of, open_objections

__all__ = ["items_of", "open_objections"]
