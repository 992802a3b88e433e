"""Files for the library: PDFs with a text, without one, and locked."""

import io

import pypdf
import typst


def pdf(text: str) -> bytes:
    """A page with a text; of the empty text, a page as a scanner makes it."""
    return typst.compile(f"#set page(width: 10cm, height: 5cm)\n{text or '#rect()'}".encode(), format="pdf")


def locked_pdf(password: str) -> bytes:
    target, writer = io.BytesIO(), pypdf.PdfWriter(clone_from=io.BytesIO(pdf("secret")))
    writer.encrypt(password, algorithm="RC4-128")
    writer.write(target)
    return target.getvalue()
