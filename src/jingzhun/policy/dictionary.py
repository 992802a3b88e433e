"""The dictionary of facts that policies may ask for: `data/facts.csv`, with the code lists of facts that are codes.

Each fact has one definition in SQL (`queries.facts`), of a household or of a member. Nobody's value is guessed: what is
not recorded is unknown. A *count* of members is known only if it is recorded of every member; that *somebody* is, is
true as soon as it is recorded of one. What follows from something else that is recorded is known: whoever has an
education is not at school, nobody under three is; no child under sixteen counts as labour.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from jingzhun.methods.conditions import Kind
from jingzhun.registry.dictionary import choices as register_choices

DATA = Path(__file__).parent / "data"
HOUSEHOLD, MEMBER = "household", "member"


def speaks_english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class FactEntry:
    """One fact: `level` household or member, `since` the first year of which it is recorded.

    `sql` is its definition; `over` (count, any) makes one of the household of what holds for its members.
    """

    name: str
    level: str
    kind: Kind
    zh: str
    en: str
    unit: str
    meaning_zh: str
    meaning_en: str
    code_list: str
    source: str
    since: int
    over: str
    sql: str

    @property
    def label(self) -> str:
        return self.en if speaks_english() else self.zh

    @property
    def meaning(self) -> str:
        return self.meaning_en if speaks_english() else self.meaning_zh

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(code, label) pairs of a fact that is a code."""
        if not self.code_list:
            return []
        own = _codes().get(self.code_list)
        if own is None:
            return register_choices(self.code_list)
        return [(code, en if speaks_english() else zh) for code, (zh, en) in own.items()]


@cache
def facts() -> dict[str, FactEntry]:
    """Every fact by name, in the order of the dictionary."""
    with (DATA / "facts.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: FactEntry(**row | {"kind": Kind(row["kind"]), "since": int(row["since"])})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        }


@cache
def kinds_of(level: str) -> dict[str, Kind]:
    """What a condition of a level may ask for: one of a member also for the facts of the household."""
    return {fact.name: fact.kind for fact in facts().values() if fact.level in (level, HOUSEHOLD)}


@cache
def names(level: str) -> tuple[str, ...]:
    """Facts of exactly this level, in order."""
    return tuple(fact.name for fact in facts().values() if fact.level == level)


@cache
def _codes() -> dict[str, dict[str, tuple[str, str]]]:
    lists: dict[str, dict[str, tuple[str, str]]] = {}
    with (DATA / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["list"], {})[row["code"]] = (row["zh"], row["en"])
    return lists
