"""What the parameters are called and may be, and the shipped units and sources in both languages.

All are data: `data/names.csv` has each parameter's group, names and bounds, `data/words.csv` the Chinese of what
`data/parameters.csv` says in English.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"
REFERENCE = DATA / "parameters.csv"


@dataclass(frozen=True)
class Kind:
    """One parameter. `yearly`: its value is of one calendar year."""

    name: str
    group: str
    zh: str
    en: str
    least: Decimal
    most: Decimal
    whole: bool
    yearly: bool
    unit: str

    @property
    def label(self) -> str:
        """In the language of the screen."""
        return self.en if _english() else self.zh

    @property
    def unit_label(self) -> str:
        return in_words(self.unit)


@cache
def kinds() -> dict[str, Kind]:
    """Every parameter by its name, in the order of the screens."""
    units = {row["name"]: row["unit"] for row in _rows(REFERENCE)}
    return {row["name"]: _kind(row, units[row["name"]]) for row in _rows(DATA / "names.csv")}


def in_words(text: str) -> str:
    """A unit or a source in the language of the screen; one that somebody typed stays as it is."""
    return text if _english() else _words().get(text, text)


@cache
def _words() -> dict[str, str]:
    return {row["en"]: row["zh"] for row in _rows(DATA / "words.csv")}


def _kind(row: dict[str, str], unit: str) -> Kind:
    return Kind(
        name=row["name"],
        group=row["group"],
        zh=row["zh"],
        en=row["en"],
        least=Decimal(row["least"]),
        most=Decimal(row["most"]),
        whole=row["whole"] == "yes",
        yearly=row["holds"] == "year",
        unit=unit,
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _english() -> bool:
    return (get_language() or "").startswith("en")
