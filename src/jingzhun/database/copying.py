"""Many new rows at once by COPY: several times quicker than INSERT, and their keys are not told."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault


def insert_by_copy(rows: Sequence[models.Model]) -> int:
    """Insert new rows of one model, in their order; number of rows. Raises what an INSERT would: IntegrityError."""
    if not rows:
        return 0
    fields = _written(rows[0])
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    statement = f"COPY {quote(rows[0]._meta.db_table)} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields])
    return len(rows)


def _written(row: models.Model) -> list[Any]:
    """Fields that a new row brings itself: not its key, nor what the database works out or fills in."""
    return [
        field
        for field in row._meta.concrete_fields
        if not isinstance(field, models.AutoField)
        and not getattr(field, "generated", False)
        and not isinstance(getattr(row, field.attname), DatabaseDefault)
    ]
