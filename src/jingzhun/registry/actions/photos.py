"""Photos of households: taken in only as pictures that this house drew itself."""

import io
import secrets
from datetime import date
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from jingzhun.journal.actions import Decision, record
from jingzhun.people.models import User
from jingzhun.people.rules import EDIT_HOUSEHOLDS
from jingzhun.registry.models import Household, Photo
from jingzhun.registry.rules.refusals import Refused

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 15 * 1024 * 1024
MOST_PIXELS = 60_000_000  # a phone's largest pictures have 50 million; a bomb of a few kilobytes can have billions
LONGEST_SIDE = 1800
QUALITY = 82


@transaction.atomic
def add_photo(
    household: Household, file: BinaryIO, kind: str, taken_on: date, caption: str, *, size: int, by: User
) -> Photo:
    """Keep a photo, drawn anew without place and camera data. Raises Refused."""
    if taken_on > timezone.localdate():
        raise Refused.because(_("The day lies in the future."), "taken_on")
    drawn = redraw(file, size)
    photo = Photo(household=household, kind=kind, taken_on=taken_on, caption=caption, by=by)
    photo.file.save(f"{secrets.token_hex(12)}.jpg", ContentFile(drawn), save=False)
    photo.save()
    values = {"photo": photo.pk, "kind": kind, "taken_on": taken_on.isoformat()}
    where = (household.number, household.village_code)
    record(Decision("registry.photo_added", "household", *where, values=values, permission=EDIT_HOUSEHOLDS), by=by)
    return photo


@transaction.atomic
def remove_photo(photo: Photo, *, by: User) -> None:
    """Take a photo off the page; the file stays as evidence of what was there."""
    photo.removed_at = timezone.now()
    photo.save(update_fields=["removed_at"])
    where = (photo.household.number, photo.household.village_code)
    record(
        Decision("registry.photo_removed", "household", *where, values={"photo": photo.pk}, permission=EDIT_HOUSEHOLDS),
        by=by,
    )


def redraw(file: BinaryIO, size: int, largest_file: int = LARGEST_FILE, most_pixels: int = MOST_PIXELS) -> bytes:
    """A JPEG of the picture, upright, at most 1,800 pixels long, without any of its metadata. Raises Refused."""
    if size > largest_file:
        message = _("The file is larger than %(size)s MB; take the photo with a lower resolution.")
        raise Refused.because(message % {"size": largest_file // 1024**2}, "file")
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > most_pixels:
                raise Refused.because(_("The picture has too many pixels."), "file")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded no larger than needed
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            clean = Image.frombytes("RGB", upright.size, upright.tobytes())
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused.because(_("This is not a JPEG, PNG or WebP picture, or it is damaged."), "file") from error
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()
