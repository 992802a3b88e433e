"""Kinds of measures and policies: the code list `data/kinds.csv`."""

import csv
from functools import cache

from .dictionary import DATA, speaks_english


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    with (DATA / "kinds.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["zh"], row["en"]) for row in csv.DictReader(file)}


def codes() -> tuple[str, ...]:
    return tuple(_kinds())


def label(code: str) -> str:
    """In the language of the screen; the code itself if it is none."""
    zh, en = _kinds().get(code, (code, code))
    return en if speaks_english() else zh


def choices() -> list[tuple[str, str]]:
    return [(code, label(code)) for code in _kinds()]
