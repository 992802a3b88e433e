"""The cause of poverty as a notice may tell it: in general words, never an illness (data/public_causes.csv)."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

from jingzhun.registry.causes import county_causes

PUBLIC = Path(__file__).parent / "data" / "public_causes.csv"


def county_cause_of(cause: str, area_code: str, on: date) -> str:
    """The county's own cause that holds one of the official twelve; empty where there is no grouping."""
    groups = county_causes(area_code, on)
    return next((name for name, causes in groups.items() if cause in causes), "")


def public_words(cause: str, area_code: str, on: date, language: str = "zh") -> str:
    """What a notice says of an official cause."""
    return _words().get(county_cause_of(cause, area_code, on), {}).get(language, "")


def english_words() -> dict[str, str]:
    """The English of each general cause, by what a notice says in Chinese."""
    return {words["zh"]: words["en"] for words in _words().values()}


@cache
def _words() -> dict[str, dict[str, str]]:
    with PUBLIC.open(encoding="utf-8", newline="") as file:
        return {row["county_cause"]: {"zh": row["zh"], "en": row["en"]} for row in csv.DictReader(file)}
