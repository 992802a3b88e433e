"""The worker of background jobs. One works at a time per database; a second one waits to take over.

Being alone makes recovery simple: whoever holds the lock knows that every job still marked as being done was left
behind by a worker that died, and puts it back. The lock belongs to a database session, so it ends with its holder,
however that ends; and a worker that loses its session ends too, since another may be at work already.
"""

import logging
import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess
from typing import Any

import psycopg

WORKER = 0x776F726B  # "work": number of the advisory lock of the one worker
ATTEMPTS = 3  # a job that took its worker down this often is given up
RESTART_SECONDS = 1
STOP_SECONDS = 10

log = logging.getLogger(__name__)


def leave_with_parent() -> None:
    """End this process when the one that spawned it ends, even by kill -9, which tells nobody."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_leave_after, args=[parent], name="leave-with-parent", daemon=True).start()


class Worker:
    """A worker process, started anew when it ends by itself."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: BaseProcess | None = None
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """Let running jobs end for a moment; what is not done then starts anew with the next worker."""
        self._stopping.set()
        if self._process:
            self._process.terminate()
        self._keeper.join(STOP_SECONDS)
        if self._process and self._process.is_alive():
            self._process.kill()

    def _keep(self) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork would share this process's connections and threads
        while not self._stopping.is_set():
            self._process = spawn.Process(target=run_worker, name="jingzhun-worker", daemon=True)
            self._process.start()
            if self._stopping.is_set():
                self._process.terminate()
            self._process.join()
            self._stopping.wait(RESTART_SECONDS)


def run_worker() -> None:
    """Work off jobs until told to stop by SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, and it tells us
    leave_with_parent()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")
    import django

    django.setup()
    from procrastinate.contrib.django import app

    session = _take_the_lock()
    put_back_orphans(session)
    threading.Thread(target=_leave_with_session, args=[session], name="leave-with-session", daemon=True).start()
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        worker_app.run_worker(concurrency=2)


def put_back_orphans(session: "psycopg.Connection[Any]") -> int:
    """Jobs marked as being done, though no worker lives, go back to the queue; number of them.

    Call it only under the worker's lock. A cancelled job ends as cancelled, and one that failed its worker too often
    ends as failed.
    """
    rows = session.execute(
        "SELECT id, attempts, abort_requested FROM procrastinate_jobs WHERE status = 'doing'"
    ).fetchall()
    for job, attempts, cancelled in rows:
        if cancelled or attempts + 1 >= ATTEMPTS:
            end = "aborted" if cancelled else "failed"
            session.execute("SELECT procrastinate_finish_job_v1(%s, %s::procrastinate_job_status, false)", [job, end])
            log.warning("job %s was left behind by a worker that died, and ends as %s", job, end)
        else:
            session.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job])
            log.warning("job %s was left behind by a worker that died, and is put back", job)
    session.execute("DELETE FROM procrastinate_workers")
    return len(rows)


def _take_the_lock() -> "psycopg.Connection[Any]":
    """A session of its own that holds the worker's lock; waits while another worker holds it."""
    from django.db import connection

    params = connection.get_connection_params()
    plain = {name: value for name, value in params.items() if name not in ("cursor_factory", "context", "row_factory")}
    # Keepalives find a server that vanished without a word (another machine, by DATABASE_URL) within a minute.
    session = psycopg.connect(**plain, autocommit=True, keepalives_idle=30, keepalives_interval=10, keepalives_count=3)
    session.execute("SELECT pg_advisory_lock(%s)", [WORKER])
    return session


def _leave_with_session(session: "psycopg.Connection[Any]") -> None:
    try:
        for _ in session.notifies():  # none is awaited: this returns when the session breaks
            pass
    except psycopg.Error as error:
        log.warning("the worker lost its database session and starts anew: %s", str(error).strip())
    os._exit(1)


def _leave_after(parent: Any) -> None:
    parent.join()
    os._exit(0)
