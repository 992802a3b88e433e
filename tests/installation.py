"""An installation of its own for one test: a folder with its own server, keys and files, used as a county uses it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg

from jingzhun.database import server

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 180  # seconds; a bound for what hangs, not a measure


class Installation:
    """Commands run in processes of their own; nothing of the test run's own settings leaks in."""

    def __init__(self, database_url: str = "", **environment: str) -> None:
        self.var = Path(tempfile.mkdtemp(prefix="jz-", dir="/tmp"))
        foreign = ("JINGZHUN_", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "PYTEST_")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        self.environment |= {
            "LANGUAGE": "en",
            "JINGZHUN_VAR": str(self.var),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        } | environment
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        self.started: list[subprocess.Popen[str]] = []

    def copy(self) -> "Installation":
        """Another installation with the same keys, files and data. The server of this one must not run."""
        assert server.running(self.data) is None
        other = Installation()
        subprocess.run(["cp", "-a", f"{self.var}/.", str(other.var)], check=True)
        return other

    @property
    def data(self) -> Path:
        return self.var / "postgres"

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """Start `jingzhun <arguments>`."""
        return self._popen([str(Path(sys.executable).with_name("jingzhun")), *arguments], **options)

    def start_python(self, code: str, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        return self._popen([sys.executable, "-c", code, *arguments], **options)

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run `jingzhun <arguments>` to its end: what it printed, or, where it must fail, what it said on stderr."""
        return self._finish(self.start(*arguments), fails)

    def run_json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json"))

    def run_python(self, code: str, *arguments: str) -> str:
        return self._finish(self.start_python(code, *arguments), fails=False)

    def connect(self, database: str = "jingzhun") -> "psycopg.Connection[Any]":
        return psycopg.connect(server.start(self.data).url(database), autocommit=True)

    def value(self, query: str, *values: Any) -> Any:
        with self.connect() as connection:
            row = connection.execute(query, values).fetchone()
            return row[0] if row else None

    def kill_server(self) -> None:
        """As a power cut would: postmaster and all its children at once."""
        running = server.running(self.data)
        assert running is not None
        kill_tree(psutil.Process(running.pid))

    def kill_one_backend(self) -> None:
        """PostgreSQL itself then ends every session and recovers, and refuses new ones meanwhile."""
        session = self.connect()  # kept until its backend is found: a session nobody holds ends by itself
        backend = psutil.Process(session.info.backend_pid)
        backend.kill()
        backend.wait(PATIENCE)

    def stop_server(self) -> None:
        server.stop(self.data)

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                with suppress(psutil.NoSuchProcess):
                    kill_tree(psutil.Process(process.pid))
            process.communicate()
        if running := server.running(self.data):
            postmaster = psutil.Process(running.pid)
            postmaster.send_signal(signal.SIGQUIT)  # at once: nobody needs this data any more
            postmaster.wait(PATIENCE)
        shutil.rmtree(self.var)

    def _popen(self, command: list[str], **options: Any) -> "subprocess.Popen[str]":
        pipe = subprocess.PIPE
        settings = {"env": self.environment, "stdout": pipe, "stderr": pipe, "text": True} | options
        process = subprocess.Popen(command, **settings)
        self.started.append(process)
        return process

    def _finish(self, process: "subprocess.Popen[str]", fails: bool) -> str:
        printed, said = process.communicate(timeout=PATIENCE)
        assert bool(process.returncode) == fails, f"exit code {process.returncode}\n{printed}\n{said}"
        if fails:
            assert process.returncode == 1 and "Traceback" not in said, said
        return said if fails else printed


def kill_tree(process: psutil.Process) -> None:
    """kill -9 of a process and all that descend from it, at once."""
    family = [process, *process.children(recursive=True)]
    for each in family:
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's helpers come and go
            each.suspend()
    for each in family:
        with suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)
    psutil.wait_procs(family, timeout=PATIENCE)


def wait_until(happened: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := happened():
            return result
        time.sleep(0.05)
    raise AssertionError(f"in {PATIENCE} s it did not happen that {what}")
