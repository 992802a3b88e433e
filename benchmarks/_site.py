"""A public website of its own to be measured or attacked: an installation in /tmp, served on loopback."""

import json
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.installation import Installation

ENTRIES = 60
SEED = f"""
import os, json
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from jingzhun.database.prepare import prepare
from jingzhun.cli.serve import collect_static
prepare(); collect_static()
from datetime import date, timedelta
from django.utils import timezone
from jingzhun.parameters.models import Parameter
from tests.publicity.factories import make_item, make_notice
from tests.registry.factories import make_household, make_village
for name in ("form_posts_per_address", "objections_per_address", "objections_per_hour"):
    Parameter.objects.filter(name=name).update(value=10_000_000)
today = timezone.localdate()
for n in range(40):
    village = f"6104261022{{n + 10:02d}}"
    make_village(village)
    items = [make_item(f"case:{{n}}:{{k}}", head=f"张第{{k}}户") for k in range({ENTRIES} if n == 0 else 20)]
    notice = make_notice(area=village, items=items, opens_on=today - timedelta(days=n % 5))
    if n == 0:
        first = notice.number
    for k in range(6):
        make_household(village, members=[f"张{{n}}{{k}}"], survey={{"year": 2013}}, registered_on=date(2014, 10, 1))
print(json.dumps(first))
"""
COUNTED = """
import os, json
os.environ["DJANGO_SETTINGS_MODULE"] = "jingzhun.settings"
import django
django.setup()
from jingzhun.publicity.models import Objection, ObjectionPhoto
rows = [[row.text, row.missing, row.name, row.phone] for row in Objection.objects.all()]
print(json.dumps({"texts": rows, "photos": ObjectionPhoto.objects.count()}))
"""


@dataclass(frozen=True)
class Site:
    """`notice` is the number of the one that takes objections, with ENTRIES entries."""

    host: str
    port: int
    notice: str
    made: Installation

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def stored(self) -> dict:
        """What lies in the database, read past the server."""
        return json.loads(self.made.run_python(COUNTED).strip().splitlines()[-1])


@contextmanager
def served_site() -> Iterator[Site]:
    """A seeded website with its own server; removed at the end."""
    made = Installation(JINGZHUN_PROXIES="1")
    try:
        notice = json.loads(made.run_python(SEED).strip().splitlines()[-1])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        serving = made.start("serve", "--port", str(port), "--json")
        assert serving.stdout is not None
        serving.stdout.readline()
        site = Site("127.0.0.1", port, notice, made)
        _wait(f"{site.url}/healthz")
        yield site
    finally:
        made.close()


def _wait(url: str) -> None:
    """Until the first web process answers; it is announced a little before that."""
    for _ in range(240):
        with suppress(OSError):
            urllib.request.urlopen(url, timeout=30).read()  # noqa: S310
            return
        time.sleep(0.25)
    raise TimeoutError(url)
