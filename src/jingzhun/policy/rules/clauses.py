"""The editor's form of a condition: clauses of fact, operator and value, and blocks of them.

All blocks must hold and of each block one clause, or the other way round: one block that holds as a whole. What says
more than that has no form and is edited as text. A form becomes a condition and the condition the same form again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from jingzhun.methods.conditions import (
    All,
    Among,
    Arithmetic,
    Compare,
    Condition,
    Constant,
    Fact,
    Holds,
    IsUnknown,
    Kind,
    Not,
    Operand,
    Some,
)

MOST_BLOCKS, MOST_CLAUSES, MOST_CODES = 12, 12, 60


class Does(StrEnum):
    """What is asked of a fact."""

    BELOW = "<"
    AT_MOST = "<="
    EQUAL = "="
    UNEQUAL = "<>"
    AT_LEAST = ">="
    ABOVE = ">"
    AMONG = "in"
    NOT_AMONG = "not_in"
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    KNOWN = "known"


COMPARES = (Does.BELOW, Does.AT_MOST, Does.EQUAL, Does.UNEQUAL, Does.AT_LEAST, Does.ABOVE)
OPERATORS: dict[Kind, tuple[Does, ...]] = {
    Kind.NUMBER: (*COMPARES, Does.UNKNOWN, Does.KNOWN),
    Kind.DAY: (*COMPARES, Does.UNKNOWN, Does.KNOWN),
    Kind.TEXT: (Does.AMONG, Does.NOT_AMONG, Does.UNKNOWN, Does.KNOWN),
    Kind.FLAG: (Does.YES, Does.NO, Does.UNKNOWN, Does.KNOWN),
}
OPPOSITE = {"<": ">=", "<=": ">", "=": "<>", "<>": "=", ">=": "<", ">": "<="}
MIRRORED = {"<": ">", "<=": ">=", "=": "=", "<>": "<>", ">=": "<=", ">": "<"}


@dataclass(frozen=True)
class Row:
    """One clause. A number is compared with a number, or with so many times another fact (`number` None: once)."""

    fact: str
    does: Does
    number: Decimal | None = None
    times: str = ""
    day: date | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Clauses:
    """The whole: all blocks, of each at least one row; or, with `any_of`, at least one block with all its rows."""

    blocks: tuple[Block, ...] = ()
    any_of: bool = False


class NoForm(ValueError):
    """The condition says more than the form can."""


def to_condition(clauses: Clauses) -> Condition | None:
    """The condition that a form says; None of an empty one."""
    parts = [_block(block, clauses.any_of) for block in clauses.blocks if block.rows]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0]
    return Some(tuple(parts)) if clauses.any_of else All(tuple(parts))


def _block(block: Block, any_of: bool) -> Condition:
    rows = tuple(_row(row) for row in block.rows)
    if len(rows) == 1:
        return rows[0]
    return All(rows) if any_of else Some(rows)


def _row(row: Row) -> Condition:
    fact = Fact(row.fact)
    match row.does:
        case Does.YES:
            return Holds(fact)
        case Does.NO:
            return Not(Holds(fact))
        case Does.UNKNOWN:
            return IsUnknown(fact)
        case Does.KNOWN:
            return Not(IsUnknown(fact))
        case Does.AMONG:
            return Among(fact, tuple(Constant(code) for code in row.codes))
        case Does.NOT_AMONG:
            return Not(Among(fact, tuple(Constant(code) for code in row.codes)))
    return Compare(str(row.does), fact, _right(row))


def _right(row: Row) -> Operand:
    if row.day is not None:
        return Constant(row.day)
    if not row.times:
        return Constant(Decimal(0) if row.number is None else row.number)
    return Fact(row.times) if row.number is None else Arithmetic("*", Constant(row.number), Fact(row.times))


def to_clauses(condition: Condition, kinds: Mapping[str, Kind]) -> Clauses:
    """The form of a condition. Raises NoForm."""
    flat = _flat(_without_not(condition, False))
    if isinstance(flat, Some):
        if any(isinstance(part, All) for part in flat.parts):
            return _limited(Clauses(tuple(_rows(part, All, kinds) for part in flat.parts), any_of=True))
        return _limited(Clauses((_rows(flat, Some, kinds),)))
    parts = flat.parts if isinstance(flat, All) else (flat,)
    return _limited(Clauses(tuple(_rows(part, Some, kinds) for part in parts)))


def _limited(clauses: Clauses) -> Clauses:
    if len(clauses.blocks) > MOST_BLOCKS or any(len(block.rows) > MOST_CLAUSES for block in clauses.blocks):
        raise NoForm
    return clauses


def _without_not(condition: Condition, negated: bool) -> Condition:
    """The same with its negations at the single clauses (Kleene's logic knows De Morgan's laws too)."""
    match condition:
        case Not(part):
            return _without_not(part, not negated)
        case All(parts) | Some(parts):
            inner = tuple(_without_not(part, negated) for part in parts)
            return All(inner) if isinstance(condition, All) != negated else Some(inner)
        case Compare(sign, left, right) if negated:
            return Compare(OPPOSITE[sign], left, right)
    return Not(condition) if negated else condition


def _flat(condition: Condition) -> Condition:
    """The same without one kind within its own."""
    match condition:
        case All(parts):
            return All(tuple(_opened(parts, All)))
        case Some(parts):
            return Some(tuple(_opened(parts, Some)))
    return condition


def _opened(parts: Sequence[Condition], kind: type[All] | type[Some]) -> Iterator[Condition]:
    for part in map(_flat, parts):
        if isinstance(part, All | Some) and isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _rows(part: Condition, inner: type[All] | type[Some], kinds: Mapping[str, Kind]) -> Block:
    if isinstance(part, All | Some) and isinstance(part, inner):
        return Block(tuple(_clause(each, kinds) for each in part.parts))
    return Block((_clause(part, kinds),))


def _clause(condition: Condition, kinds: Mapping[str, Kind]) -> Row:
    """Raises NoForm."""
    match condition:
        case Holds(Fact(name)):
            return Row(name, Does.YES)
        case Not(Holds(Fact(name))):
            return Row(name, Does.NO)
        case IsUnknown(Fact(name)):
            return Row(name, Does.UNKNOWN)
        case Not(IsUnknown(Fact(name))):
            return Row(name, Does.KNOWN)
        case Among(Fact(name), constants) if kinds[name] == Kind.TEXT:
            return Row(name, Does.AMONG, codes=_codes(constants))
        case Not(Among(Fact(name), constants)) if kinds[name] == Kind.TEXT:
            return Row(name, Does.NOT_AMONG, codes=_codes(constants))
        case Compare(sign, Fact(name), right):
            return _compared(sign, name, right, kinds[name])
        case Compare(sign, left, Fact(name)):
            return _compared(MIRRORED[sign], name, left, kinds[name])
    raise NoForm


def _codes(constants: Sequence[Constant]) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(str(each.value) for each in constants))
    if len(codes) > MOST_CODES:
        raise NoForm
    return codes


def _compared(sign: str, name: str, right: Operand, kind: Kind) -> Row:
    match right:
        case Constant(bool() as value) if sign in ("=", "<>"):
            return Row(name, Does.YES if value == (sign == "=") else Does.NO)
        case Constant(Decimal() as value):
            return Row(name, Does(sign), number=value)
        case Constant(date() as value):
            return Row(name, Does(sign), day=value)
        case Constant(str() as value) if sign in ("=", "<>"):
            return Row(name, Does.AMONG if sign == "=" else Does.NOT_AMONG, codes=(value,))
        case Fact(other) if kind == Kind.NUMBER:
            return Row(name, Does(sign), times=other)
        case Arithmetic("*", Constant(Decimal() as value), Fact(other)):
            return Row(name, Does(sign), number=value, times=other)
        case Arithmetic("*", Fact(other), Constant(Decimal() as value)):
            return Row(name, Does(sign), number=value, times=other)
    raise NoForm
