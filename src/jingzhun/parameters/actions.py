"""Writes on parameters."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from .models import Parameter

REFERENCE = Path(__file__).parent / "data" / "parameters.csv"


@transaction.atomic
def load_reference(path: Path = REFERENCE) -> int:
    """Bring the shipped values up to date; values that an officer set for an area or a day of their own stay."""
    officers = set(Parameter.objects.filter(shipped=False).values_list("name", "area_code", "valid_from"))
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_parameter(row) for row in csv.DictReader(file)]
    rows = [row for row in rows if (row.name, row.area_code, row.valid_from) not in officers]
    Parameter.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["name", "area_code", "valid_from"],
        update_fields=["valid_until", "value", "unit", "source", "shipped"],
    )
    return len(rows)


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
