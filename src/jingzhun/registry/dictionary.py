"""The register's dictionary: its fields with their official headers, and its dated code lists.

Both are data (`data/fields.csv`, `data/codes.csv`), each row with its source; this module reads them once.
"""

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Code:
    """One entry of a code list; `code` is stored, the labels are shown, the aliases are understood on import."""

    list: str
    code: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    source: str

    @property
    def label(self) -> str:
        """In the language of the screen."""
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Field:
    """One column of the register. `kind`: text, int, money, decimal, date, bool, code, codes, id, phone, account.

    Nothing outside of `low` to `high`, and no text that does not match `pattern` as a whole, can be true; what lies
    outside of the usual ones is rare. Patterns mean the same to Python; `usual_pattern` also to PostgreSQL.
    """

    sheet: str
    name: str
    zh: str
    en: str
    kind: str
    code_list: str
    unit: str
    aliases: tuple[str, ...]
    national: bool
    low: Decimal | None
    high: Decimal | None
    usual_low: Decimal | None
    usual_high: Decimal | None
    pattern: str
    usual_pattern: str
    zh_label: str
    en_label: str

    @property
    def label(self) -> str:
        """What a screen calls it: the header, unless the dictionary says more."""
        if (get_language() or "").startswith("en"):
            return self.en_label or self.en
        return self.zh_label or self.zh

    @property
    def header(self) -> str:
        """The official header in the language of the screen."""
        return self.en if (get_language() or "").startswith("en") else self.zh

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header under which the column is recognised."""
        return (self.zh, self.en, *self.aliases)


@cache
def codes(name: str) -> dict[str, Code]:
    """A code list by stored code, in its official order. Raises KeyError for an unknown list."""
    return _all_codes()[name]


@cache
def understood(name: str) -> dict[str, str]:
    """Every wording of a code list (label in either language, alias, the code itself), folded, to its stored code."""
    wordings: dict[str, str] = {}
    for entry in codes(name).values():
        for wording in (entry.code, entry.zh, entry.en, *entry.aliases):
            wordings.setdefault(fold(wording), entry.code)
    return wordings


def label(name: str, code: str | None) -> str:
    """Label of a stored code in the language of the screen; empty for none, the code itself if unknown."""
    if not code:
        return ""
    entry = codes(name).get(code)
    return entry.label if entry else code


def choices(name: str, on: date | None = None) -> list[tuple[str, str]]:
    """(code, label) pairs in force on a day (default: all) for forms and filters."""
    return [
        (entry.code, entry.label)
        for entry in codes(name).values()
        if on is None or (entry.valid_from <= on and (entry.valid_until is None or on < entry.valid_until))
    ]


@cache
def fields(sheet: str | None = None) -> tuple[Field, ...]:
    """Columns of a sheet (household, member, survey), or of all."""
    return tuple(field for field in _all_fields() if sheet in (None, field.sheet))


@cache
def field(sheet: str, name: str) -> Field:
    return next(field for field in fields(sheet) if field.name == name)


def fold(text: str) -> str:
    """Text for comparison: full-width forms narrowed (NFKC), all white space removed, lower case."""
    if text.isascii() and text.isalnum():
        return text.lower()  # nothing to narrow or to remove
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


@cache
def _all_codes() -> dict[str, dict[str, Code]]:
    lists: dict[str, dict[str, Code]] = defaultdict(dict)
    with (DATA / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists[row["list"]][row["code"]] = Code(
                row["list"],
                row["code"],
                row["zh"],
                row["en"],
                _split(row["aliases"]),
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
                row["source"],
            )
    return dict(lists)


@cache
def _all_fields() -> tuple[Field, ...]:
    with (DATA / "fields.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Field(
                row["sheet"],
                row["name"],
                row["zh"],
                row["en"],
                row["kind"],
                row["code_list"],
                row["unit"],
                _split(row["aliases"]),
                row["national"] == "yes",
                _number(row["low"]),
                _number(row["high"]),
                _number(row["usual_low"]),
                _number(row["usual_high"]),
                row["pattern"],
                row["usual_pattern"],
                row["zh_label"],
                row["en_label"],
            )
            for row in csv.DictReader(file)
        )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)
