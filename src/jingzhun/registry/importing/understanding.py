"""Rows of a sheet, each understood by itself.

Nothing here knows of other rows, of households put together from them, or of the database: so several processes can
understand one sheet side by side (`helpers`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from operator import getitem
from typing import Any, NamedTuple

from jingzhun.methods.sealing import Keyring, blind_index
from jingzhun.registry.rules.derive import id_columns, name_columns
from jingzhun.registry.rules.ids import Problem as IdProblem
from jingzhun.registry.workbook.problems import Fault
from jingzhun.registry.workbook.reader import Sheet

from .columns import EMPTY_BYTES, NULL, Column, Heading, rendered

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
SEALED = ("phone", "account")  # of a household


@dataclass(frozen=True)
class Secrets:
    """What personal values are sealed with, as the settings have it."""

    keys: str
    cipher: str
    digest_key: str

    @cached_property
    def _keyring(self) -> Keyring:
        return Keyring.parse(self.keys, self.cipher)

    @cached_property
    def _digest_key(self) -> bytes:
        return bytes.fromhex(self.digest_key)

    def sealed(self, text: str, purpose: str) -> str:
        """For COPY."""
        return EMPTY_BYTES + self._keyring.seal(text, purpose).hex() if text else EMPTY_BYTES

    def index(self, text: str, purpose: str) -> str:
        """For COPY."""
        return EMPTY_BYTES + blind_index(text, purpose, self._digest_key, self.cipher).hex() if text else NULL


@dataclass(frozen=True)
class Plan:
    """What there is to be read on a sheet: columns of households and surveys, those of the person, which columns of a
    person are stored, and what lines of households and surveys hold: (field, its empty cell), in this order.
    """

    sheet: Sheet
    header_row: int
    shared: list[Heading]
    own: list[Heading]
    stored: list[str]
    lines: dict[str, list[tuple[str, str]]]
    secrets: Secrets

    @property
    def persons(self) -> bool:
        """Whether a row stands for a person."""
        return bool(self.own)


class Shared(NamedTuple):
    """The household's and the survey's columns of a row.

    `key`: the household's number or mark, "" if none; `numbered`: whether that cell holds anything. `household` and
    `survey` are lines for COPY, "" where nothing is told; `sealed` are phone and account with their blind indexes;
    `faults` are those of other columns, by position.
    """

    key: str | Fault
    numbered: bool
    household: str
    year: str
    survey: str
    sealed: dict[str, tuple[str, str]]
    faults: list[tuple[int, Fault]]


class Row(NamedTuple):
    """A row. `shared` is None where those cells are the same as in the row before; `member` is the end of a line for
    COPY, from the person's number on; `faults` are those of the person's columns.
    """

    number: int
    shared: Shared | None
    head: bool = True
    person: str = ""
    member: str = ""
    faults: list[tuple[int, Fault]] = []


class Understood(NamedTuple):
    """Rows of a block, with the raw shared cells of the first and of the last."""

    rows: list[Row]
    first: tuple[Any, ...] | None
    last: tuple[Any, ...] | None
    formulas: int


class Understanding:
    """Understands the blocks of a sheet; equal cells of a column are understood once."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.sheet, self.secrets = plan, plan.sheet, plan.secrets
        self.shared = [Column(each, plan.sheet) for each in plan.shared]
        self.own = [Column(each, plan.sheet) for each in plan.own]
        self.shared_at = {(each.field.sheet, each.field.name): i for i, each in enumerate(plan.shared)}
        self.person_at = {each.field.name: i for i, each in enumerate(plan.own)}
        self._names: dict[str, tuple[str, ...]] = {}
        self._stored_at = self._order() if plan.persons else []
        self._lines = [self._line(kind, plan.lines[kind]) for kind in ("household", "survey")]

    def understand(self, block: list[Any]) -> Understood:
        """Rows of a block. Raises WorkbookRefused or Unconventional."""
        rows: list[Row] = []
        first = previous = None
        split, persons = len(self.shared), self.plan.persons
        for number, raw in self.sheet.cells(block, [each.column for each in (*self.plan.shared, *self.plan.own)]):
            if number <= self.plan.header_row or not any(raw):
                continue
            cells = raw[:split]
            shared = self._shared(cells) if cells != previous or not rows else None
            rows.append(Row(number, shared, *self._person(raw[split:])) if persons else Row(number, shared))
            first, previous = cells if first is None else first, cells
        return Understood(rows, first, previous, self.sheet.formulas)

    def _shared(self, raw: tuple[Any, ...]) -> Shared:
        read: list[Any] = list(map(getitem, self.shared, raw))
        number, year = self.shared_at.get(("household", "number")), self.shared_at.get(("survey", "year"))
        key = "" if number is None else read[number]
        faults = self._take_out(read, self.plan.shared) if Fault in map(type, read) else []
        sealed = {}
        for name in SEALED:
            if text := read[self.shared_at["household", name]] if ("household", name) in self.shared_at else "":
                purpose = f"household.{name}"
                sealed[name] = self.secrets.sealed(text, purpose), self.secrets.index(text, purpose)
        lines = ["" if (line := write(read)) == empty else line for write, empty in self._lines]
        return Shared(
            key,
            number is not None and raw[number] not in (None, ""),
            lines[0],
            "" if year is None else read[year],
            lines[1],
            sealed,
            [fault for fault in faults if fault[0] != number],
        )

    def _line(self, kind: str, fields: list[tuple[str, str]]) -> tuple[Callable[[list[str]], str], str]:
        """What writes the line of a household or survey from a row as read, and a line that tells nothing."""
        empty = [nothing for _name, nothing in fields]
        places = [
            (place, self.shared_at[kind, name])
            for place, (name, _nothing) in enumerate(fields)
            if (kind, name) in self.shared_at
        ]

        def write(read: list[str]) -> str:
            cells = empty.copy()
            for place, i in places:
                cells[place] = read[i]
            return "\t".join(cells)

        return write, "\t".join(empty)

    def _person(self, raw: tuple[Any, ...]) -> tuple[bool, str, str, list[tuple[int, Fault]]]:
        """What Row says of the person, from `head` on."""
        read: list[Any] = list(map(getitem, self.own, raw))
        faults = self._take_out(read, self.plan.own) if Fault in map(type, read) else []
        at = self.person_at
        head = "relation" in at and read[at["relation"]] == "head"
        if "name" in at:
            read += self._name(read[at["name"]])
        if "id_number" in at:
            number = read[at["id_number"]]
            read += self._id(number, faults) if number else NO_ID
        if "phone" in at:
            read.append(self.secrets.sealed(read[at["phone"]], "member.phone"))
        person = read[at["number"]] if "number" in at else ""
        return head, person, "\t".join([person, *[read[i] for i in self._stored_at]]) + "\n", faults

    def _order(self) -> list[int]:
        """Where in a row read, lengthened by what follows from it, each stored column of a member stands."""
        names = [each.field.name for each in self.plan.own]
        for name, derived in (("name", NAME_COLUMNS), ("id_number", ID_COLUMNS), ("phone", ("phone",))):
            names += derived if name in self.person_at else ()
        last = {name: i for i, name in enumerate(names)}
        return [last[name] for name in self.plan.stored]

    def _name(self, name: str) -> tuple[str, ...]:
        if name not in self._names:
            found = name_columns(name)
            self._names[name] = tuple(rendered(found[each]) for each in NAME_COLUMNS)
        return self._names[name]

    def _id(self, number: str, faults: list[tuple[int, Fault]]) -> list[str]:
        """ID_COLUMNS of a number, for COPY; a fault of the number joins the others."""
        found = id_columns(number)
        if found["id_problem"] in ID_FAULTS:
            fault = Fault.of(ID_FAULTS[IdProblem(found["id_problem"])], length=len(number))
            faults.append((self.person_at["id_number"], fault))
        told = [found[name] for name in ID_COLUMNS[2:]]
        return [
            self.secrets.sealed(found["id_number"], "member.id_number"),
            self.secrets.index(found["id_key"], "member.id_number"),
            *(NULL if each is None else rendered(each) for each in told),
        ]

    @staticmethod
    def _take_out(read: list[Any], headings: list[Heading]) -> list[tuple[int, Fault]]:
        """The faulty cells of a row, which goes on as if they were empty."""
        faults = [(i, value) for i, value in enumerate(read) if type(value) is Fault]
        for i, _fault in faults:
            read[i] = headings[i].nothing
        return faults
