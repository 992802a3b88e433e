"""Whatever somebody types into an address, every screen answers: it ignores the value, finds nothing, or says so.

What a screen reads of an address is watched while it is drawn, so that a new parameter is tried without being named.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from tests.registry.factories import VILLAGE, make_user
from tests.scenarios.test_nobody_sees_another_village import ADDRESSES, World

from jingzhun.people.rules import PERMISSIONS, Role
from jingzhun.registry.models import Household

pytestmark = pytest.mark.django_db

# Tried on all parameters of a screen together, and by turns two of them on every parameter by itself.
ODD = {
    "superscripts": quote("²"),
    "NUL in a name": quote("张\0三"),
    "a huge number": "1" + "0" * 30,
    "a number beyond all reason": "9" * 5000,
    "not a number": "NaN",
    "a lone surrogate": "%ED%A0%80",
}
# As long as a code of an area, and numbers in other clothes: tried on all parameters together only.
ODD_TOGETHER = {
    "superscripts of a town's code": quote("²" * 9),
    "superscripts of a village's code": quote("²" * 12),
    "full-width digits": quote("６１０４２６１０２"),
    "an exponent": "1e400",
    "a negative number": "-1",
    "emoji": quote("😀👨‍👩‍👧"),
}
ROLES = [Role.COUNTY_OFFICER, Role.ADMINISTRATOR]
ANSWERS = (200, 302, 304, 400, 401, 403, 404, 405)


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.VAR, settings.DEMO = tmp_path, True
    return World()


@contextmanager
def watched() -> Iterator[set[str]]:
    """The parameters that are read of any address meanwhile."""
    read: set[str] = set()

    def watching(name: str) -> Any:
        original = getattr(QueryDict, name)

        def method(self: QueryDict, key: str, *args: Any) -> Any:
            read.add(key)
            return original(self, key, *args)

        return patch.object(QueryDict, name, method)

    with watching("__getitem__"), watching("getlist"), watching("__contains__"):
        yield read


def status_of(client: Client, address: str) -> int:
    """The answer to an address, whose traces in the database are taken back."""
    with transaction.atomic():
        status = client.get(address).status_code
        transaction.set_rollback(True)
    return status


def screens(world: World, role: Role) -> Iterator[tuple[str, str]]:
    """What a role may open and none of those before it."""
    before = [PERMISSIONS[each] for each in ROLES[: ROLES.index(role)]]
    for name, pattern in ADDRESSES.items():
        permission = getattr(pattern.callback, "permission", None)
        opened = any(permission is None or permission in granted for granted in before)
        if not opened and (permission is None or world.user.can(permission)):
            yield name, reverse(name, kwargs={key: world.argument(name, key) for key in pattern.pattern.converters})


@pytest.mark.parametrize("role", ROLES)
def test_no_value_in_an_address_breaks_a_screen(client, world, role):
    world.user = make_user(role, "610426")
    client.force_login(world.user)
    client.raise_request_exception = False
    broken, seen, turns = [], set(), cycle(ODD.items())
    for name, address in screens(world, role):
        with watched() as read:
            status_of(client, address)
        seen |= read
        parameters = sorted(read - {"csrfmiddlewaretoken"})
        tried = [([each], *next(turns)) for each in parameters for _turn in range(2)]
        tried += [(parameters, what, value) for what, value in (ODD | ODD_TOGETHER).items() if parameters]
        for some, what, value in tried:
            query = "&".join(f"{each}[]={value}&{each}=&{each}={value}" for each in some)
            if (status := status_of(client, f"{address}?{query}")) not in ANSWERS:
                broken.append(f"{name}: {' '.join(some)} = {what}: {status}")
    assert not broken, "\n".join(broken)
    assert role != Role.COUNTY_OFFICER or {"q", "town", "size", "finding", "year", "page", "area", "sort"} <= seen


@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.ADMINISTRATOR])
def test_no_value_within_a_path_breaks_a_screen(client, world, role):
    client.force_login(make_user(role, "610426"))
    client.raise_request_exception = False
    texts = [value for value in (ODD | ODD_TOGETHER).values() if value != "9" * 5000]
    paths = ("villages/{}/", "villages/{}/2014/", "checks/{}/", "checks/{}/export/", "households/{}/", "photos/{}/",
             "imports/{}/", "exports/{}/", "checks/runs/{}/", "findings/{}/fix/")  # fmt: skip
    codes = [f"{VILLAGE[:9]}%00%00%00", f"{VILLAGE[:9]}{quote('²²²')}", quote("６" * 17), *texts]
    addresses = [f"/register/{path.format(code)}" for path in paths for code in codes]
    addresses += [f"/users/{code}/" for code in codes]
    addresses += [f"/register/villages/{VILLAGE}/{'9' * 30}/", f"/register/photos/{'9' * 30}/"]
    broken = [address for address in addresses if status_of(client, address) not in ANSWERS]
    assert not broken, "\n".join(broken)


def test_a_search_for_a_name_with_a_nul_in_it_finds_the_name(client, world):
    client.force_login(make_user(Role.COUNTY_OFFICER, "610426"))
    household = Household.objects.get(number=world.household.number)
    answer = client.get("/register/search/?q=%E6%AC%A7%00%E9%98%B3%E7%A7%98%E5%AF%86", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("registry:household", args=[household.number])
