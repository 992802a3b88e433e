"""Conditions over facts: one text, one answer, whether asked of one household in Python or of a county in SQL.

Written as an SQL predicate (`per_capita < poverty_line AND (ill_members >= 1 OR attribute IN ('low_income'))`), read by
sqlglot and turned into the few forms below; whatever has no form here is refused, so nothing else can run through it.
A fact that is not known makes its clause unknown, as NULL does in SQL (Kleene's three values).
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

LONGEST, DEEPEST = 4_000, 40  # characters; forms within each other
WHOLE, PLACES = 10, 2  # digits of a fact that is a number: before and after the point
LONGEST_NUMBER, DIGITS = 18, 38  # of a constant before the point; of whatever is worked out, in any database
BEYOND_A_WORD = 19  # digits from which on a database works out in more than a machine's word
EXACT = Context(prec=DIGITS)
Value = Decimal | str | bool | date | None
Truth = bool | None  # None: unknown
Facts = Mapping[str, Value]


class Kind(StrEnum):
    """What a fact is: yuan or a count, a code, yes or no, a day."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"
    DAY = "day"


class BadCondition(ValueError):
    """A text that is no condition: `problem` says what is wrong, `part` in which words of it."""

    def __init__(self, problem: str, part: str = "") -> None:
        super().__init__(f"{problem}: {part}" if part else problem)
        self.problem, self.part = problem, part


@dataclass(frozen=True)
class Constant:
    value: Decimal | str | bool | date


@dataclass(frozen=True)
class Fact:
    name: str


@dataclass(frozen=True)
class Arithmetic:
    """A sum, difference or product of numbers."""

    sign: str
    left: "Operand"
    right: "Operand"


Operand = Constant | Fact | Arithmetic


@dataclass(frozen=True)
class Compare:
    sign: str
    left: Operand
    right: Operand


@dataclass(frozen=True)
class Among:
    """The operand is one of some constants."""

    operand: Operand
    constants: tuple[Constant, ...]


@dataclass(frozen=True)
class Holds:
    """A flag is set."""

    fact: Fact


@dataclass(frozen=True)
class IsUnknown:
    """A fact is not known: the only clause that is never unknown itself."""

    fact: Fact


@dataclass(frozen=True)
class Not:
    part: "Condition"


@dataclass(frozen=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Some:
    parts: tuple["Condition", ...]


Condition = Compare | Among | Holds | IsUnknown | Not | All | Some


@dataclass(frozen=True)
class Clause:
    """A condition answered for one household: its words, what is known and missing of its facts, its parts."""

    text: str
    answer: Truth
    known: Mapping[str, Value]
    missing: frozenset[str]
    parts: tuple["Clause", ...] = ()


SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*",
}  # fmt: skip
ARITHMETIC = ("+", "-", "*")
WORKS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply,
}  # fmt: skip
ORDERED = (Kind.NUMBER, Kind.DAY)


def read(text: str, kinds: Mapping[str, Kind]) -> Condition:
    """Read a condition over facts of some kinds. Raises BadCondition naming the words that are wrong."""
    if not text.strip():
        raise BadCondition("empty")
    if len(text) > LONGEST:
        raise BadCondition("too_long")
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
        return _condition(tree, kinds, 0)
    except (SqlglotError, RecursionError) as error:
        raise BadCondition("not_understood", text[:200]) from error


def _condition(node: exp.Expr, kinds: Mapping[str, Kind], depth: int) -> Condition:
    if depth > DEEPEST:
        raise BadCondition("too_deep")
    match node:
        case exp.Paren():
            return _condition(node.this, kinds, depth + 1)
        case exp.And() | exp.Or():
            parts = tuple(_condition(part, kinds, depth + 1) for part in node.flatten())
            return All(parts) if isinstance(node, exp.And) else Some(parts)
        case exp.Not():
            return Not(_condition(node.this, kinds, depth + 1))
        case exp.Column():
            fact = _fact(node, kinds)
            _require_kind(fact, kinds, Kind.FLAG, node)
            return Holds(fact)
        case exp.Is(expression=exp.Null()) if isinstance(node.this, exp.Column):
            return IsUnknown(_fact(node.this, kinds))
        case exp.Between() if not node.args.get("symmetric"):
            low, high = (exp.GTE(this=node.this, expression=node.args["low"]),
                         exp.LTE(this=node.this, expression=node.args["high"]))  # fmt: skip
            return All((_compare(low, kinds, depth), _compare(high, kinds, depth)))
        case exp.In() if node.expressions:
            return _among(node, kinds, depth)
        case exp.EQ() | exp.NEQ() | exp.LT() | exp.LTE() | exp.GT() | exp.GTE():
            return _compare(node, kinds, depth)
    raise BadCondition("no_such_form", node.sql(dialect="duckdb"))


def _compare(node: exp.Expr, kinds: Mapping[str, Kind], depth: int) -> Compare:
    left, right = (_operand(side, kinds, depth + 1) for side in (node.this, node.expression))
    kind = _alike(left, right, kinds, node)
    sign = SIGNS[type(node)]
    if sign not in ("=", "<>") and kind not in ORDERED:
        raise BadCondition("has_no_order", node.sql(dialect="duckdb"))
    _require_fitting(_larger(_size(left), _size(right)), node)
    return Compare(sign, left, right)


