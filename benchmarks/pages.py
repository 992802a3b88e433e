"""The pages that are opened all day: as many queries at 45,000 households as at 100, and little slower than no page.

Each page is asked for as a browser does it, through every middleware, by a leader of the county; times are the best of
many, against a page of the same shell with nothing in it. The pages take turns, so that what else the machine does
falls on all of them.
"""

from collections.abc import Iterator
from typing import Any

from benchmarks._county import COUNTY, INCOME_YEAR, make_county
from benchmarks.harness import Result, scratch_database, seconds

FEW, MANY = 100, 45_000
TIMES = 40
MOST_QUERIES = 12
MOST_TIMES_EMPTY = 3.0
SITUATION_MILLISECONDS = 400
FRAME = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK", 'UPDATE "django_session"')  # not the page's reading


def run() -> Iterator[Result]:
    measured = {}
    for size in (FEW, MANY):
        with scratch_database():
            make_county(size)
            measured[size] = _measure()
    few, many = measured[FEW], measured[MANY]
    for name in ("household list", "household page"):
        detail = f"{few[name].queries} at {FEW} households, {many[name].queries} at {MANY:,}"
        yield Result(f"{name}: queries", many[name].queries, "queries", MOST_QUERIES, at_most=True, detail=detail)
        more = many[name].queries - few[name].queries
        yield Result(f"{name}: more queries for more households", more, "queries", 0, at_most=True)
        times, detail = many[name].seconds / many["empty page"].seconds, many.said(name)
        yield Result(f"{name}: time against an empty page", times, "x", MOST_TIMES_EMPTY, at_most=True, detail=detail)
    situation = many["situation"]
    yield Result("situation: queries", situation.queries, "queries", MOST_QUERIES, at_most=True)
    yield Result("situation: time", situation.seconds * 1000, "ms", SITUATION_MILLISECONDS, at_most=True)


class Pages(dict[str, "Page"]):
    def said(self, name: str) -> str:
        page, empty = self[name], self["empty page"]
        return f"{page.seconds * 1000:.1f} ms, the empty page {empty.seconds * 1000:.1f} ms"


class Page:
    """How often a page asks the database, and how long it takes at best."""

    def __init__(self, client: Any, address: str) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.client, self.address, self.seconds = client, address, float("inf")
        self.ask()  # templates are read once
        with CaptureQueriesContext(connection) as asked:
            self.ask()
        self.queries = sum(not query["sql"].startswith(FRAME) for query in asked)

    def ask(self) -> None:
        response = self.client.get(self.address)
        assert response.status_code == 200, (self.address, response.status_code)

    def measure(self) -> None:
        self.seconds = min(self.seconds, seconds(self.ask))


def _measure() -> Pages:
    from django.conf import settings
    from django.test import Client, override_settings

    from jingzhun.registry.models import Household

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    number = Household.objects.order_by("number").values_list("number", flat=True)[FEW // 2]
    addresses = {
        "empty page": "/empty/",
        "household list": f"/register/households/?area={COUNTY}&year={INCOME_YEAR + 1}",
        "household page": f"/register/households/{number}/",
        "situation": f"/situation/?area={COUNTY}&year={INCOME_YEAR + 1}",
    }
    with override_settings(
        ROOT_URLCONF="benchmarks._empty",
        ALLOWED_HOSTS=["testserver"],
        STORAGES=settings.STORAGES | {"staticfiles": plain},
    ):
        client = Client()
        client.force_login(_leader())
        pages = Pages({name: Page(client, address) for name, address in addresses.items()})
        for _ in range(TIMES):
            for page in pages.values():
                page.measure()
        return pages


def _leader() -> Any:
    from jingzhun.areas.models import Area
    from jingzhun.people.models import RoleAssignment, User
    from jingzhun.people.rules import Role

    user = User.objects.create(username="leader", full_name="·")
    RoleAssignment.objects.create(user=user, role=Role.LEADER, area=Area.objects.get(pk=COUNTY))
    return user
