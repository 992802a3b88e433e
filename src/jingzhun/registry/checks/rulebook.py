"""The rules as data: `registry/data/checks.toml`, read once."""

import dataclasses
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from django.utils.translation import get_language

from jingzhun.registry import dictionary

SUBJECTS = ("member", "household", "survey", "spell", "village")
RELATIONS = frozenset({"household", "member", "survey", "survey_before", "spell", "village", "alias", "area"})
GIVEN = frozenset({"on", "year", "income_year", "focus", "judged"})
_BRACES = re.compile(r"\{([a-z_.]+)\}")


class Severity(StrEnum):
    ERROR = "error"  # cannot be true
    WARNING = "warning"  # hardly true: compare with the documents
    HINT = "hint"  # may well be true: look when there


@dataclass(frozen=True)
class Words:
    """A text in both languages; as text, in that of the screen."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Rule:
    """One check. `when` is a predicate on one row, `select` a query over relations; exactly one of them is given.

    `shows` names the values that a finding tells, each with its SQL; `field` is the one to correct.
    """

    code: str
    subject: str
    severity: Severity
    title: Words
    why: Words
    todo: Words
    source: str
    refuse: bool = False
    field: str = ""
    when: str = ""
    select: str = ""
    shows: MappingProxyType[str, str] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    @property
    def sql(self) -> str:
        """All SQL of the rule, as written."""
        return " ".join((self.when, self.select, *self.shows.values()))

    @property
    def thresholds(self) -> frozenset[str]:
        """Names of the parameters that the rule asks for."""
        return frozenset(name for name in _names(self.sql) if name not in RELATIONS | GIVEN and not is_set(name))

    @property
    def group(self) -> str:
        """The letters of the code: what kind of fault."""
        return self.code.partition("-")[0]


def _names(sql: str) -> set[str]:
    return set(_BRACES.findall(sql))


def is_set(name: str) -> bool:
    return name in sets() or name.startswith("codes.")


@cache
def _book() -> dict[str, Any]:
    with (dictionary.DATA / "checks.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def sets() -> dict[str, tuple[str, ...]]:
    """Named sets of codes that rules share, the men among the relations for example."""
    return {name: tuple(codes) for name, codes in _book()["sets"].items()}


def set_codes(name: str) -> tuple[str, ...]:
    """Members of a set; `codes.cause` is the whole code list `cause`. Raises KeyError."""
    return tuple(dictionary.codes(name.removeprefix("codes."))) if name.startswith("codes.") else sets()[name]


@cache
def groups() -> dict[str, Words]:
    """Kinds of faults by the letters that codes begin with, in the order of the book."""
    return {letters: Words(**words) for letters, words in _book()["groups"].items()}


@cache
def told() -> dict[str, tuple[Words, str, str]]:
    """Label, kind and code list of the values that findings tell and that are no column of the dictionary."""
    return {
        name: (Words(row["zh"], row["en"]), row.get("kind", "text"), row.get("codes", ""))
        for name, row in _book()["told"].items()
    }


def _rule(row: dict[str, Any]) -> Rule:
    words: dict[str, Any] = {name: Words(**row.pop(name)) for name in ("title", "why", "todo")}
    severity, shows = Severity(row.pop("severity")), MappingProxyType(row.pop("shows", {}))
    return Rule(severity=severity, shows=shows, **words, **row)


RULES: MappingProxyType[str, Rule] = MappingProxyType({row["code"]: _rule(dict(row)) for row in _book()["rule"]})


def rule(code: str) -> Rule:
    """The rule of a code. Raises KeyError."""
    return RULES[code]


def rules(codes: Iterable[str] | None = None) -> list[Rule]:
    """Rules in the order of the book: those of some codes, or all."""
    if codes is None:
        return list(RULES.values())
    wanted = frozenset(codes)
    if unknown := wanted - RULES.keys():
        raise KeyError(", ".join(sorted(unknown)))
    return [each for each in RULES.values() if each.code in wanted]
