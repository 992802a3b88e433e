"""From sheets to staging tables: rows are read by batches, households put together from their rows."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import getitem
from typing import Any

from jingzhun.people.fields import index_of, seal
from jingzhun.registry import dictionary
from jingzhun.registry.rules.derive import id_columns, name_columns
from jingzhun.registry.rules.ids import Problem as IdProblem
from jingzhun.registry.workbook.layout import AREA_FIELDS, Layout, Rows, Table
from jingzhun.registry.workbook.problems import Fault, WorkbookRefused, cell_name

from .areas import Areas, Place
from .columns import EMPTY_BYTES, NULL, Column, nothing, rendered
from .staging import Staging, stored

BATCH = 5_000
MOST_ROWS = 1_000_000
HOUSEHOLD_DIGITS = 17
OWN_MARK_DIGITS = 6  # 1, 2, 3 … as a clerk numbers new households
REGISTER_FIELDS = ("status", "registered_on", "exit_year")  # become spells
ID_FAULTS = {
    IdProblem.LENGTH: "id_length",
    IdProblem.CHARACTERS: "id_characters",
    IdProblem.DATE: "id_date",
    IdProblem.CHECK_DIGIT: "id_check_digit",
    IdProblem.CERTIFICATE: "id_certificate",
}
NAME_COLUMNS = ("pinyin", "initials")
ID_COLUMNS = ("id_number", "id_index", "id_problem", "id_birth_date", "id_sex", "disability_type", "disability_degree")
NO_ID = (EMPTY_BYTES, NULL, "missing", NULL, "", NULL, NULL)

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Record:
    """A household, or a survey of one, put together from the rows that mention it. `values` are COPY texts."""

    sid: int
    sheet: int
    row: int
    key: str
    values: list[str]
    rows: dict[int, int] = field(default_factory=dict)  # where a value came from, if not from `row`
    own: bool = False
    year: str = ""


class Reader:
    """Reads all tables of a layout into the staging tables of an import."""

    def __init__(self, layout: Layout, staging: Staging, areas: Areas, year: int | None, progress: Progress) -> None:
        self.layout, self.staging, self.areas, self.progress = layout, staging, areas, progress
        self.default_year = str(year) if year else ""
        self.fields = {kind: self._fields(kind) for kind in ("household", "member", "survey")}
        self.positions = {kind: {name: i for i, name in enumerate(names)} for kind, names in self.fields.items()}
        self.blanks = {kind: [nothing(kind, name) for name in names] for kind, names in self.fields.items()}
        self.households: dict[str, Record] = {}
        self.surveys: dict[tuple[int, str], Record] = {}
        self.problems: list[str] = []
        self.members: list[str] = []
        self.read = self.persons = 0
        self.total = sum(getattr(table.sheet, "height", 0) for table in layout.tables)

    def _fields(self, kind: str) -> list[str]:
        """Names of the fields that any table has, in the dictionary's order; the household's number is its key."""
        return [each.name for each in dictionary.fields(kind) if self.layout.has(kind, each.name)
                and (kind, each.name) != ("household", "number")]  # fmt: skip

    def run(self) -> None:
        """Read everything. Raises WorkbookRefused; staging tables may be half filled then."""
        self._require_year()
        kinds = {kind: stored(kind, names) for kind, names in self.fields.items()}
        kinds["member"] = [name for name in kinds["member"] if name != "number"]
        kinds["survey"] = [name for name in kinds["survey"] if name != "year"]
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
        told = [name for name in self.fields["survey"] if name not in ("year", "members_counted")]
        if told and not self.default_year and not self.layout.has("survey", "year"):
            raise WorkbookRefused("no_year", column=dictionary.field("survey", "year").label)

    def household(self, key: str, table: Table, row: int) -> Record:
        """The record of a key, made at its first mention."""
        record = self.households.get(key)
        if record is None:
            record = Record(len(self.households) + 1, table.position, row, key, list(self.blanks["household"]))
            self.households[key] = record
        return record

    def survey(self, household: Record, year: str, table: Table, row: int) -> Record:
        found = self.surveys.get((household.sid, year))
        if found is None:
            found = Record(household.sid, table.position, row, household.key, list(self.blanks["survey"]), year=year)
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
            number = record.key if _is_number(record.key) else ""
            fixed = (record.sid, record.sheet, record.row, "t" if record.own else "f", rendered(record.key), number)
            told = [self._value(record, name) for name in REGISTER_FIELDS]
            own = _with_derived("household", self.fields["household"], record.values, self.columns["household"])
            area, said = self._area(record, number)
            lines.append("\t".join((*map(str, fixed), area, "t" if said else "f", *told, *own)) + "\n")
            if len(lines) >= BATCH:
                self.staging.copy("household", (*keys, *self.columns["household"]), lines)
                lines = []
        self.staging.copy("household", (*keys, *self.columns["household"]), lines)

    def _value(self, record: Record, name: str) -> str:
        position = self.positions["household"].get(name)
        return nothing("household", name) if position is None else record.values[position]

    def _area(self, record: Record, number: str) -> tuple[str, bool]:
        """Code of a household's village or group, and whether the rows say it or only the household's number.

        The code is empty where it cannot be told.
        """
        names = [name for name in AREA_FIELDS if name in self.positions["household"]]
        place = Place(**{name: self._value(record, name) for name in names})
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
        names = [name for name in self.fields["survey"] if name != "year"]
        picked = [self.positions["survey"][name] for name in names]
        lines = []
        for vid, record in enumerate(self.surveys.values(), 1):
            fixed = (vid, record.sid, record.sheet, record.row, record.year)
            lines.append("\t".join((*map(str, fixed), *(record.values[i] for i in picked))) + "\n")
        for start in range(0, len(lines), BATCH):
            self.staging.copy("survey", (*keys, *names), lines[start : start + BATCH])


class TableReader:
    """Reads one sheet."""

    def __init__(self, reader: Reader, table: Table) -> None:
        self.reader, self.table, self.sheet = reader, table, table.sheet
        shared = [field for kind in ("household", "survey") for field in table.fields(kind)]
        self.shared = [self._column(field) for field in shared]
        self.own = [self._column(field) for field in table.fields("member")]
        self.previous: tuple[Any, ...] | None = None
        self.record: Record | None = None
        self.number_at = next((i for i, each in enumerate(self.shared) if _is(each, "household", "number")), None)
        self.year_at = next((i for i, each in enumerate(self.shared) if _is(each, "survey", "year")), None)
        self.person_at = {column.field.name: i for i, column in enumerate(self.own)}
        self._names: dict[str, tuple[str, ...]] = {}
        self._plan()
        self.order = self._order() if table.rows == Rows.PERSONS else []

    def _column(self, field: dictionary.Field) -> Column:
        return Column(field, self.table.columns[field.sheet, field.name], self.sheet)

    def _plan(self) -> None:
        """Where each shared column's value goes: (column, kind, position in the record)."""
        self.targets = [
            (i, column.field.sheet, self.reader.positions[column.field.sheet][column.field.name])
            for i, column in enumerate(self.shared)
            if not _is(column, "household", "number")
        ]

    def run(self) -> None:
        columns = [column.index for column in (*self.shared, *self.own)]
        split = len(self.shared)
        persons = self.table.rows == Rows.PERSONS
        for row, raw in self.sheet.rows(columns):
            if row <= self.table.header_row or not any(raw):
                continue
            self.reader.tick()
            head = self._relation(raw[split:]) == "head" if persons else True
            self._shared(row, raw[:split], raw[split:], head)
            if persons:
                self._person(row, raw[split:])

    def _relation(self, raw: tuple[Any, ...]) -> str:
        position = self.person_at.get("relation")
        found = self.own[position][raw[position]] if position is not None else ""
        return found if isinstance(found, str) else ""

    def _shared(self, row: int, raw: tuple[Any, ...], own: tuple[Any, ...], head: bool) -> None:
        """Put the household's and the survey's columns of a row into their records."""
        numbered = self.number_at is not None and raw[self.number_at] not in (None, "")
        if self.record is not None and raw == self.previous and (numbered or not head):
            return
        read: list[Any] = list(map(getitem, self.shared, raw))
        key = self._key(row, read, own, head)
        self.previous = raw
        self.record = self.reader.household(key, self.table, row) if key else None
        if self.record is not None and not self.record.own:
            self.record.own = self.table.rows == Rows.HOUSEHOLDS or len(self.shared) > 1
        if Fault in set(map(type, read)):
            self._take_out(row, self.shared, read, but=self.number_at)
        if self.record is not None:
            self._merge(self.record, row, read, raw)

    def _key(self, row: int, read: list[Any], own: tuple[Any, ...], head: bool) -> str:
        """What the row's household is called in the file; "" where it cannot be told."""
        told = read[self.number_at] if self.number_at is not None else ""
        if isinstance(told, Fault) or _is_maimed(told):
            self.record = None
            fault = told if isinstance(told, Fault) else Fault.of("number_malformed", value=told)
            self._complain(row, self.shared[self.number_at or 0], fault)
            return ""
        if told:
            return told
        person = (
            self.own[self.person_at["number"]][own[self.person_at["number"]]] if ("number" in self.person_at) else ""
        )
        if isinstance(person, str) and person:
            return person[:HOUSEHOLD_DIGITS]
        if head and self.table.rows == Rows.PERSONS:
            return f"#{self.table.position}.{row}"
        if self.record is None or self.table.rows != Rows.PERSONS:
            self.record = None
            column = self.shared[self.number_at].index if self.number_at is not None else None
            label = dictionary.field("household", "number").zh
            self.reader.complain(self.table.position, row, column, None, Fault.of("missing", column=label))
            return ""
        return self.record.key

    def _merge(self, record: Record, row: int, read: list[str], raw: tuple[Any, ...]) -> None:
        """Fill what is still empty; what differs from an earlier row is a contradiction."""
        survey = self._survey(record, row, read)
        for i, kind, position in self.targets:
            value, target = read[i], record if kind == "household" else survey
            if target is None or value == self.shared[i].nothing:
                continue
            there = target.values[position]
            if there == self.shared[i].nothing:
                target.values[position] = value
                if row != target.row or target.sheet != self.table.position:
                    target.rows[position] = row
            elif there != value:
                other = cell_name(target.rows.get(position, target.row), self.shared[i].index)
                column = self.shared[i]
                fault = Fault.of("contradiction", other=other, there=column.spoken(there), value=column.quote(raw[i]))
                self._complain(row, self.shared[i], fault)

    def _survey(self, record: Record, row: int, read: list[str]) -> Record | None:
        """The survey that the row tells of, if it tells anything."""
        told = any(
            read[i] != self.shared[i].nothing
            for i, kind, _position in self.targets
            if kind == "survey" and i != self.year_at
        )
        if not told:
            return None
        year = read[self.year_at] if self.year_at is not None else NULL
        year = self.reader.default_year if year == NULL else year
        if not year:
            column = self.shared[self.year_at].index if self.year_at is not None else None
            label = dictionary.field("survey", "year").zh
            self.reader.complain(self.table.position, row, column, record, Fault.of("missing", column=label))
            return None
        return self.reader.survey(record, year, self.table, row)

    def _person(self, row: int, raw: tuple[Any, ...]) -> None:
        read: list[Any] = list(map(getitem, self.own, raw))
        if Fault in set(map(type, read)):
            self._take_out(row, self.own, read)
        if self.record is None:
            return
        reader, at = self.reader, self.person_at
        reader.persons += 1
        if "name" in at:
            read += self._name(read[at["name"]])
        if "id_number" in at:
            number = read[at["id_number"]]
            read += self._id(row, number) if number else NO_ID
        if "phone" in at:
            read.append(_sealed(read[at["phone"]], "member.phone"))
        number = read[at["number"]] if "number" in at else ""
        fixed = f"{reader.persons}\t{self.record.sid}\t{self.table.position}\t{row}\t{number}\t"
        reader.members.append(fixed + "\t".join([read[i] for i in self.order]) + "\n")

    def _order(self) -> list[int]:
        """Where in a row read, lengthened by what follows from it, each stored column of a member stands."""
        names = [column.field.name for column in self.own]
        for name, derived in (("name", NAME_COLUMNS), ("id_number", ID_COLUMNS), ("phone", ("phone",))):
            names += derived if name in self.person_at else ()
        last = {name: i for i, name in enumerate(names)}
        return [last[name] for name in self.reader.columns["member"]]

    def _name(self, name: str) -> tuple[str, ...]:
        if name not in self._names:
            found = name_columns(name)
            self._names[name] = tuple(rendered(found[each]) for each in NAME_COLUMNS)
        return self._names[name]

    def _id(self, row: int, number: str) -> list[str]:
        """ID_COLUMNS of a number, for COPY."""
        found = id_columns(number)
        if found["id_problem"] in ID_FAULTS:
            fault = Fault.of(ID_FAULTS[IdProblem(found["id_problem"])], length=len(number))
            self._complain(row, self.own[self.person_at["id_number"]], fault)
        index = index_of(found["id_key"], "member.id_number")
        sealed = rendered(seal(found["id_number"], "member.id_number"))
        told = [found[name] for name in ID_COLUMNS[2:]]
        return [
            sealed,
            rendered(index) if index else NULL,
            *(NULL if each is None else rendered(each) for each in told),
        ]

    def _take_out(self, row: int, columns: list[Column], read: list[Any], but: int | None = None) -> None:
        """Note the faulty cells of a row and go on as if they were empty."""
        for i, value in enumerate(read):
            if type(value) is Fault:
                if i != but:
                    self._complain(row, columns[i], value)
                read[i] = columns[i].nothing

    def _complain(self, row: int, column: Column, fault: Fault) -> None:
        self.reader.complain(self.table.position, row, column.index, self.record, fault)


def _is(column: Column, kind: str, name: str) -> bool:
    return (column.field.sheet, column.field.name) == (kind, name)


def _is_number(key: str) -> bool:
    return len(key) == HOUSEHOLD_DIGITS and key.isdigit() and key.isascii()


def _is_maimed(key: str) -> bool:
    """Whether a key of nothing but digits is no household's number: too long for a clerk's own mark, yet not whole."""
    return key.isdigit() and key.isascii() and len(key) > OWN_MARK_DIGITS and not _is_number(key)


def _sealed(text: str, purpose: str) -> str:
    return rendered(seal(text, purpose)) if text else EMPTY_BYTES


def _index(text: str, purpose: str) -> str:
    index = index_of(text, purpose)
    return NULL if index is None else rendered(index)


def _with_derived(kind: str, names: list[str], values: list[str], columns: list[str]) -> list[str]:
    """A record's values for the stored columns: phone and account sealed and indexed."""
    found = dict(zip(names, values, strict=True))
    for name in ("phone", "account"):
        if name in found:
            purpose = f"{kind}.{name}"
            found[f"{name}_index"], found[name] = _index(found[name], purpose), _sealed(found[name], purpose)
    return [found[name] for name in columns]
