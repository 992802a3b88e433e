"""What the benchmarks share: a scratch database, a clock, and the shape of a result."""

import importlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psutil

LOOK_SECONDS = 0.1  # between two looks at the memory


@dataclass(frozen=True)
class Result:
    """One measured claim. `value` is usually how many times faster we are; `goal` what it should be at least."""

    claim: str
    value: float
    unit: str = "x"
    goal: float | None = None
    at_most: bool = False
    detail: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None where there is no goal."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def measure(name: str) -> list[Result]:
    """Results of one benchmark module."""
    return list(importlib.import_module(f"benchmarks.{name}").run())


def seconds(work: Callable[[], Any]) -> float:
    """Wall-clock time of one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def best_of(times: int, work: Callable[[], Any]) -> float:
    """Shortest of several calls: the one that other programs disturbed least."""
    return min(seconds(work) for _ in range(times))


class Memory:
    """While it is entered: the largest resident size of this process and its children together, looked at often."""

    def __init__(self) -> None:
        self.peak = 0.0  # MB
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._watcher.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._watcher.join()

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._ended.wait(LOOK_SECONDS):
            total = 0
            for each in (this, *this.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    total += each.memory_info().rss
            self.peak = max(self.peak, total / 2**20)


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty, migrated database of this run's own, dropped at the end."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")
    django.setup()
    from django.db import connection

    connection.settings_dict["TEST"]["NAME"] = f"bench_jingzhun_{os.getpid()}"
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
