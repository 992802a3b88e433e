"""Rows of an .xlsx workbook, streamed: a county's register passes through in constant memory.

The sheet's XML is cut at its rows and cells with regular expressions, and a cell stays bytes until its value is asked
for, so that equal cells are understood once. Every office program writes sheets of this plain grammar; one that does
not (another prefix, comments inside) raises Unconventional and is read by another reader.
"""

import re
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any

from .cells import EPOCH, Odd
from .problems import WorkbookRefused, column_letters
from .texts import text_pieces, without_readings

CHUNK = 1 << 20
LONGEST_ROW = 16 << 20  # bytes of one row; a register's have about 5,000
WIDEST = 702  # columns A to ZZ
RELATION = re.compile(r"\{.*\}id$")
CELL = re.compile(rb'<c r="([A-Z]+)\d+"')
ROW_NUMBER = re.compile(rb'<row\b[^<>]*?\br="(\d+)"')
DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+\d+:)?[A-Z]+(\d+)"')
TYPE, STYLE = re.compile(rb'^[^>]*?\bt="(\w+)"'), re.compile(rb'^[^>]*?\bs="(\d+)"')
VALUE = re.compile(rb"<v(?: [^<>]*)?>([^<]*)</v>")
TEXT = re.compile(rb"<t(?: [^<>]*)?>([^<]*)</t>")
AMOUNT = re.compile(rb'(?: s="(\d+)")?><v>(0|[1-9]\d{0,7})(?:\.(\d{1,2}))?</v></c>')
NUMBER = re.compile(rb'(?: s="(\d+)")?><v>([\d.]+)</v></c>')
FORMULA = re.compile(rb"<f[ />]")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
BUILT_IN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
DATE_FORMAT = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
EPOCH_1904 = timedelta(days=1462)
LARGEST_SERIAL = 2958465
SHOWN_DIGITS = 15
INLINE, INLINE_END = b' t="inlineStr"><is><t>', b"</t></is></c>"

Block = list[tuple[int, bytes]]


class Unconventional(Exception):
    """The sheet is valid perhaps, but not written the way this reader takes apart."""


