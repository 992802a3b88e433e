"""From sheets to staging tables: rows are read by batches, households put together from their rows."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from jingzhun.registry import dictionary
from jingzhun.registry.readable import MASKS, PERSONAL
from jingzhun.registry.workbook.cells import text_of
from jingzhun.registry.workbook.layout import AREA_FIELDS, Layout, Rows, Table
from jingzhun.registry.workbook.problems import Fault, WorkbookRefused, cell_name

from .areas import Areas, Place
from .columns import EMPTY_BYTES, NULL, Heading, rendered
from .helpers import understood
from .staging import Staging, longest, nothing, stored
from .understanding import SEALED, Plan, Row, Secrets, Shared

BATCH = 5_000
MOST_ROWS = 1_000_000
HOUSEHOLD_DIGITS = 17
OWN_MARK_DIGITS = 6  # 1, 2, 3 … as a clerk numbers new households
REGISTER_FIELDS = ("status", "registered_on", "exit_year")  # become spells
NOT_SEALED = (EMPTY_BYTES, NULL)

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Record:
    """A household, or a survey of one, put together from the rows that mention it. `line` is its line for COPY."""

    sid: int
    sheet: int
    row: int
    key: str
    line: str = ""
    rows: dict[int, int] = field(default_factory=dict)  # where a value came from, if not from `row`
    sealed: dict[str, tuple[str, str]] = field(default_factory=dict)
    own: bool = False
    year: str = ""


class Reader:
    """Reads all tables of a layout into the staging tables of an import."""

    def __init__(self, layout: Layout, staging: Staging, areas: Areas, year: int | None, progress: Progress) -> None:
        self.layout, self.staging, self.areas, self.progress = layout, staging, areas, progress
        self.default_year = str(year) if year else ""
        self.fields = {kind: self._fields(kind) for kind in ("household", "member", "survey")}
        self.blanks = {kind: [nothing(kind, name) for name in names] for kind, names in self.fields.items()}
        self.households: dict[str, Record] = {}
        self.surveys: dict[tuple[int, str], Record] = {}
        self.problems: list[str] = []
        self.members: list[str] = []
        self.read = self.persons = 0
        self.total = sum(getattr(table.sheet, "height", 0) for table in layout.tables)

    def _fields(self, kind: str) -> list[str]:
        """Names of the fields that any table has, in the dictionary's order, without those that are keys."""
        return [each.name for each in dictionary.fields(kind) if self.layout.has(kind, each.name)
                and (kind, each.name) not in (("household", "number"), ("survey", "year"))]  # fmt: skip

    def run(self) -> None:
        """Read everything. Raises WorkbookRefused; staging tables may be half filled then."""
        self._require_year()
        kinds = {kind: stored(kind, names) for kind, names in self.fields.items()}
        kinds["member"] = [name for name in kinds["member"] if name != "number"]
        self.columns = kinds
        self.staging.create(kinds)
        # Households first, so that the sheets of persons and surveys find them.
        for table in sorted(self.layout.tables, key=lambda each: each.rows != Rows.HOUSEHOLDS):
            TableReader(self, table).run()
        if not self.read:
            raise WorkbookRefused("no_rows")
        self._emit_households()
        self._emit_surveys()
        self.flush()

    def _require_year(self) -> None:
        told = [name for name in self.fields["survey"] if name != "members_counted"]
        if told and not self.default_year and not self.layout.has("survey", "year"):
            raise WorkbookRefused("no_year", header="survey.year")

    def household(self, key: str, table: Table, row: int) -> Record:
        """The record of a key, made at its first mention."""
        record = self.households.get(key)
        if record is None:
            record = Record(len(self.households) + 1, table.position, row, key)
            self.households[key] = record
        return record

    def survey(self, household: Record, year: str, table: Table, row: int) -> Record:
        found = self.surveys.get((household.sid, year))
        if found is None:
            found = Record(household.sid, table.position, row, household.key, year=year)
            self.surveys[household.sid, year] = found
        return found

    def complain(self, table: int, row: int, column: int | None, record: Record | None, fault: Fault) -> None:
        """Note what is wrong with a cell, for the household it belongs to."""
        place = (table, row, NULL if column is None else column, NULL if record is None else record.sid)
        params = rendered(json.dumps(dict(fault.params), ensure_ascii=False, default=str))
        self.problems.append("\t".join((*map(str, place), fault.code, params, "0")) + "\n")

    def tick(self) -> None:
        self.read += 1
        if self.read > MOST_ROWS:
            raise WorkbookRefused("too_long", sheet="", limit=MOST_ROWS)
        if self.read % BATCH == 0:
            self.flush()
            self.progress(self.read, self.total)

    def flush(self) -> None:
        """Write what was gathered."""
        if self.members:
            keys = ("mid", "sid", "sheet", "row_no", "number")
            self.staging.copy("member", (*keys, *self.columns["member"]), self.members)
            self.members = []
        if self.problems:
            self.staging.copy("problem", ("sheet", "row_no", "col", "sid", "code", "params", "phase"), self.problems)
            self.problems = []

    def _emit_households(self) -> None:
        keys = ("sid", "sheet", "row_no", "own", "key", "number", "area_code", "said", *REGISTER_FIELDS)
        lines = []
        for record in self.households.values():
            values = dict(zip(self.fields["household"], self._cells("household", record.line), strict=True))
            number = record.key if _is_number(record.key) else ""
            fixed = (record.sid, record.sheet, record.row, "t" if record.own else "f", rendered(record.key), number)
            told = [values.get(name, nothing("household", name)) for name in REGISTER_FIELDS]
            area, said = self._area(record, number, values)
            for name in SEALED:
                values[name], values[f"{name}_index"] = record.sealed.get(name, NOT_SEALED)
            own = [values[name] for name in self.columns["household"]]
            lines.append("\t".join((*map(str, fixed), area, "t" if said else "f", *told, *own)) + "\n")
            if len(lines) >= BATCH:
                self.staging.copy("household", (*keys, *self.columns["household"]), lines)
                lines = []
                self.progress(self.read, self.total)
        self.staging.copy("household", (*keys, *self.columns["household"]), lines)

    def _cells(self, kind: str, line: str) -> list[str]:
        return line.split("\t") if line else self.blanks[kind].copy()

    def _area(self, record: Record, number: str, values: dict[str, str]) -> tuple[str, bool]:
        """Code of a household's village or group, and whether the rows say it or only the household's number.

        The code is empty where it cannot be told.
        """
        place = Place(**{name: values[name] for name in AREA_FIELDS if name in values})
        if not place.village and not place.area_code:
            village = self.areas.of_number(number)
            if not village:
                return "", False
            found, said = self.areas.find(Place(area_code=village, group=place.group)), False
        else:
            found, said = self.areas.find(place), True
        if isinstance(found, str):
            return found, said
        table = next(each for each in self.layout.tables if each.position == record.sheet)
        column = next((table.columns.get(("household", name)) for name in ("area_code", "village", "town")
                       if table.has("household", name) and getattr(place, name)), None)  # fmt: skip
        self.complain(record.sheet, record.row, column, record, found)
        return "", said

    def _emit_surveys(self) -> None:
        keys = ("vid", "sid", "sheet", "row_no", "year")
        lines = [
            "\t".join((str(vid), str(record.sid), str(record.sheet), str(record.row), record.year, record.line)) + "\n"
            for vid, record in enumerate(self.surveys.values(), 1)
        ]
        for start in range(0, len(lines), BATCH):
            self.staging.copy("survey", (*keys, *self.fields["survey"]), lines[start : start + BATCH])
            self.progress(self.read, self.total)

    def lines(self) -> dict[str, list[tuple[str, str]]]:
        """Plan.lines"""
        return {kind: list(zip(self.fields[kind], self.blanks[kind], strict=True)) for kind in ("household", "survey")}

    def merge(self, kind: str, record: Record, told: str, at: tuple[int, int]) -> Iterator[tuple[str, int, str]]:
        """Fill what is still empty in a record from another line; `at` is its sheet and row.

        Gives what differs: the field, the row of the value that stays, and that value.
        """
        if not record.line and at == (record.sheet, record.row):
            record.line = told
        if not told or told == record.line:
            return
        values = self._cells(kind, record.line)
        for i, (value, empty) in enumerate(zip(told.split("\t"), self.blanks[kind], strict=True)):
            if value in (empty, values[i]):
                continue
            if values[i] == empty:
                values[i] = value
                record.rows[i] = at[1]
            else:
                yield self.fields[kind][i], record.rows.get(i, record.row), values[i]
        record.line = "\t".join(values)


