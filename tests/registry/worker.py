"""What the worker would do, done at once within a test's own transaction."""

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def work_off(*queues: str) -> int:
    """Do the jobs that wait in these queues, else in all, in their order; number of jobs."""
    done = 0
    waiting = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    while job := (waiting.filter(queue_name__in=queues) if queues else waiting).first():
        app.tasks[job.task_name](**job.args)
        _end(job.pk)
        done += 1
    return done


def lose_jobs() -> None:
    """All jobs are gone, as after a worker that died once too often."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events")
        cursor.execute("DELETE FROM procrastinate_jobs")


def _end(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", [number])
