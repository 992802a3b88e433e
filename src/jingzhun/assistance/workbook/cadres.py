"""The workbook of cadres: its columns, the template, what its rows say, and which cells are wrong."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext, pgettext_lazy

from jingzhun.assistance.skills import Skill, languages, skills
from jingzhun.identification.department_lists import BadCell
from jingzhun.people.models import Cadre
from jingzhun.registry.dictionary import fold
from jingzhun.registry.workbook.book import new_book
from jingzhun.registry.workbook.cells import SEVERAL, read_code, read_date, read_int, read_phone, read_text
from jingzhun.registry.workbook.problems import Fault, WorkbookRefused, cell_name
from jingzhun.registry.workbook.reader import Sheet, opened

from .kin import HEADS, KinRow, kin_rows

HEADER_WITHIN = 20  # rows from the top; merged titles stand above
MOST_ROWS = 100_000


class Column(NamedTuple):
    """A column: the field, its header, how it is read, whether every row needs it."""

    name: str
    head: str | Promise
    read: Callable[[Any], Any]
    needed: bool = False


def _short(cell: Any) -> Any:
    return read_text(cell, 60)


def _rank(cell: Any) -> Any:
    """A rank by its code or either of its names."""
    text = read_text(cell, 60)
    if not isinstance(text, str):
        return text
    found = _known(dict(Cadre.RANKS)).get(fold(text))
    return found or _unknown(text, dict(Cadre.RANKS).values())


def _several(listed: Callable[[], dict[str, Skill]]) -> Callable[[Any], Any]:
    def read(cell: Any) -> Any:
        text = read_text(cell, 200)
        if not isinstance(text, str):
            return text
        known = {fold(name): each.code for each in listed().values() for name in (each.code, each.zh, each.en)}
        codes = []
        for part in filter(None, (part.strip() for part in SEVERAL.split(text))):
            if fold(part) not in known:
                return _unknown(part, [each.label for each in listed().values()])
            codes.append(known[fold(part)])
        return list(dict.fromkeys(codes))

    return read


def _known(labels: Mapping[str, str | Promise]) -> dict[str, str]:
    """Codes by every name that they have in either language, folded."""
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {fold(str(label)): code for code, label in labels.items()}
    return found | {fold(code): code for code in labels}


def _unknown(text: str, known: Any) -> str:
    """What is said of a value that stands in no list; a plain text is told apart from a value by the class."""
    return Wrong(
        _("“%(value)s” is unknown; known are: %(known)s.") % {"value": text, "known": "、".join(map(str, known))}
    )


class Wrong(str):
    """What is wrong with a cell, in words."""


COLUMNS = (
    Column("number", gettext_lazy("Staff number"), lambda cell: read_text(cell, 20), needed=True),
    Column("name", gettext_lazy("Name"), lambda cell: read_text(cell, 60, person=True), needed=True),
    Column("sex", gettext_lazy("Sex"), lambda cell: read_code(cell, "sex")),
    Column("organisation", gettext_lazy("Organisation"), lambda cell: read_text(cell, 120), needed=True),
    Column("rank", pgettext_lazy("cadre", "Rank"), _rank, needed=True),
    Column("post", gettext_lazy("Post"), _short),
    Column("near", gettext_lazy("Code of the village or town of home or office"), lambda cell: read_text(cell, 15)),
    Column("skills", gettext_lazy("Skills"), _several(skills)),
    Column("languages", gettext_lazy("Languages"), _several(languages)),
    Column("capacity", gettext_lazy("Households at most"), read_int),
    Column("phone", gettext_lazy("Phone"), read_phone),
    Column("serves_from", gettext_lazy("Serves from"), read_date),
)


HEADS_OF = {column.name: column.head for column in COLUMNS}


@dataclass(frozen=True)
class CadreRow:
    """What a row says of a cadre; `organisation` is a name, `near` an area code."""

    sheet: str
    row: int
    number: str
    name: str
    organisation: str
    rank: str
    sex: str = ""
    post: str = ""
    near: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int | None = None
    phone: str = ""
    serves_from: date | None = None


@dataclass
class CadresRead:
    """What a file holds: sound rows, and the cells that are wrong."""

    rows: list[CadreRow] = field(default_factory=list)
    kin: list[KinRow] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)  # of the sheet of cadres, by field


def read_cadres(path: Path) -> CadresRead:
    """Read the first sheet with the headers of cadres, and the first with those of kin. Raises WorkbookRefused."""
    read, seen = CadresRead(), set()
    with opened(path) as book:
        for sheet in book.sheets:
            rows = iter(sheet.rows())
            what, found = _header(sheet, rows)
            if not what or what in seen:
                continue
            seen.add(what)
            if what == "cadres":
                read.columns = found
                _read_rows(sheet, rows, found, read)
            else:
                _read_kin(sheet, rows, found, read)
        if not seen:
            raise WorkbookRefused("missing_column", sheet=book.sheets[0].name, row=1, column=str(COLUMNS[0].head))
    return read


def _header(sheet: Sheet, rows: Iterator[tuple[int, tuple[Any, ...]]]) -> tuple[str, dict[str, int]]:
    """What the sheet holds, with the positions of its columns by field. Raises WorkbookRefused."""
    known = _known({column.name: column.head for column in COLUMNS} | dict(HEADS))
    for number, cells in rows:
        texts = [str(sheet.decode(cell) or "").strip("*＊ ") for cell in cells]
        found = {known[fold(text)]: index for index, text in enumerate(texts) if fold(text) in known}
        if {"number", "place"} <= set(found):
            return "kin", {name: index for name, index in found.items() if name in HEADS}
        if {"number", "name"} <= set(found):
            for column in COLUMNS:
                if column.needed and column.name not in found:
                    raise WorkbookRefused("missing_column", sheet=sheet.name, row=number, column=str(column.head))
            return "cadres", found
        if number >= HEADER_WITHIN:
            break
    return "", {}


def _read_kin(
    sheet: Sheet, rows: Iterator[tuple[int, tuple[Any, ...]]], found: dict[str, int], read: CadresRead
) -> None:
    for row in kin_rows(sheet, rows, found):
        if len(read.kin) >= MOST_ROWS:
            raise WorkbookRefused("too_long", sheet=sheet.name, limit=MOST_ROWS)
        if isinstance(row, KinRow):
            read.kin.append(row)
        else:
            number, name, value = row
            told = str(value) if isinstance(value, Fault) else _("“%(column)s” is missing.") % {"column": HEADS[name]}
            read.bad.append(BadCell(sheet.name, number, cell_name(number, found[name]), "", told))


def _read_rows(
    sheet: Sheet, rows: Iterator[tuple[int, tuple[Any, ...]]], found: dict[str, int], read: CadresRead
) -> None:
    for number, raw in rows:
        cells = [sheet.decode(cell) for cell in raw]
        if all(cell in (None, "") for cell in cells):
            continue
        if len(read.rows) >= MOST_ROWS:
            raise WorkbookRefused("too_long", sheet=sheet.name, limit=MOST_ROWS)
        values: dict[str, Any] = {}
        for column in COLUMNS:
            if column.name in found:
                index = found[column.name]
                cell = cells[index] if index < len(cells) else None
                value = None if cell in (None, "") else column.read(cell)
                if problem := _problem(column, value):
                    where = cell_name(number, index)
                    read.bad.append(BadCell(sheet.name, number, where, str(cell or "")[:40], problem))
                elif value is not None:
                    values[column.name] = tuple(value) if isinstance(value, list) else value
        if {column.name for column in COLUMNS if column.needed} <= set(values):
            read.rows.append(CadreRow(sheet.name, number, **values))


def _problem(column: Column, value: Any) -> str:
    if isinstance(value, Fault | Wrong):
        return str(value)
    if column.needed and value in (None, ""):
        return _("“%(column)s” is missing.") % {"column": column.head}
    return ""


def write_cadres(
    target: BinaryIO,
    rows: Iterable[Sequence[Any]] = (),
    kin: Iterable[Sequence[Any]] = (),
    columns: Sequence[Column] = COLUMNS,
) -> int:
    """Write the workbook: headers, drop-downs for ranks, the rows in the order of the columns; a sheet of kin.

    Number of rows of cadres.
    """
    with new_book(target) as book:
        bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
        heads = [f"{column.head}{'*' if column.needed else ''}" for column in columns]
        sheet = book.add_worksheet(_("Cadres"))
        ranks = [str(label) for _code, label in Cadre.RANKS]
        place = [column.name for column in columns].index("rank")
        sheet.data_validation(1, place, MOST_ROWS, place, {"validate": "list", "source": ranks})
        number = _write_sheet(sheet, heads, rows, bold, day)
        _write_sheet(book.add_worksheet(pgettext("sheet", "Kin")), list(HEADS.values()), kin, bold, day)
    return number


def _write_sheet(sheet: Any, heads: Sequence[Any], rows: Iterable[Sequence[Any]], bold: Any, day: Any) -> int:
    sheet.freeze_panes(1, 2)
    for index, head in enumerate(heads):
        sheet.set_column(index, index, 18)
        sheet.write_string(0, index, str(head), bold)
    number = 0
    for number, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, index, value, day)
            elif isinstance(value, int):
                sheet.write_number(number, index, value)
            elif value:
                sheet.write_string(number, index, str(value))
    return number
