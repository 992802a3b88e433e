"""Other formats and unusual workbooks are read as well, by a process that may fail without harm."""

import zipfile
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest
from tests.registry.test_bad_workbooks import _replace
from tests.registry.workbooks import columns_of, household, write_xlsx

from jingzhun.registry.workbook.problems import WorkbookRefused
from jingzhun.registry.workbook.reader import opened

ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="名册">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""

MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
 manifest:version="1.2"><manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""


def everything(path: Path) -> list[list[object]]:
    with opened(path) as book:
        return [[sheet.decode(cell) for cell in cells] for sheet in book.sheets for _number, cells in sheet.rows()]


def write_ods(path: Path, rows: list[dict[str, object]]) -> Path:
    def cell(value: object) -> str:
        kind = f'"float" office:value="{value}"' if isinstance(value, int | float) else '"string"'
        return f"<table:table-cell office:value-type={kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"

    headers = columns_of(rows)
    lines = [headers, *([row.get(name, "") for name in headers] for row in rows)]
    body = "".join(f"<table:table-row>{''.join(map(cell, line))}</table:table-row>" for line in lines)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS.format(rows=body))
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return path


@pytest.fixture
def rows() -> list[dict[str, object]]:
    return household()


def expected(rows) -> list[list[object]]:
    headers = columns_of(rows)
    return [headers, *([row[name] for name in headers] for row in rows)]


def test_the_streaming_reader_and_openpyxl_read_the_same(tmp_path, rows):
    path = tmp_path / "a.xlsx"
    rows[0]["家庭住址"] = "=1+1 & <b>\n“引号”"
    rows[0]["耕地面积"] = 0.1 + 0.2
    book = openpyxl.Workbook()
    headers = columns_of(rows)
    book.active.append(headers)
    for row in rows:
        book.active.append([row.get(name) for name in headers])
    book.active.cell(2, headers.index("家庭住址") + 1).data_type = "s"
    book.save(path)
    found = everything(path)
    assert found[0] == headers
    assert found[1][headers.index("家庭住址")] == rows[0]["家庭住址"]
    assert found[1][headers.index("耕地面积")] == Decimal("0.3")
    assert [line[:10] for line in found[1:]] == [[row[name] for name in headers[:10]] for row in rows]


def test_an_open_document_spreadsheet(tmp_path, rows):
    assert everything(write_ods(tmp_path / "a.ods", rows)) == expected(rows)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'<c r="', b'<c  r="'),
        lambda xml: xml.replace(b"<row ", b"<!-- note --><row "),
        lambda xml: _prefixed(xml),
    ],
    ids=["spaces", "comments", "prefix"],
)
def test_sheets_written_in_an_unusual_way(tmp_path, rows, change):
    path = write_xlsx(tmp_path / "a.xlsx", rows)
    _replace(path, "xl/worksheets/sheet1.xml", change)
    assert everything(path) == expected(rows)


def test_a_far_cell_in_an_unusual_sheet_costs_a_process_not_the_machine(tmp_path, rows):
    path = write_xlsx(tmp_path / "a.xlsx", rows)
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    _replace(path, "xl/worksheets/sheet1.xml", lambda xml: _prefixed(xml.replace(b"</sheetData>", far)))
    with pytest.raises(WorkbookRefused) as error:
        everything(path)
    assert error.value.code in ("zip_bomb", "damaged")


def test_rich_text_phonetic_hints_and_shared_strings(tmp_path, rows):
    path = write_xlsx(tmp_path / "a.xlsx", rows)
    rich = "<si><r><rPr><b/></rPr><t>张</t></r><r><t xml:space='preserve'>三</t></r>"
    rich += "<rPh sb='0' eb='1'><t>zhang</t></rPh></si>"
    _replace(path, "xl/sharedStrings.xml", lambda xml: xml.replace("<si><t>张三</t></si>".encode(), rich.encode()))
    assert everything(path) == expected(rows)


def _prefixed(xml: bytes) -> bytes:
    """The same sheet with a prefix on every element."""
    import re

    text = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml)
    return text.replace(b'xmlns="', b'xmlns:x="', 1)
