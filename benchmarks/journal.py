"""What the journal costs: decisions of eight writers at once with it against without, and verifying it."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

from benchmarks._county import make_county
from benchmarks.harness import Result, peak_megabytes, scratch_database, seconds

WRITERS = 8
ROUNDS = 4  # with and without the journal in turns, so that what disturbs the machine disturbs both
SECONDS = 3.0
ENTRIES = 100_000
GOAL = 60.0  # seconds for 400,000 entries

HOUSEHOLDS = 8_000  # a thousand for each writer: no two wait for the same row


def run() -> Iterator[Result]:
    with scratch_database():
        yield from _decisions()
        yield from _verifying()


def _decisions() -> Iterator[Result]:
    from django.db import connection

    make_county(HOUSEHOLDS)
    name = str(connection.settings_dict["NAME"])
    done = threading.Event()
    sealer = threading.Thread(target=_keep_sealing, args=[done])
    rates: dict[bool, list[float]] = {True: [], False: []}
    with _writers(name) as rate:
        rate(False, 0.5), rate(True, 0.5)  # connections and plans
        sealer.start()
        for _ in range(ROUNDS):
            for journaled in (False, True):
                rates[journaled].append(rate(journaled, SECONDS))
        done.set()
        sealer.join()
    without, with_ = (statistics.median(rates[journaled]) for journaled in (False, True))
    detail = f"{with_:.0f} against {without:.0f} a second, {WRITERS} processes, sealing meanwhile"
    yield Result("decisions per second with the journal, against without", with_ / without, detail=detail)


class _writers:
    """Eight processes with a connection each, that decide for some seconds when told to."""

    def __init__(self, database: str) -> None:
        spawn = get_context("spawn")
        self.pipes, self.processes = [], []
        for number in range(WRITERS):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_write, args=(database, number, theirs), daemon=True)
            process.start()
            self.pipes.append(ours)
            self.processes.append(process)

    def __enter__(self) -> Callable[[bool, float], float]:
        for pipe in self.pipes:
            pipe.recv()
        return self.rate

    def rate(self, journaled: bool, duration: float) -> float:
        """Decisions per second of all together."""
        for pipe in self.pipes:
            pipe.send((journaled, duration))
        with ThreadPoolExecutor(WRITERS) as pool:
            return sum(pool.map(lambda pipe: pipe.recv(), self.pipes))

    def __exit__(self, *_error: Any) -> None:
        for pipe in self.pipes:
            pipe.send(None)
        for process in self.processes:
            process.join(30)


def _write(database: str, number: int, pipe: Any) -> None:
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")
    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    connection.ensure_connection()
    pipe.send("ready")
    serial = 0
    while order := pipe.recv():
        journaled, duration = order
        begin, made = time.perf_counter(), 0
        while time.perf_counter() - begin < duration:
            _decide(number * 1000 + serial % 1000 + 1, journaled)
            serial, made = serial + 1, made + 1
        pipe.send(made / (time.perf_counter() - begin))
    connection.close()


def _decide(place: int, journaled: bool) -> None:
    """One real decision: a household is locked, judged and changed (with its history), its entry written or not."""
    from django.db import transaction

    from jingzhun.journal.actions import SYSTEM, Decision, record
    from jingzhun.registry.models import Household

    with transaction.atomic():
        household = (
            Household.objects.select_for_update(of=("self",)).only("number", "village_code", "bank").get(pk=place)
        )
        before = household.bank
        household.bank = "农业银行" if before == "信用社" else "信用社"
        household.save(update_fields=["bank"])
        if journaled:
            told = {"row": f"household {place}", "changed": {"bank": [before, household.bank]}}
            where = ("household", household.number, household.village_code)
            record(Decision("registry.household_edited", *where, why="换存折", values=told), by=SYSTEM)


def _keep_sealing(done: threading.Event) -> None:
    """Far more often than the job does, so that it cannot be said to have waited."""
    from django.db import connection

    from jingzhun.journal.actions.sealing import seal

    while not done.wait(0.5):
        seal()
    seal()
    connection.close()


def _verifying() -> Iterator[Result]:
    from django.db import transaction

    from jingzhun.journal.actions import SYSTEM, Decision, record_many
    from jingzhun.journal.actions.sealing import seal
    from jingzhun.journal.models import Entry
    from jingzhun.journal.queries import prove, verify

    told = {"from": "village", "to": "town", "votes": [31, 2, 1], "income": "2410.50", "on": "2014-05-20"}
    for first in range(0, ENTRIES, 10_000):
        with transaction.atomic():
            record_many(
                (
                    Decision("bench.sent_on", "case", str(number), "610426102201", "公示期满", values=told)
                    for number in range(first, first + 10_000)
                ),
                by=SYSTEM,
            )
    taken = seconds(seal)
    yield Result("entries sealed per second", ENTRIES / taken, "entries/s", detail=f"{taken:.1f} s")
    assert verify().ok
    entries = Entry.objects.count()
    per = seconds(verify) * ENTRIES / entries
    detail = f"{entries} entries; the demo county's 400,000 at this pace in {per * 4:.0f} s"
    yield Result("verifying 100,000 entries", per, "s", GOAL / 4, at_most=True, detail=detail)
    yield Result("peak memory of verifying", peak_megabytes(), "MB", detail="with the sealing")
    last = Entry.objects.latest("pk").pk
    yield Result("proof of one entry", seconds(lambda: [prove(last - n * 37) for n in range(50)]) * 20, "ms")
