"""The public website under load: requests a second on its ordinary pages, from keep-alive connections on loopback.

python -m benchmarks public                      a site of its own, measured for a short while
python -m benchmarks.public http://127.0.0.1:8000 [SECONDS]    one that runs already
"""

import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks._site import served_site
from benchmarks.harness import Result

CONNECTIONS = 16
SECONDS = 60
MOST = 100_000  # requests, however fast it is
GOAL = 200
PAGES = ("/public/", "/public/notices/", "/public/standards/", "/public/statistics/", "/public/en/", "/public/hotline/")


@dataclass
class Measured:
    """Answers by status, seconds of each, and how long it all took."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    errors: int = 0

    @property
    def rate(self) -> float:
        return sum(self.statuses.values()) / self.seconds if self.seconds else 0.0

    def quantile(self, share: float) -> float:
        """Milliseconds within which that share was answered."""
        ordered = sorted(self.times)
        return ordered[int(share * (len(ordered) - 1))] * 1000 if ordered else 0.0


def run() -> Iterator[Result]:
    with served_site() as site:
        found = measure(site.url, (*PAGES, f"/public/n/{site.notice}/"), SECONDS)
    detail = f"{sum(found.statuses.values()):,} in {found.seconds:.0f} s, half within {found.quantile(0.5):.1f} ms"
    detail += f", 99 % within {found.quantile(0.99):.0f} ms"
    yield Result("public website: requests a second", found.rate, "/s", GOAL, detail=detail)
    wrong = found.errors + sum(count for status, count in found.statuses.items() if status != 200)
    yield Result("public website: wrong answers", wrong, "", 0, at_most=True)


def measure(url: str, pages: tuple[str, ...], seconds: float) -> Measured:
    """Ask for the pages in turn, as often as they are answered."""
    return asyncio.run(_measure(url, pages, seconds))


async def _measure(url: str, pages: tuple[str, ...], seconds: float) -> Measured:
    found, begin = Measured(), time.perf_counter()
    parts = urlsplit(url)
    until = begin + seconds
    turned = (pages[n % len(pages) :] + pages[: n % len(pages)] for n in range(CONNECTIONS))
    workers = (_ask(parts.hostname or "", parts.port or 80, each, until, found) for each in turned)
    await asyncio.gather(*workers)
    found.seconds = time.perf_counter() - begin
    return found


async def _ask(host: str, port: int, pages: tuple[str, ...], until: float, found: Measured) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    turn = 0
    while time.perf_counter() < until and len(found.times) < MOST:
        head = f"GET {pages[turn % len(pages)]} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n"
        turn, begin = turn + 1, time.perf_counter()
        try:
            writer.write(head.encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length.split(b":")[1]))
        except (OSError, asyncio.IncompleteReadError, StopIteration):
            found.errors += 1
            writer.close()
            reader, writer = await asyncio.open_connection(host, port)
            continue
        found.statuses[int(answer.split(b" ", 2)[1])] += 1
        found.times.append(time.perf_counter() - begin)
    writer.close()


if __name__ == "__main__":
    measured = measure(sys.argv[1], PAGES, float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS)
    print(f"{measured.rate:.0f} requests/s, {dict(measured.statuses)}, {measured.errors} errors, "
          f"half within {measured.quantile(0.5):.1f} ms, 99 % within {measured.quantile(0.99):.0f} ms")  # fmt: skip
