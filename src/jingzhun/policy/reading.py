"""The text of a document's file, read in a process of its own with bounded memory and time.

A file comes from outside and may be made to hang a reader or to unpack without end; such a process fails without harm.

    python -m jingzhun.policy.reading KIND FILE > TEXT
"""

import re
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

from .rules.files import LONGEST_TEXT, MEGABYTE, FileKind, Unreadable

MEMORY, SECONDS = 1_500 * MEGABYTE, 60
MOST_PARTS, LARGEST_UNPACKED = 5_000, 200 * MEGABYTE
LOCKED, DAMAGED = 3, 4  # exit codes
ENCODINGS = ("utf-8-sig", "gb18030")


def text_of(path: Path, kind: FileKind) -> str:
    """The text of a file, empty of a scan. Raises Unreadable."""
    command = [sys.executable, "-m", __name__, kind, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=2 * SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_much") from error
    if done.returncode:
        raise Unreadable({LOCKED: "locked", DAMAGED: "damaged"}.get(done.returncode, "too_much"))
    return tidied(done.stdout.decode("utf-8", "replace"))[:LONGEST_TEXT]


def tidied(text: str) -> str:
    """Without control characters, blanks at line ends and more than one empty line."""
    clean = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]", "", text)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in clean.split("\n"))).strip()


def main(kind: str, path: str) -> int:
    """Write the text of a file to standard output; an exit code says what went wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = {FileKind.PDF: _pdf, FileKind.DOCX: _docx, FileKind.TEXT: _plain}[FileKind(kind)]
    try:
        text = read(Path(path))
    except PermissionError:
        return LOCKED
    except MemoryError:
        raise
    except Exception as error:  # whatever a library stumbles over in a file that is not sound
        print(type(error).__name__, file=sys.stderr)
        return DAMAGED
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


def _pdf(path: Path) -> str:
    import logging

    import pypdf

    logging.disable()
    reader = pypdf.PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise PermissionError
    pages, length = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        length += len(pages[-1])
        if length > LONGEST_TEXT:
            break
    return "\n\n".join(pages)


def _docx(path: Path) -> str:
    import docx
    from docx.table import Table

    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise ValueError
        if any(part.flag_bits & 1 for part in parts):
            raise PermissionError
    lines = []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            lines += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def _plain(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
