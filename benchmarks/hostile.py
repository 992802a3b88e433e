"""Ten thousand hostile submissions against a running server: it stays up, and nothing dangerous is stored.

python -m benchmarks hostile        a site of its own
python -m benchmarks.hostile 500    the same with fewer
"""

import http.client
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from PIL import Image

from benchmarks._hostile import MARK, Submission, submissions
from benchmarks._site import ENTRIES, Site, served_site
from benchmarks.harness import Result

MANY = 10_000
THREADS = 4
ANSWERS = {200, 400, 403, 409, 413, 429}


def run(many: int = MANY) -> Iterator[Result]:
    with served_site() as site:
        begin = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as pool:
            found = sum(pool.map(lambda n: _attack(site, n, many // THREADS), range(THREADS)), Counter())
        lasted = time.perf_counter() - begin
        up = _get(site, "/healthz") == 200 and _get(site, f"/public/n/{site.notice}/") == 200
        dangerous = _dangerous(site)
        kept = len(site.stored()["texts"])
    wrong = sum(count for status, count in found.items() if status not in ANSWERS)
    detail = f"{dict(sorted(found.items()))} in {lasted:.0f} s, {kept:,} kept"
    yield Result("hostile submissions answered", sum(found.values()), "", many // THREADS * THREADS, detail=detail)
    yield Result("answered wrongly, or not at all", wrong, "", 0, at_most=True)
    yield Result("server up afterwards", float(up), "", 1)
    yield Result("dangerous texts and pictures kept", dangerous, "", 0, at_most=True)


def _attack(site: Site, number: int, many: int) -> Counter[int]:
    """Statuses of the answers; 0 where there was none."""
    statuses: Counter[int] = Counter()
    tokens, cookie = _forms(site)
    for turn, each in enumerate(islice(submissions(number, lambda: next(tokens), cookie, ENTRIES), many)):
        statuses[_send(site, each, cookie, f"10.{number}.{turn // 250}.{turn % 250}")] += 1
    return statuses


def _forms(site: Site) -> tuple[Iterator[str], str]:
    """Signed tokens of forms, each fetched anew, and the cookie that goes with them."""

    def fetch(cookie: str = "") -> tuple[str, str]:
        link = http.client.HTTPConnection(site.host, site.port, timeout=60)
        link.request(
            "GET", f"/public/n/{site.notice}/object/", headers={"Cookie": f"csrftoken={cookie}"} if cookie else {}
        )
        answer = link.getresponse()
        page = answer.read().decode()
        given = re.search(r"csrftoken=(\w+)", answer.getheader("Set-Cookie") or "")
        link.close()
        return re.search(r'name="token" value="([^"]+)"', page)[1], given[1] if given else cookie  # type: ignore[index]

    first, cookie = fetch()

    def tokens() -> Iterator[str]:
        yield first
        while True:
            yield fetch(cookie)[0]

    return tokens(), cookie


def _send(site: Site, each: Submission, cookie: str, origin: str) -> int:
    headers = {"Content-Type": each.media_type, "Cookie": f"csrftoken={cookie}", "X-Forwarded-For": origin}
    link = http.client.HTTPConnection(site.host, site.port, timeout=120)
    try:
        link.request("POST", f"/public/n/{site.notice}/object/", each.body, headers)
        answer = link.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException) as error:
        print(f"{each.kind}: {error!r}", file=sys.stderr)
        return 0
    finally:
        link.close()


def _get(site: Site, path: str) -> int:
    link = http.client.HTTPConnection(site.host, site.port, timeout=60)
    link.request("GET", path)
    return link.getresponse().status


def _dangerous(site: Site) -> int:
    """Texts with signs that are none, and files that are anything but a picture of our own."""
    texts = [text for row in site.stored()["texts"] for text in row]
    found = sum(
        len(text) > 2000 or any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in text.replace("\n", ""))
        for text in texts
    )
    for path in (site.made.var / "media").rglob("*"):
        if path.is_file():
            body = path.read_bytes()
            with Image.open(path) as picture:
                ours = picture.format == "JPEG" and path.suffix == ".jpg" and not picture.getexif()
            found += not ours or any(mark in body for mark in (MARK.encode(), b"<?php", b"<script", b"PK\x03\x04"))
    return found


if __name__ == "__main__":
    for result in run(int(sys.argv[1]) if len(sys.argv) > 1 else MANY):
        print(f"{result.claim}: {result.value:g} {result.detail}")
