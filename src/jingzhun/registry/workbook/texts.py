"""The shared texts of an .xlsx workbook, taken apart piece by piece, and never more of them than a register has.

They are needed as a whole, since any cell may refer to any of them: so their size, their number and the length of each
are bounded while they are unpacked, whatever the archive says of itself.
"""

import re
from typing import IO

from .guard import MEGABYTE
from .problems import WorkbookRefused

CHUNK = 1 << 20
LARGEST_TEXTS = 150 * MEGABYTE  # of XML; those of a county's 175,000 persons take 40 MB
MOST_TEXTS = 4_000_000
LONGEST_TEXT = 1 << 20  # bytes of one with its formats; a cell holds 32,767 characters
ITEM = re.compile(rb"<si(?: [^<>]*)?>|<si/>")


def text_pieces(part: IO[bytes]) -> list[bytes]:
    """What stands before the first text, and every text, undecoded. Raises WorkbookRefused for too much."""
    found: list[bytes] = []
    rest, size = b"", 0
    while chunk := part.read(CHUNK):
        size += len(chunk)
        *whole, rest = ITEM.split(rest + chunk)
        found += whole
        if size > LARGEST_TEXTS:
            raise WorkbookRefused("texts_too_large", limit=LARGEST_TEXTS // MEGABYTE)
        if len(found) > MOST_TEXTS:
            raise WorkbookRefused("too_many_texts", limit=f"{MOST_TEXTS:,}")
        if max(map(len, (*whole, rest))) > LONGEST_TEXT:
            raise WorkbookRefused("endless_text", limit=LONGEST_TEXT // MEGABYTE)
    return [*found, rest]


def without_readings(xml: bytes) -> bytes:
    """A text without the readings that East Asian versions of Excel keep beside it."""
    first, *others = xml.split(b"<rPh")
    return first + b"".join(each.partition(b"</rPh>")[2] for each in others)
