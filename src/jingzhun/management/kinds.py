"""Kinds of projects: the code list `data/kinds.csv`, with the three key projects marked."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jingzhun.policy.dictionary import speaks_english

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Kind:
    """A kind: `key` is one of the county's three key projects; `households`: it is for single households."""

    code: str
    zh: str
    en: str
    key: bool
    households: bool

    @property
    def label(self) -> str:
        """Its name in the language of the screen."""
        return self.en if speaks_english() else self.zh


@cache
def kinds() -> dict[str, Kind]:
    """Kinds by code."""
    with (DATA / "kinds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]: Kind(row["code"], row["zh"], row["en"], row["key"] == "yes", row["households"] == "yes")
        for row in rows
    }


def label(code: str) -> str:
    """In the language of the screen; the code itself if it is none."""
    return kinds()[code].label if code in kinds() else code


def choices() -> list[tuple[str, str]]:
    return [(code, kind.label) for code, kind in kinds().items()]


def key_kinds() -> tuple[str, ...]:
    """The three key projects."""
    return tuple(code for code, kind in kinds().items() if kind.key)
