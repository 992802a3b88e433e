"""The reference set of policies: `data/reference.csv`, examples with their source that a county starts from."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from .dictionary import DATA


@dataclass(frozen=True)
class ReferencePolicy:
    """One policy as it is shipped. Its notes belong to how one applies."""

    code: str
    zh: str
    en: str
    kind: str
    causes: tuple[str, ...]
    department: str
    how_to_apply: str
    how_to_apply_en: str
    condition: str
    member_condition: str
    per: str
    benefit: str
    amount: Decimal | None
    quantity: str
    times: int
    ceiling: Decimal | None
    once: bool
    valid_from: date
    source: str


@cache
def reference() -> tuple[ReferencePolicy, ...]:
    """The set, in its order."""
    with (DATA / "reference.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_read(row) for row in csv.DictReader(file))


def _read(row: dict[str, str]) -> ReferencePolicy:
    return ReferencePolicy(
        row["code"],
        row["zh"],
        row["en"],
        row["kind"],
        tuple(row["causes"].split()),
        row["department"],
        "；".join(filter(None, (row["how_zh"], row["note_zh"]))),
        " ".join(filter(None, (row["how_en"], row["note_en"]))),
        row["condition"],
        row["member_condition"],
        row["per"],
        row["benefit"],
        _number(row["amount"]),
        row["quantity"],
        int(row["times"]),
        _number(row["ceiling"]),
        row["once"] == "yes",
        date.fromisoformat(row["valid_from"]),
        row["source"],
    )


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None
