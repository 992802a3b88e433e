"""Processes that understand the rows of a large sheet side by side.

Each is fed block by block through its own pipes, and leaves when they close: so none stays behind when this process
ends, even by kill -9. They know no Django and begin in a quarter of a second.

    python -m jingzhun.registry.importing.helpers
"""

import gc
import logging
import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any

from jingzhun.registry.workbook.problems import WorkbookRefused
from jingzhun.registry.workbook.xlsx import Unconventional

from .understanding import Plan, Understanding, Understood

HELPERS = min(2, os.cpu_count() or 1)  # more would wait for the process that puts the households together
WORTHWHILE = 20_000_000  # bytes of XML, about 10,000 persons; less is read before helpers have begun
AHEAD = 2 * HELPERS  # blocks that are out at the same time

log = logging.getLogger(__name__)


def understood(plan: Plan) -> Generator[tuple[list[Any], Understood], None, None]:
    """The blocks of a sheet in their order, as they are and understood. Raises WorkbookRefused or Unconventional."""
    if plan.sheet.size < WORTHWHILE or HELPERS < 2:
        understanding = Understanding(plan)
        for block in plan.sheet.blocks():
            yield block, understanding.understand(block)
        return
    with _helpers(plan) as ask:
        out: deque[tuple[list[Any], Future[Understood]]] = deque()
        for block in plan.sheet.blocks():
            out.append((block, ask(block)))
            if len(out) > AHEAD:
                block, found = out.popleft()
                yield block, found.result()
        for block, found in out:
            yield block, found.result()


@contextmanager
def _helpers(plan: Plan) -> Iterator[Callable[[list[Any]], Future[Understood]]]:
    """A function that has a block understood by whichever helper is free."""
    idle: SimpleQueue[Helper] = SimpleQueue()
    helpers = [Helper(plan) for _ in range(HELPERS)]
    for each in helpers:
        idle.put(each)
    threads = ThreadPoolExecutor(HELPERS, thread_name_prefix="helper")
    try:
        yield lambda block: threads.submit(_ask, idle, block)
    finally:
        for each in helpers:
            each.process.kill()
        threads.shutdown(cancel_futures=True)
        for each in helpers:
            each.close()


def _ask(idle: "SimpleQueue[Helper]", block: list[Any]) -> Understood:
    helper = idle.get()
    try:
        return helper.understand(block)
    finally:
        idle.put(helper)


class Helper:
    """One such process, seen from here."""

    def __init__(self, plan: Plan) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._send(plan)

    def understand(self, block: list[Any]) -> Understood:
        """Raises what the process raised, or WorkbookRefused when it has died."""
        self._send(block)
        try:
            found = pickle.load(self.process.stdout)  # type: ignore[arg-type]  # noqa: S301 - our own process
        except (EOFError, pickle.UnpicklingError) as error:
            raise self._died() from error
        if isinstance(found, Exception):
            raise found
        return found

    def close(self) -> None:
        """After the process was killed."""
        self.process.wait()
        with suppress(BrokenPipeError):
            self.process.stdin.close()  # type: ignore[union-attr]
        self.process.stdout.close()  # type: ignore[union-attr]

    def _send(self, what: Any) -> None:
        try:
            pickle.dump(what, self.process.stdin, pickle.HIGHEST_PROTOCOL)  # type: ignore[arg-type]
            self.process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError as error:
            raise self._died() from error

    def _died(self) -> WorkbookRefused:
        log.error("a process that read a workbook ended with exit code %s", self.process.wait())
        return WorkbookRefused("job_died")


def main() -> None:
    """Understand blocks from standard input until it ends."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    gc.disable()  # there are no cycles, and much to look through
    understanding = Understanding(pickle.load(source))  # noqa: S301 - from the process that began this one
    found: Understood | Exception
    while True:
        try:
            block = pickle.load(source)  # noqa: S301
        except EOFError:
            return
        try:
            found = understanding.understand(block)
        except (WorkbookRefused, Unconventional) as error:
            found = error
        pickle.dump(found, target, pickle.HIGHEST_PROTOCOL)
        target.flush()


if __name__ == "__main__":
    main()
