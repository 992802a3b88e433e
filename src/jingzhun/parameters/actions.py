"""Writes on parameters."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.dispatch import Signal

from .models import Parameter

reference_loaded = Signal()  # `added`, `changed`: shipped values that are new or other than before; in the transaction

REFERENCE = Path(__file__).parent / "data" / "parameters.csv"


@transaction.atomic
def load_reference(path: Path = REFERENCE) -> int:
    """Bring the shipped values up to date; values that an officer set for an area or a day of their own stay."""
    before = {_key(row): row for row in Parameter.objects.all()}
    officers = {key for key, row in before.items() if not row.shipped}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_parameter(row) for row in csv.DictReader(file)]
    rows = [row for row in rows if _key(row) not in officers]
    added = [row for row in rows if _key(row) not in before]
    changed = [row for row in rows if _key(row) in before and _told(before[_key(row)]) != _told(row)]
    Parameter.objects.bulk_create(
        [*added, *changed],
        update_conflicts=True,
        unique_fields=["name", "area_code", "valid_from"],
        update_fields=["valid_until", "value", "unit", "source", "shipped"],
    )
    if added or changed:
        told = {" ".join(map(str, _key(row))): [_told(before[_key(row)]), _told(row)] for row in changed}
        reference_loaded.send(load_reference, added=len(added), changed=told)
    return len(rows)


def _key(row: Parameter) -> tuple[str, str, date]:
    return row.name, row.area_code, row.valid_from


def _told(row: Parameter) -> list[str]:
    """What a row says."""
    return [f"{row.value.normalize():f}", row.unit, str(row.valid_until or ""), row.source]


def _parameter(row: dict[str, str]) -> Parameter:
    return Parameter(
        name=row["name"],
        area_code=row["area"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_until=date.fromisoformat(row["valid_until"]) if row["valid_until"] else None,
        value=Decimal(row["value"]),
        unit=row["unit"],
        source=row["source"],
        shipped=True,
    )