class XlsxBook:
    """An .xlsx workbook. Raises WorkbookRefused or Unconventional."""

    def __init__(self, path: Path) -> None:
        self.path, self.archive = path, zipfile.ZipFile(path)
        try:
            self.sheets = self._sheets()
        except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise WorkbookRefused("damaged", detail=str(error)) from error

    def __reduce__(self) -> Any:
        return XlsxBook, (self.path,)  # another process opens it anew

    def close(self) -> None:
        self.archive.close()

    def _sheets(self) -> list["XlsxSheet"]:
        book = ElementTree.fromstring(self.archive.read("xl/workbook.xml"))  # noqa: S314 - no DOCTYPE: see guard
        relations = ElementTree.fromstring(self.archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {each.get("Id"): each.get("Target", "") for each in relations}
        self.since_1904 = any(_tag(each) == "workbookPr" and each.get("date1904") in ("1", "true") for each in book)
        found = []
        for each in book.iter():
            if _tag(each) != "sheet":
                continue
            relation = next((value for key, value in each.attrib.items() if RELATION.match(key)), None)
            target = targets.get(relation, "")
            if "worksheets/" in target:
                part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
                hidden = each.get("state", "visible") != "visible"
                found.append(XlsxSheet(self, each.get("name", ""), part, hidden=hidden))
        return found

    @cached_property
    def texts(self) -> list[bytes]:
        """The shared strings, undecoded."""
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        try:
            with self.archive.open("xl/sharedStrings.xml") as part:
                items = text_pieces(part)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise WorkbookRefused("damaged", detail=str(error)) from error
        if b":si>" in items[-1] or b":sst" in items[0]:
            raise Unconventional("sharedStrings")
        return items[1:]

    @cached_property
    def date_styles(self) -> frozenset[int]:
        """Cell styles that show a number as a date."""
        if "xl/styles.xml" not in self.archive.namelist():
            return frozenset()
        root = ElementTree.fromstring(self.archive.read("xl/styles.xml"))  # noqa: S314
        own = {
            int(each.get("numFmtId", "0")): each.get("formatCode", "") for each in root.iter() if _tag(each) == "numFmt"
        }
        dates = {number for number, code in own.items() if DATE_FORMAT.search(QUOTED.sub("", code))} | BUILT_IN_DATES
        styles = next((each for each in root if _tag(each) == "cellXfs"), ())
        return frozenset(i for i, each in enumerate(styles) if int(each.get("numFmtId", "0")) in dates)


class XlsxSheet:
    """One sheet. A raw cell is the bytes behind its reference; `decode` gives its value."""

    def __init__(self, book: XlsxBook, name: str, part: str, *, hidden: bool) -> None:
        self.book, self.name, self.part, self.hidden = book, name, part, hidden
        self.formulas = 0  # different ones among the cells decoded

    @cached_property
    def height(self) -> int:
        """Rows as the sheet itself states them, for the display of progress only; 0 where it does not."""
        with self.book.archive.open(self.part) as part:
            found = DIMENSION.search(part.read(4096))
        return int(found[1]) if found else 0

    @property
    def size(self) -> int:
        """Bytes of its XML."""
        return self.book.archive.getinfo(self.part).file_size

    def rows(self, columns: Iterable[int] | None = None) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """(row number, raw cells) of rows with content: those of the columns, or all up to the last."""
        for block in self.blocks():
            yield from self.cells(block, columns)

    def blocks(self) -> Iterator[Block]:
        """The rows with content as (row number, XML), about a megabyte at a time."""
        number = 0
        for texts in self._row_texts():
            block = []
            for xml in texts:
                number = self._number(xml, number)
                if b"<v" in xml or b"<t" in xml or b"<f" in xml:
                    block.append((number, xml))
            yield block

    def cells(self, block: Block, columns: Iterable[int] | None = None) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The rows of a block, taken apart."""
        letters = [column_letters(column).encode() for column in columns] if columns is not None else None
        for number, xml in block:
            parts = CELL.split(xml)
            if columns is None and xml.count(b"<c ") * 2 + 1 != len(parts):
                raise Unconventional(self.name)
            cells = dict(zip(parts[1::2], parts[2::2], strict=True))
            yield number, tuple(map(cells.get, letters if letters is not None else self._all(cells)))

    def decode(self, raw: Any) -> Any:
        """Text, Decimal, bool, date or Odd; None for an empty cell."""
        if raw is None:
            return None
        if raw.startswith(INLINE) and raw.count(b"<") == 5 and raw.endswith(INLINE_END):
            return _plain(raw[len(INLINE) : -len(INLINE_END)]) or None
        if plain := NUMBER.fullmatch(raw):
            return self._number_or_date(plain[2].decode(), plain[1])
        if b"<c " in raw or b"<c>" in raw or b"<!" in raw:
            raise Unconventional(self.name)
        if FORMULA.search(raw):
            self.formulas += 1
        kind = TYPE.search(raw)
        if kind and kind[1] == b"inlineStr":
            return _text(without_readings(raw)) or None
        value = VALUE.search(raw)
        if value is None or not value[1]:
            return Odd("formula_without_value") if FORMULA.search(raw) and value is None else None
        return self._value(kind[1] if kind else b"n", value[1], raw)

    def amount(self, raw: Any) -> str:
        """An amount with two places where the raw cell is plainly one, else "": a short cut past `decode`."""
        found = AMOUNT.fullmatch(raw) if raw else None
        if found is None or (found[1] and int(found[1]) in self.book.date_styles):
            return ""
        return f"{found[2].decode()}.{(found[3] or b'').decode():0<2}"

    def _value(self, kind: bytes, value: bytes, raw: bytes) -> Any:
        if kind == b"s":
            return self._shared(int(value))
        text = _plain(value)
        if kind in (b"str", b"d"):
            return text or None
        if kind == b"b":
            return text == "1"
        if kind == b"e":
            return Odd("excel_error", text)
        style = STYLE.search(raw)
        return self._number_or_date(text, style[1] if style else None)

    def _number_or_date(self, text: str, style: bytes | None) -> Any:
        try:
            number = _number(text)
        except InvalidOperation:
            return text
        if style and int(style) in self.book.date_styles and 0 <= number <= LARGEST_SERIAL:
            return EPOCH + timedelta(days=int(number)) + (EPOCH_1904 if self.book.since_1904 else timedelta())
        return number

    def _shared(self, index: int) -> str | None:
        try:
            return _text(without_readings(self.book.texts[index])) or None
        except IndexError as error:
            raise WorkbookRefused("damaged", detail=f"sharedStrings {index}") from error

    def _row_texts(self) -> Iterator[list[bytes]]:
        """The XML of rows that have an end; rows without content may stand before one in the same text."""
        rest = b""
        try:
            with self.book.archive.open(self.part) as part:
                begun = False
                while chunk := part.read(CHUNK):
                    pieces = (rest + chunk).split(b"</row>")
                    rest = pieces.pop()
                    begun = begun or b"<sheetData" in (pieces[0] if pieces else rest)
                    yield pieces
                    if len(rest) > CHUNK:
                        rest = self._last_row(rest)
        except KeyError as error:
            raise WorkbookRefused("damaged", detail=str(error)) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise WorkbookRefused("damaged", detail=str(error)) from error
        if not begun or (b"</sheetData>" not in rest and b"<sheetData/>" not in rest):
            raise Unconventional(self.name)

    def _last_row(self, rest: bytes) -> bytes:
        """What is still needed of a text without an end of a row."""
        start = rest.rfind(b"<row")
        if b"</sheetData>" in rest or b"<sheetData/>" in rest:
            return b"</sheetData>"
        if start < 0 or len(rest) - start > LONGEST_ROW:
            raise Unconventional(self.name)
        return rest[start:]

    @staticmethod
    def _number(xml: bytes, last: int) -> int:
        """The row's number; a row without one follows the one before."""
        found = ROW_NUMBER.search(xml, max(xml.rfind(b"<row", 0, xml.find(b'<c r="')), 0))
        return int(found[1]) if found else last + 1

    @staticmethod
    def _all(cells: dict[bytes, bytes]) -> list[bytes]:
        """Letters of all columns up to the last one in use; what lies far outside of any table does not count."""
        last = max((index for index in map(_index, cells) if index < WIDEST), default=-1)
        return [column_letters(column).encode() for column in range(last + 1)]


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2]


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def _number(text: str) -> Decimal:
    """The number as Excel shows it: 15 digits, so that 0.30000000000000004 is 0.3."""
    number = Decimal(text)
    if not number.is_finite():
        raise InvalidOperation
    return (
        number
        if len(text) <= SHOWN_DIGITS or len(number.as_tuple().digits) <= SHOWN_DIGITS
        else Decimal(f"{float(number):.15g}")
    )


def _text(xml: bytes) -> str:
    return "".join(_plain(piece) for piece in TEXT.findall(xml))


def _plain(xml: bytes) -> str:
    text = xml.decode("utf-8", "replace")
    if "&" in text:
        text = unescape(text)
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
