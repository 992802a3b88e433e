"""What a file is and whether it may be opened, before anything parses it."""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from .problems import WorkbookRefused

MEGABYTE = 1_000_000
LARGEST_FILE = 300 * MEGABYTE
LARGEST_UNPACKED = 3_000 * MEGABYTE  # a county's 175,000 rows with all columns unpack to 750 MB
LARGEST_RATIO = 200  # sheets of a register shrink to a tenth; deflate itself ends at about 1,000
RATIO_COUNTS_FROM = 50 * MEGABYTE
LARGEST_OTHER = 150 * MEGABYTE  # of .xls, .xlsb and .ods, which are read into memory as a whole
MOST_PARTS = 5_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
WORKBOOK_STREAMS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class Format(StrEnum):
    XLSX = "xlsx"
    OTHER = "other"  # .xls, .xlsb, .ods
    CSV = "csv"


@dataclass(frozen=True)
class Inspected:
    """What was found: the format, and warnings as (code, params)."""

    format: Format
    warnings: list[tuple[str, dict[str, object]]] = field(default_factory=list)


def inspect(path: Path) -> Inspected:
    """Look at a file without parsing it. Raises WorkbookRefused."""
    size = path.stat().st_size
    if not size:
        raise WorkbookRefused("empty_file")
    if size > LARGEST_FILE:
        raise WorkbookRefused("too_big", megabytes=size // MEGABYTE, limit=LARGEST_FILE // MEGABYTE)
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(ZIP):
        return _inspect_zip(path)
    if head.startswith(OLE):
        return _inspect_ole(path, size)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        raise WorkbookRefused("encoding", line=1)
    if b"\0" in head or head.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"Rar!", b"7z\xbc\xaf")):
        raise WorkbookRefused("not_a_workbook")
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):  # HTML or XML under the name of a workbook
        raise WorkbookRefused("not_a_workbook")
    return Inspected(Format.CSV)


def _inspect_zip(path: Path) -> Inspected:
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect_parts(path, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, UnicodeDecodeError) as error:
        raise WorkbookRefused("damaged", detail=str(error)) from error


def _inspect_parts(path: Path, archive: zipfile.ZipFile) -> Inspected:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise WorkbookRefused("too_many_parts", count=len(parts))
    unpacked = sum(part.file_size for part in parts)
    packed = max(path.stat().st_size, 1)
    if unpacked > LARGEST_UNPACKED or (unpacked > RATIO_COUNTS_FROM and unpacked / packed > LARGEST_RATIO):
        raise WorkbookRefused("zip_bomb", megabytes=unpacked // MEGABYTE)
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookRefused("password")
    names = {part.filename for part in parts}
    if "xl/workbook.xml" in names:
        _refuse_document_types(archive, names)
        return Inspected(Format.XLSX, _warnings(names))
    if names & {"xl/workbook.bin", "content.xml"}:
        if unpacked > LARGEST_OTHER:
            raise WorkbookRefused("too_big", megabytes=unpacked // MEGABYTE, limit=LARGEST_OTHER // MEGABYTE)
        return Inspected(Format.OTHER, _warnings(names))
    raise WorkbookRefused("not_a_workbook")


def _warnings(names: set[str]) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    if any("externalLinks/" in name for name in names):
        found.append(("external_links", {}))
    if any(name.endswith("vbaProject.bin") for name in names):
        found.append(("macros", {}))
    return found


def _refuse_document_types(archive: zipfile.ZipFile, names: set[str]) -> None:
    for name in names:
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if DOCTYPE.search(part.read(4096)):
                    raise WorkbookRefused("document_type")


def _inspect_ole(path: Path, size: int) -> Inspected:
    """An OLE compound file: an old .xls, or the envelope of an encrypted workbook."""
    if size > LARGEST_OTHER:
        raise WorkbookRefused("too_big", megabytes=size // MEGABYTE, limit=LARGEST_OTHER // MEGABYTE)
    content = path.read_bytes()
    if any(mark in content for mark in ENCRYPTED):
        raise WorkbookRefused("password")
    if not any(mark in content for mark in WORKBOOK_STREAMS):
        raise WorkbookRefused("not_a_workbook")
    return Inspected(Format.OTHER)