def _among(node: exp.In, kinds: Mapping[str, Kind], depth: int) -> Among:
    operand = _operand(node.this, kinds, depth + 1)
    constants = []
    for each in node.expressions:
        constant = _operand(each, kinds, depth + 1)
        if not isinstance(constant, Constant):
            raise BadCondition("list_of_constants", node.sql(dialect="duckdb"))
        _alike(operand, constant, kinds, node)
        constants.append(constant)
    _require_fitting(max((_larger(_size(operand), _size(each)) for each in constants), key=sum), node)
    return Among(operand, tuple(constants))


def _operand(node: exp.Expr, kinds: Mapping[str, Kind], depth: int) -> Operand:
    if depth > DEEPEST:
        raise BadCondition("too_deep")
    match node:
        case exp.Paren():
            return _operand(node.this, kinds, depth + 1)
        case exp.Column():
            return _fact(node, kinds)
        case exp.Literal():
            return Constant(str(node.this) if node.is_string else _number(node.this))
        case exp.Boolean():
            return Constant(bool(node.this))
        case exp.Neg(this=exp.Literal()) if not node.this.is_string:
            return Constant(-_number(node.this.this))
        case exp.Cast() if node.to.is_type("date") and isinstance(node.this, exp.Literal) and node.this.is_string:
            return Constant(_day(node.this.this))
        case exp.Add() | exp.Sub() | exp.Mul():
            left, right = (_operand(side, kinds, depth + 1) for side in (node.this, node.expression))
            for side in (left, right):
                _require_kind(side, kinds, Kind.NUMBER, node)
            worked = Arithmetic(SIGNS[type(node)], left, right)
            _require_fitting(_size(worked), node)
            return worked
    raise BadCondition("no_such_form", node.sql(dialect="duckdb"))


def _fact(node: exp.Column, kinds: Mapping[str, Kind]) -> Fact:
    if node.table or node.name not in kinds:
        raise BadCondition("no_such_fact", node.sql(dialect="duckdb"))
    return Fact(node.name)


def _number(text: str) -> Decimal:
    if not text.replace(".", "", 1).isdecimal() or not text.isascii():
        raise BadCondition("no_number", text)
    number = Decimal(text)
    if max(_size(Constant(number))) > LONGEST_NUMBER:
        raise BadCondition("too_large", text[:60])
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadCondition("no_day", text) from error


def _size(operand: Operand) -> tuple[int, int]:
    """Digits of a number before and after the point, as a database reckons them of what it works out."""
    match operand:
        case Constant(Decimal() as value):
            places = max(-int(value.as_tuple().exponent), 1)
            return max(len(f"{abs(value):f}".partition(".")[0]), 1), places
        case Arithmetic(sign, left, right):
            one, other = _size(left), _size(right)
            if sign == "*":
                return one[0] + other[0], one[1] + other[1]
            whole, places = _larger(one, other)
            return whole + 1, places
    return WHOLE, PLACES


def _larger(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), max(one[1], other[1])


def _require_fitting(size: tuple[int, int], node: exp.Expr) -> None:
    """What has more digits a database would refuse at some household, or round."""
    if sum(size) > DIGITS:
        raise BadCondition("too_large", node.sql(dialect="duckdb"))


def _kind(operand: Operand, kinds: Mapping[str, Kind]) -> Kind:
    match operand:
        case Fact(name):
            return kinds[name]
        case Arithmetic():
            return Kind.NUMBER
        case Constant(bool()):
            return Kind.FLAG
        case Constant(Decimal()):
            return Kind.NUMBER
        case Constant(date()):
            return Kind.DAY
    return Kind.TEXT


def _require_kind(operand: Operand, kinds: Mapping[str, Kind], kind: Kind, node: exp.Expr) -> None:
    if _kind(operand, kinds) != kind:
        raise BadCondition(f"no_{kind}", node.sql(dialect="duckdb"))


def _alike(left: Operand, right: Operand, kinds: Mapping[str, Kind], node: exp.Expr) -> Kind:
    kind = _kind(left, kinds)
    if _kind(right, kinds) != kind:
        raise BadCondition("different_kinds", node.sql(dialect="duckdb"))
    return kind


def answer(condition: Condition, facts: Facts) -> Truth:
    """What a condition says of one household; None where a fact that is not known would decide."""
    match condition:
        case All(parts):
            return _all(answer(part, facts) for part in parts)
        case Some(parts):
            return _negated(_all(_negated(answer(part, facts)) for part in parts))
        case Not(part):
            return _negated(answer(part, facts))
        case IsUnknown(fact):
            return facts.get(fact.name) is None
        case Holds(fact):
            value = facts.get(fact.name)
            return None if value is None else bool(value)
        case Compare(sign, left, right):
            return _worked(sign, _value(left, facts), _value(right, facts))
        case Among(operand, constants):
            value = _value(operand, facts)
            return None if value is None else any(value == each.value for each in constants)


