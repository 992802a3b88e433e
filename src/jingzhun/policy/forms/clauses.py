"""The clauses of a condition as they are typed: rows of fact, operator and value in blocks, or the text itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from jingzhun.methods.conditions import LONGEST, BadCondition, Kind, sql
from jingzhun.policy.dictionary import HOUSEHOLD, MEMBER, FactEntry, facts, kinds_of
from jingzhun.policy.problems import told_of
from jingzhun.policy.rules.clauses import (
    MOST_BLOCKS,
    MOST_CLAUSES,
    OPERATORS,
    Block,
    Clauses,
    Does,
    NoForm,
    Row,
    to_clauses,
    to_condition,
)
from jingzhun.policy.rules.entitlement import condition_of
from jingzhun.policy.wording import UNITS

LABELS: dict[Does, str | Promise] = {
    Does.BELOW: pgettext_lazy("operator", "below"),
    Does.AT_MOST: pgettext_lazy("operator", "at most"),
    Does.EQUAL: pgettext_lazy("operator", "equal to"),
    Does.UNEQUAL: pgettext_lazy("operator", "not equal to"),
    Does.AT_LEAST: pgettext_lazy("operator", "at least"),
    Does.ABOVE: pgettext_lazy("operator", "above"),
    Does.AMONG: pgettext_lazy("operator", "is one of"),
    Does.NOT_AMONG: pgettext_lazy("operator", "is none of"),
    Does.YES: pgettext_lazy("operator", "yes"),
    Does.NO: pgettext_lazy("operator", "no"),
    Does.UNKNOWN: pgettext_lazy("operator", "is unknown"),
    Does.KNOWN: pgettext_lazy("operator", "is known"),
}
OF_DAYS: dict[Does, str | Promise] = {
    Does.BELOW: pgettext_lazy("operator", "before"),
    Does.AT_MOST: pgettext_lazy("operator", "not after"),
    Does.EQUAL: pgettext_lazy("operator", "on"),
    Does.UNEQUAL: pgettext_lazy("operator", "not on"),
    Does.AT_LEAST: pgettext_lazy("operator", "not before"),
    Does.ABOVE: pgettext_lazy("operator", "after"),
}
VALUELESS = (Does.YES, Does.NO, Does.UNKNOWN, Does.KNOWN)
LONGEST_CODE = 40


@dataclass
class Typed:
    """A row as it stands in the form."""

    fact: str = ""
    does: str = ""
    number: str = ""
    times: str = ""
    day: str = ""
    codes: tuple[str, ...] = ()
    error: str = ""

    @property
    def entry(self) -> FactEntry | None:
        return facts().get(self.fact)

    @property
    def operators(self) -> list[tuple[str, str | Promise]]:
        if self.entry is None:
            return []
        named = LABELS | OF_DAYS if self.entry.kind == Kind.DAY else LABELS
        return [(str(each), named[each]) for each in OPERATORS[self.entry.kind]]

    @property
    def shows(self) -> str:
        """What stands behind the operator: number, day, codes, words or nothing."""
        if self.entry is None or self.does in VALUELESS:
            return ""
        if self.entry.kind == Kind.TEXT:
            return "codes" if self.entry.choices else "words"
        return {Kind.NUMBER: "number", Kind.DAY: "day"}.get(self.entry.kind, "")

    @property
    def unit(self) -> str:
        """What a number of it is counted in, in words."""
        unit = self.entry.unit if self.entry else ""
        return (str(UNITS[unit]) % {"number": ""}).strip() if unit in UNITS else ""

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        return [(code, label, code in self.codes) for code, label in self.entry.choices] if self.entry else []

    @property
    def words(self) -> str:
        return ", ".join(self.codes)


@dataclass
class Editor:
    """The clauses of one level, under a prefix of the form's names."""

    prefix: str
    level: str
    blocks: list[list[Typed]] = field(default_factory=list)
    any_of: bool = False
    as_text: bool = False
    text: str = ""
    errors: list[str] = field(default_factory=list)
    part: str = ""  # the words of the text that are wrong

    @property
    def of_persons(self) -> bool:
        return self.level == MEMBER

    @property
    def groups(self) -> list[tuple[str, list[FactEntry]]]:
        """Facts to choose from, those of persons first where persons are meant."""
        own = [each for each in facts().values() if each.level == self.level]
        if self.level == HOUSEHOLD:
            return [(gettext("of the household"), own)]
        household = [each for each in facts().values() if each.level == HOUSEHOLD]
        return [(gettext("of the person"), own), (gettext("of the household"), household)]

    @property
    def numbers(self) -> list[FactEntry]:
        """Facts that a number may be compared with."""
        return [each for _name, group in self.groups for each in group if each.kind == Kind.NUMBER]

    @property
    def drawn(self) -> list[tuple[int, list[tuple[str, Typed]]]]:
        """Blocks by their number, rows with the beginning of their names."""
        return [
            (at, [(f"{self.prefix}-{at}-{row}", each) for row, each in enumerate(block)])
            for at, block in enumerate(self.blocks)
        ]

    @property
    def marked_text(self) -> tuple[str, str, str] | None:
        """Before, the wrong words, after; None where they are not found as they stand."""
        if not self.part or self.part not in self.text:
            return None
        before, after = self.text.split(self.part, 1)
        return before, self.part, after

    def condition_text(self) -> str:
        """The condition; empty where nothing is said. What is wrong is told in `errors`."""
        self.errors, self.part = [], ""
        text = self.text.strip() if self.as_text else self._of_rows()
        if text and not self.errors:
            try:
                condition_of(text, self.level)
            except BadCondition as bad:
                self.errors.append(told_of(bad))
                self.part = bad.part
        return text

    def _of_rows(self) -> str:
        blocks = tuple(Block(tuple(filter(None, map(self._row, block)))) for block in self.blocks)
        condition = to_condition(Clauses(blocks, self.any_of))
        return sql(condition) if condition and not self.errors else ""

    def _row(self, typed: Typed) -> Row | None:
        if not typed.fact:
            return None
        try:
            return _row_of(typed)
        except ValueError as error:
            typed.error = str(error)
            self.errors.append(f"{typed.entry.label if typed.entry else typed.fact}: {error}")
            return None

    def apply(self, do: str) -> None:
        """Add or drop a row or a block, or turn to the text or back: `row:0`, `drop:0:1`, `block`, `text`, `rows`."""
        what, *at = do.split(":")
        places = [int(each) for each in at if each.isascii() and each.isdigit() and len(each) < 4]
        if what == "block" and len(self.blocks) < MOST_BLOCKS:
            self.blocks.append([Typed()])
        elif what == "row" and places and places[0] < len(self.blocks) and len(self.blocks[places[0]]) < MOST_CLAUSES:
            self.blocks[places[0]].append(Typed())
        elif what == "drop" and len(places) == 2 and places[0] < len(self.blocks):
            del self.blocks[places[0]][places[1] : places[1] + 1]
            self.blocks = [block for block in self.blocks if block] or [[Typed()]]
        elif what == "text":
            self.text, self.as_text = self.condition_text(), True
            self.errors = []
        elif what == "rows":
            self._to_rows()

    def _to_rows(self) -> None:
        """From the text to rows, if it has them; else it stays, and says why."""
        text = self.condition_text()
        if self.errors:
            return
        found = editor_of(self.prefix, self.level, text)
        if found.as_text:
            self.errors = [gettext("This says more than the rows can; it stays a text.")]
            return
        self.blocks, self.any_of, self.as_text = found.blocks, found.any_of, False


