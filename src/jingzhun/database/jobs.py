"""The worker of background jobs, and the watch that keeps it company."""

import os
import subprocess
import sys
import threading
from typing import Any

WATCH = "JINGZHUN_WATCHED_PIPE"


def start_worker() -> subprocess.Popen[bytes]:
    """Start a worker process that ends by itself when this process ends, even by kill -9.

    The child holds the reading end of a pipe; when the last writing end closes with us, it reads the end and leaves.
    """
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    worker = subprocess.Popen(
        [sys.executable, "-m", "jingzhun.database.jobs"],
        env=os.environ | {WATCH: str(reading)},
        pass_fds=[reading],
        stdin=subprocess.DEVNULL,
    )
    os.close(reading)
    worker.lifeline = writing  # type: ignore[attr-defined]  # kept open as long as we live
    return worker


def run_worker() -> None:
    """Work off jobs until told to stop. Jobs of a worker that died are put back first."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")
    django.setup()
    from procrastinate.contrib.django import app

    if pipe := os.environ.get(WATCH):
        threading.Thread(target=_leave_with_parent, args=(int(pipe),), daemon=True).start()
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as worker_app:
        _put_back_orphans(worker_app)
        worker_app.run_worker(install_signal_handlers=True, concurrency=2, listen_notify=True)


def _put_back_orphans(app: Any) -> None:
    """Jobs marked as being done by a worker without a heartbeat go back to the queue."""
    import asyncio

    async def put_back() -> None:
        async with app.open_async():
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
                await app.job_manager.retry_job(job)

    asyncio.run(put_back())


def _leave_with_parent(pipe: int) -> None:
    os.read(pipe, 1)  # returns only when every writing end is closed
    os._exit(0)


if __name__ == "__main__":
    run_worker()
