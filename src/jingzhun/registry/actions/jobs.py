"""What actions of background jobs share."""

import psycopg
from django.db import connection


def has_job(queue: str, number: int) -> bool:
    """Whether a job of a queue waits or is at work for a record; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
            " AND queue_name = %s AND args ->> 'number' = %s)",
            [queue, str(number)],
        )
        return bool(cursor.fetchone()[0])


def is_disk_full(error: BaseException) -> bool:
    """Whether a disk, ours or the database's, has no room left."""
    causes: list[BaseException | None] = [error, error.__cause__]
    return any(
        isinstance(cause, psycopg.errors.DiskFull) or (isinstance(cause, OSError) and cause.errno in (28, 27, 122))
        for cause in causes
    )
