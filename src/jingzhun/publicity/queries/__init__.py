"""Every read of publicity."""

from .objections import open_objections

__all__ = ["open_objections"]
