"""`jingzhun serve`: web and worker together."""

import errno
import hashlib
import multiprocessing
import os
import socket
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from django.utils import translation
from django.utils.translation import gettext as _

from .output import Json, Refused, console, language, print_json, say, setup

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where this machine asks itself
THREADS = 4  # per web process; each may hold one database connection


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; others than this machine need JINGZHUN_HOSTS.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Web processes.", min=1)] = min(4, os.cpu_count() or 1),
    as_json: Json = False,
) -> None:
    """Serve the county's site and work off its jobs, until Ctrl-C. Makes and migrates the database when need be.

    Says when it is ready.

    Example: jingzhun serve --port 8123
    """
    setup(database=False)
    _check_port(host, port)
    if not as_json:
        say(_("Getting the database and the pages ready …"))
    setup()
    collect_static()
    close_media()
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from jingzhun.database.jobs import Worker

    multiprocessing.set_start_method("spawn", force=True)  # a fork would share our threads and database session
    worker = Worker()
    web = Granian(
        "jingzhun.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.warning,
    )
    web.on_startup(threading.Thread(target=_announce, args=(host, port, as_json), daemon=True).start)
    web.on_startup(worker.start)
    try:
        web.serve()
    finally:
        worker.stop()


def collect_static() -> bool:
    """Gather, hash and compress static files into STATIC_ROOT, when any has changed since; True if any had."""
    import fasteners
    from django.conf import settings
    from django.core.management import call_command

    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    done = root / ".collected"
    with fasteners.InterProcessLock(root.with_name(f".{root.name}.lock")):
        state = _static_state()
        if done.exists() and done.read_text() == state:
            return False
        with console.status(_("Gathering static files…")):
            call_command("collectstatic", interactive=False, verbosity=0)
        done.write_text(state)  # last: an interrupted run is run again
    return True


def close_media() -> None:
    """Photos that an earlier version left open to every user of the machine are closed to them."""
    from django.conf import settings

    from jingzhun.database.backup import close_to_others

    close_to_others(Path(settings.MEDIA_ROOT))


def _static_state() -> str:
    """Changes with the path, size or time of any static file, and with the way they are stored."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    state = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            state.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return state.hexdigest()


def _check_port(host: str, port: int) -> None:
    """Raises Refused where nobody could listen."""
    told = {"host": host, "port": port}
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = _(
                "Port %(port)s of %(host)s is taken, perhaps by another `jingzhun serve`: choose another by --port."
            )
        elif error.errno == errno.EACCES:
            text = _("This user may not listen on port %(port)s: choose one from 1024 on by --port.")
        else:
            text = _("This machine cannot listen on %(host)s: give an address of its own by --host.")
        raise Refused(text % told) from error


def _announce(host: str, port: int, as_json: bool) -> None:
    """Said once a web process listens: whoever reads it may connect."""
    from django.conf import settings

    _wait_until_it_listens(ANYWHERE.get(host, host), port)
    url, logins = f"http://{host}:{port}/", settings.DEMO_LOGINS
    if as_json:
        print_json({"url": url, "pid": os.getpid(), "logins": logins})
        return
    with translation.override(language()):  # this thread has none of its own
        say(_("Ready: Jingzhun serves %(url)s (Ctrl-C ends it).") % {"url": url})
    for login in logins:
        say("  " + "  ".join(login.values()))


def _wait_until_it_listens(host: str, port: int) -> None:
    """The web processes begin after the server; until one does, nobody is let in."""
    while True:
        try:
            socket.create_connection((host, port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
