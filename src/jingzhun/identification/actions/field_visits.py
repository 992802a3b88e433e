"""A home visit as it comes from the field: what was found, with pictures, signature and doubts, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.identification.models import Application, Attachment, Flag, Visit
from jingzhun.people.models import User
from jingzhun.registry.rules.refusals import Refused

from .crosscheck import raise_flag
from .visits import Found, attach, record_visit

MOST_PHOTOS = 9


@dataclass(frozen=True)
class Picture:
    """A picture's bytes, its size in bytes, and what it is."""

    file: BinaryIO
    size: int
    kind: str = Attachment.Kind.PHOTO


@transaction.atomic
def record_field_visit(
    application: Application,
    found: Found,
    pictures: Sequence[Picture] = (),
    doubts: Sequence[tuple[str, str]] = (),
    *,
    by: User,
    at: datetime | None = None,
) -> Visit:
    """Record a visit with its pictures and the red-line doubts (code, what was seen) that it brought.

    Raises Refused naming the field, NotYours, NotAllowed.
    """
    if sum(each.kind == Attachment.Kind.PHOTO for each in pictures) > MOST_PHOTOS:
        raise Refused.because(_("At most %(count)s photos.") % {"count": MOST_PHOTOS}, "photos")
    visit = record_visit(application, found, by=by, at=at)
    for picture in pictures:
        try:
            attach(visit, picture.file, picture.kind, found.visited_on, size=picture.size, by=by, at=at)
        except Refused as refused:
            field = "signature" if picture.kind == Attachment.Kind.SIGNATURE else "photos"
            raise Refused({field: [text for texts in refused.messages.values() for text in texts]}) from refused
    for red_line, detail in doubts:
        raise_flag(application, red_line, Flag.Origin.VISIT, detail, by=by, at=at)
    return visit