class TableReader:
    """Reads one sheet: rows understood by themselves are put together to households."""

    def __init__(self, reader: Reader, table: Table) -> None:
        self.reader, self.table, self.sheet = reader, table, table.sheet
        self.shared = [self._heading(each) for kind in ("household", "survey") for each in table.fields(kind)]
        self.own = [self._heading(each) for each in table.fields("member")] if table.rows == Rows.PERSONS else []
        self.shared_at = {(each.field.sheet, each.field.name): i for i, each in enumerate(self.shared)}
        self.record: Record | None = None
        self.block: list[Any] = []  # that the rows at hand come from
        self._raw: dict[int, tuple[Any, ...]] = {}

    def _heading(self, field: dictionary.Field) -> Heading:
        index = self.table.columns[field.sheet, field.name]
        return Heading(field, index, nothing(field.sheet, field.name), longest(field))

    def run(self) -> None:
        secrets = Secrets(settings.FIELD_KEYS, settings.FIELD_CIPHER, settings.DIGEST_KEY)
        stored, lines = self.reader.columns["member"], self.reader.lines()
        plan = Plan(self.sheet, self.table.header_row, self.shared, self.own, stored, lines, secrets)
        shared, last = None, None
        with closing(understood(plan)) as blocks:
            for self.block, found in blocks:
                self.sheet.formulas = max(self.sheet.formulas, found.formulas)
                self._raw = {}
                again = found.first is not None and found.first == last
                for row in found.rows:
                    self.reader.tick()
                    same = row.shared is None or again
                    shared, again = shared if same else row.shared, False
                    self._shared(row, shared, same)  # type: ignore[arg-type]
                    if plan.persons:
                        self._person(row)
                last = found.last if found.rows else last

    def _shared(self, row: Row, shared: Shared, same: bool) -> None:
        """Put the household's and the survey's columns of a row into their records."""
        if self.record is not None and same and (shared.numbered or not row.head):
            return
        key = self._key(row, shared)
        self.record = self.reader.household(key, self.table, row.number) if key else None
        if self.record is not None and not self.record.own:
            self.record.own = self.table.rows == Rows.HOUSEHOLDS or len(self.shared) > 1
        for i, fault in shared.faults:
            self._complain(row, self.shared[i], fault)
        if self.record is not None:
            self._merge(self.record, row, shared)

    def _key(self, row: Row, shared: Shared) -> str:
        """What the row's household is called in the file; "" where it cannot be told."""
        told = shared.key
        if isinstance(told, Fault) or _is_maimed(told):
            self.record = None
            fault = told if isinstance(told, Fault) else Fault.of("number_malformed", value=told)
            self._complain(row, self.shared[self.shared_at["household", "number"]], fault)
            return ""
        if told:
            return told
        if row.person:
            return row.person[:HOUSEHOLD_DIGITS]
        if row.head and self.table.rows == Rows.PERSONS:
            return f"#{self.table.position}.{row.number}"
        if self.record is None or self.table.rows != Rows.PERSONS:
            self.record = None
            self._complain_missing(row, "household", "number")
            return ""
        return self.record.key

    def _merge(self, record: Record, row: Row, shared: Shared) -> None:
        """Fill what is still empty; what differs from an earlier row is a contradiction."""
        at = (self.table.position, row.number)
        for name, other, there in self.reader.merge("household", record, shared.household, at):
            self._contradiction(row, ("household", name), other, there)
        if survey := self._survey(record, row, shared):
            for name, other, there in self.reader.merge("survey", survey, shared.survey, at):
                self._contradiction(row, ("survey", name), other, there)
        for name, sealed in shared.sealed.items():
            record.sealed.setdefault(name, sealed)

    def _contradiction(self, row: Row, name: tuple[str, str], other: int, there: str) -> None:
        i = self.shared_at[name]
        heading = self.shared[i]
        if not self._raw:
            self._raw = dict(self.sheet.cells(self.block, [each.column for each in self.shared]))
        value = text_of(self.sheet.decode(self._raw[row.number][i]))
        at = cell_name(other, heading.column)
        self._complain(
            row, heading, Fault.of("contradiction", other=at, there=there, there_list=heading.code_list, value=value)
        )

    def _survey(self, record: Record, row: Row, shared: Shared) -> Record | None:
        """The survey that the row tells of, if it tells anything."""
        if not shared.survey:
            return None
        year = shared.year if ("survey", "year") in self.shared_at else self.reader.default_year
        if not year:
            self._complain_missing(row, "survey", "year")
            return None
        return self.reader.survey(record, year, self.table, row.number)

    def _person(self, row: Row) -> None:
        for i, fault in row.faults:
            self._complain(row, self.own[i], fault)
        if self.record is None:
            return
        self.reader.persons += 1
        fixed = f"{self.reader.persons}\t{self.record.sid}\t{self.table.position}\t{row.number}\t"
        self.reader.members.append(fixed + row.member)

    def _complain(self, row: Row, heading: Heading, fault: Fault) -> None:
        if heading.field.kind in PERSONAL:
            fault = _masked(fault, MASKS[heading.field.kind])
        self.reader.complain(self.table.position, row.number, heading.column, self.record, fault)

    def _complain_missing(self, row: Row, kind: str, name: str) -> None:
        position = self.shared_at.get((kind, name))
        column = self.shared[position].column if position is not None else None
        fault = Fault.of("missing", header=f"{kind}.{name}")
        self.reader.complain(self.table.position, row.number, column, self.record, fault)


def _masked(fault: Fault, mask: Callable[[str], str]) -> Fault:
    """What is wrong with a personal number, without the number: problems are kept in the clear."""
    told = {name: mask(str(value)) if name in ("value", "there") else value for name, value in fault.params}
    return Fault.of(fault.code, **told)


def _is_number(key: str) -> bool:
    return len(key) == HOUSEHOLD_DIGITS and key.isdigit() and key.isascii()


def _is_maimed(key: str) -> bool:
    """Whether a key of nothing but digits is no household's number: too long for a clerk's own mark, yet not whole."""
    return key.isdigit() and key.isascii() and len(key) > OWN_MARK_DIGITS and not _is_number(key)
