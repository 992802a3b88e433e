"""`jingzhun serve`: web and worker together."""

import signal
import threading
import time
from typing import Annotated

import typer

from .output import console, setup


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.")] = 2,
) -> None:
    """Serve the county's site and work off its jobs, until Ctrl-C."""
    setup()
    from django.core.management import call_command
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    call_command("collectstatic", interactive=False, verbosity=0)
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,), daemon=True)
    keeper.start()
    console.print(f"Jingzhun serves http://{host}:{port} (Ctrl-C ends it).")
    web = Granian(
        "jingzhun.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    try:
        web.serve()
    finally:
        stop.set()
        keeper.join(timeout=15)


def _keep_worker(stop: threading.Event) -> None:
    """Keep one worker alive; end it with us."""
    from jingzhun.database.jobs import start_worker

    worker = start_worker()
    while not stop.wait(1):
        if worker.poll() is not None:
            time.sleep(2)  # a worker that dies at once must not burn the machine
            worker = start_worker()
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=10)
