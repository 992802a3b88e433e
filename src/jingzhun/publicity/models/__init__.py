"""What publicity stores."""

from .attempt import Attempt
from .contact import Contact
from .notice import BoardPhoto, Notice, NoticeItem
from .objection import Finding, Objection, ObjectionPhoto, Ruling

__all__ = [
    "Attempt",
    "BoardPhoto",
    "Contact",
    "Finding",
    "Notice",
    "NoticeItem",
    "Objection",
    "ObjectionPhoto",
    "Ruling",
]
