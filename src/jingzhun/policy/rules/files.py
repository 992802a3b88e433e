"""Which files the library takes, told by how they begin."""

from enum import StrEnum

MEGABYTE = 1024**2
LARGEST_FILE = 30 * MEGABYTE
LONGEST_TEXT = 500_000  # characters: a book of 600 pages


class FileKind(StrEnum):
    """What a file is; the value is its ending."""

    PDF = "pdf"
    DOCX = "docx"
    TEXT = "txt"


CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.TEXT: "text/plain; charset=utf-8",
}


class Unreadable(Exception):
    """A file that is none of these, or damaged; `code` says in which way."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def kind_of(head: bytes) -> FileKind:
    """What a file is by its first bytes. Raises Unreadable."""
    if b"%PDF-" in head[:1024]:
        return FileKind.PDF
    if head.startswith(b"PK\x03\x04"):
        return FileKind.DOCX
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("old_word")
    if b"\0" in head or head.startswith((b"\x89PNG", b"\xff\xd8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"GIF8")):
        raise Unreadable("not_taken")
    return FileKind.TEXT