def _row_of(typed: Typed) -> Row:
    """Raises ValueError with what is wrong."""
    entry = typed.entry
    if entry is None:
        raise ValueError(gettext("there is no such fact"))
    if typed.does not in set(Does) or Does(typed.does) not in OPERATORS[entry.kind]:
        raise ValueError(gettext("choose what is asked of it"))
    does = Does(typed.does)
    if does in VALUELESS:
        return Row(typed.fact, does)
    if entry.kind == Kind.TEXT:
        if not typed.codes:
            raise ValueError(gettext("choose at least one"))
        return Row(typed.fact, does, codes=typed.codes)
    if entry.kind == Kind.DAY:
        return Row(typed.fact, does, day=_day(typed.day))
    if not typed.number.strip() and not typed.times:
        raise ValueError(gettext("a number is missing"))
    return Row(typed.fact, does, number=_number(typed.number), times=typed.times)


def _number(text: str) -> Decimal | None:
    text = text.strip().replace(",", "")
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or len(text) > 20 or "e" in text.lower():
        raise ValueError(gettext("“%(value)s” is no number") % {"value": text[:20]})
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(gettext("choose a day")) from error


def editor_of(prefix: str, level: str, text: str) -> Editor:
    """A stored condition as rows where it has them, else as text."""
    if not text:
        return Editor(prefix, level, [[Typed()]])
    try:
        found = to_clauses(condition_of(text, level), kinds_of(level))
    except (NoForm, BadCondition):
        return Editor(prefix, level, [[Typed()]], as_text=True, text=text)
    blocks = [[_typed(row) for row in block.rows] for block in found.blocks]
    return Editor(prefix, level, blocks or [[Typed()]], found.any_of, text=text)


