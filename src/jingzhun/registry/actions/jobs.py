"""What actions of background jobs share."""

from typing import Any

import psycopg
from django.db import connection
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import Task, configure_task


def defer(task: Task, **arguments: Any) -> None:
    """Put a job in line within the transaction at hand, so that row and job are there together or not at all.

    The web's own connector does that too; the worker's has a session of its own and would put it in line at once.
    """
    manager = JobManager(DjangoConnector())
    configure_task(name=task.name, job_manager=manager, queue=task.queue, lock=task.lock).defer(**arguments)


def has_job(queue: str, number: int) -> bool:
    """Whether a job of a queue waits or is at work for a record; one query."""
    return _has_job(queue, number, ["todo", "doing"])


def waits(queue: str, number: int) -> bool:
    """Whether a job of a queue waits for a record, and has not begun; one query."""
    return _has_job(queue, number, ["todo"])


def _has_job(queue: str, number: int, states: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status::text = ANY(%s)"
            " AND queue_name = %s AND args ->> 'number' = %s)",
            [states, queue, str(number)],
        )
        return bool(cursor.fetchone()[0])


def is_disk_full(error: BaseException) -> bool:
    """Whether a disk, ours or the database's, has no room left."""
    causes: list[BaseException | None] = [error, error.__cause__]
    return any(
        isinstance(cause, psycopg.errors.DiskFull) or (isinstance(cause, OSError) and cause.errno in (28, 27, 122))
        for cause in causes
    )
