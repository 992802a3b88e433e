"""The default scorecards: `data/cards.csv` and `data/indicators.csv`, with their source named."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def default_cards() -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Values of each card with those of its indicators."""
    for row in _rows("cards.csv"):
        card: dict[str, Any] = {name: row[name] for name in ("subject", "title", "title_en", "document")}
        card |= {"first_year": int(row["first_year"]), "last_year": int(row["last_year"]) if row["last_year"] else None}
        card["bands"] = pairs(row["bands"])
        yield card, [_indicator(line, at) for at, line in enumerate(_lines(row["code"]), 1)]


def _lines(card: str) -> list[dict[str, str]]:
    return [row for row in _rows("indicators.csv") if row["card"] == card]


def _indicator(row: dict[str, str], position: int) -> dict[str, Any]:
    texts = ("code", "group", "group_en", "name", "name_en", "kind", "weight", "unit")
    return {name: row[name] for name in texts} | {
        "position": position,
        "figures": row["figures"].split("+") if row["figures"] else [],
        "counted": row["counted"] == "yes",
        "empty": row["empty"] or "0",
        "full": row["full"] or "100",
        "steps": pairs(row["steps"]),
    }


def pairs(text: str) -> list[list[str]]:
    """`95:1;80:0.6` as pairs."""
    return [part.split(":") for part in text.split(";")] if text else []