def _typed(row: Row) -> Typed:
    number = "" if row.number is None else f"{row.number.normalize():f}"
    return Typed(row.fact, str(row.does), number, row.times, str(row.day or ""), row.codes)


def editor_posted(prefix: str, level: str, data: Any) -> Editor:
    """What was typed. `data`: a QueryDict."""
    blocks = [
        [_read(data, f"{prefix}-{at}-{row}", level) for row in rows]
        for at, rows in sorted(_places(prefix, data).items())
    ]
    return Editor(
        prefix,
        level,
        blocks or [[Typed()]],
        data.get(f"{prefix}-any") == "yes",
        data.get(f"{prefix}-as") == "text",
        data.get(f"{prefix}-text", "").replace("\0", "")[: LONGEST + 1],
    )


def _places(prefix: str, data: Iterable[str]) -> Mapping[int, list[int]]:
    """Rows by their block, as the names of the form say."""
    found: dict[int, set[int]] = {}
    for name in data:
        parts = name.split("-")
        if len(parts) == 4 and parts[0] == prefix and parts[3] == "fact" and all(map(_short, parts[1:3])):
            found.setdefault(int(parts[1]), set()).add(int(parts[2]))
    kept = sorted(found)[:MOST_BLOCKS]
    return {at: sorted(found[at])[:MOST_CLAUSES] for at in kept}


def _short(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4


def _read(data: Any, name: str, level: str) -> Typed:
    fact = data.get(f"{name}-fact", "")
    typed = Typed(fact if fact in kinds_of(level) else "")
    if typed.entry is None:
        return typed
    allowed = [code for code, _label in typed.operators]
    does = data.get(f"{name}-does", "")
    typed.does = does if does in allowed else allowed[0]
    typed.number, typed.day = data.get(f"{name}-number", "")[:20], data.get(f"{name}-day", "")[:10]
    times = data.get(f"{name}-times", "")
    typed.times = times if kinds_of(level).get(times) == Kind.NUMBER else ""
    if typed.entry.choices:
        known = dict(typed.entry.choices)
        typed.codes = tuple(code for code in data.getlist(f"{name}-codes") if code in known)
    else:
        words = data.get(f"{name}-words", "").replace("，", ",").replace("、", ",").split(",")
        typed.codes = tuple(dict.fromkeys(word.strip()[:LONGEST_CODE] for word in words if word.strip()))
    return typed