def explain(condition: Condition, facts: Facts) -> Clause:
    """The answer clause by clause."""
    names = facts_of(condition)
    known = {name: facts[name] for name in sorted(names) if facts.get(name) is not None}
    inner: Sequence[Condition] = ()
    match condition:
        case All(parts) | Some(parts):
            inner = parts
        case Not(part):
            inner = (part,)
    return Clause(
        sql(condition),
        answer(condition, facts),
        known,
        frozenset(names - known.keys()),
        tuple(explain(part, facts) for part in inner),
    )


def wanting(clause: Clause) -> frozenset[str]:
    """Facts that would settle an unknown answer: those missing in the clauses that are still open."""
    if clause.answer is not None:
        return frozenset()
    return frozenset().union(*map(wanting, clause.parts)) if clause.parts else clause.missing


def facts_of(condition: Condition | Operand) -> frozenset[str]:
    """Names of the facts that are asked for."""
    return frozenset(_facts_of(condition))


def sql(condition: Condition) -> str:
    """The condition as SQL of DuckDB and PostgreSQL; `read` takes it back as it is."""
    return _text(condition, _as_said)


def query(condition: Condition) -> str:
    """The same as SQL to be run: what is worked out has the room that it needs.

    DuckDB works out decimals of fewer than 19 digits in a machine's word, and stops at whatever does not fit there.
    """
    return _text(condition, _as_worked_out)


Writer = Callable[..., Sequence[str]]  # operands that are compared with each other -> their texts


def _text(condition: Condition, write: Writer) -> str:
    match condition:
        case All(parts):
            return " AND ".join(_within(part, write) for part in parts)
        case Some(parts):
            return " OR ".join(_within(part, write) for part in parts)
        case Not(part):
            return f"NOT {_within(part, write)}"
        case IsUnknown(fact):
            return f"{_written(fact)} IS NULL"
        case Holds(fact):
            return _written(fact)
        case Compare(sign, left, right):
            return f" {sign} ".join(write(left, right))
        case Among(operand, constants):
            first, *others = write(operand, *constants)
            return f"{first} IN ({', '.join(others)})"


def _as_said(*operands: Operand) -> Sequence[str]:
    return [_written(each) for each in operands]


def _as_worked_out(*operands: Operand) -> Sequence[str]:
    if not any(isinstance(each, Arithmetic) for each in operands):
        return _as_said(*operands)
    places = max(_size(each)[1] for each in operands)
    return [f"CAST({_worked_out(each)} AS DECIMAL({DIGITS}, {places}))" for each in operands]


def _worked_out(operand: Operand) -> str:
    if not isinstance(operand, Arithmetic):
        return _written(operand)
    return f" {operand.sign} ".join(_with_room(side) for side in (operand.left, operand.right))


def _with_room(operand: Operand) -> str:
    whole, places = _size(operand)
    return f"CAST({_worked_out(operand)} AS DECIMAL({max(whole + places, BEYOND_A_WORD)}, {places}))"


def _all(answers: Iterator[Truth]) -> Truth:
    found = set(answers)
    return False if False in found else None if None in found else True


def _negated(answered: Truth) -> Truth:
    return None if answered is None else not answered


def _value(operand: Operand, facts: Facts) -> Value:
    match operand:
        case Constant(value):
            return value
        case Fact(name):
            return facts.get(name)
        case Arithmetic(sign, left, right):
            return _worked(sign, _value(left, facts), _value(right, facts))


def _worked(sign: str, left: Value, right: Value) -> Any:
    return None if left is None or right is None else WORKS[sign](left, right)


def _facts_of(condition: Condition | Operand) -> Iterator[str]:
    match condition:
        case Fact(name):
            yield name
        case All(parts) | Some(parts):
            for part in parts:
                yield from _facts_of(part)
        case Not(inner) | Holds(inner) | IsUnknown(inner) | Among(inner, _):
            yield from _facts_of(inner)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            yield from _facts_of(left)
            yield from _facts_of(right)


def _within(condition: Condition, write: Writer) -> str:
    """Within another one: in brackets, where it has parts."""
    text = _text(condition, write)
    return f"({text})" if isinstance(condition, All | Some | Not) else text


def _written(operand: Operand) -> str:
    match operand:
        case Fact(name):
            return _quoted(name)
        case Constant(bool() as value):
            return "TRUE" if value else "FALSE"
        case Constant(Decimal() as value):
            return f"{value:f}"
        case Constant(date() as value):
            return f"DATE '{value.isoformat()}'"
        case Constant(str() as value):
            return "'" + value.replace("'", "''") + "'"
        case Arithmetic(sign, left, right):
            return f"({_exactly(left)} {sign} {_exactly(right)})"
    raise TypeError(operand)


@lru_cache(maxsize=1_000)
def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def _exactly(operand: Operand) -> str:
    """A whole number within arithmetic has a point, so that a database does not work it out in a machine's word."""
    text = _written(operand)
    return text if not isinstance(operand, Constant) or "." in text else f"{text}.0"
