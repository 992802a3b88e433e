"""The stage of identification, a department's user with an access key, and its program."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.identification.stage import COUNTY, Stage, set_stage
from tests.registry.factories import make_user

from jingzhun.journal.actions import SYSTEM
from jingzhun.people.actions.access_keys import make_key
from jingzhun.people.models import User
from jingzhun.people.rules import Role
from jingzhun.registry.models import Member

ROUNDS = "/api/v1/identification/rounds"
FRAME = {"kind": "vehicle", "source": "县公安局交警大队", "as_of": "2014-04-30"}


@dataclass
class Program:
    """A department's program: it has a key and no cookies."""

    key: str = ""
    language: str = "en"

    def headers(self) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return bearer | {"Accept-Language": self.language}

    def get(self, address: str) -> Any:
        return Client().get(address, headers=self.headers())

    def post(self, address: str, body: Any, content_type: str = "application/json", **more: Any) -> Any:
        told = body if isinstance(body, bytes | str) else json.dumps(body)
        return Client().generic("POST", address, told, content_type, headers=self.headers() | more)


@pytest.fixture
def stage(db, settings, tmp_path) -> Stage:
    settings.DEMO, settings.MEDIA_ROOT, settings.VAR = True, tmp_path, tmp_path
    cache.clear()
    return set_stage(quota=500)


@pytest.fixture
def department(stage) -> User:
    return make_user(Role.DEPARTMENT, COUNTY, username="jiaojing", full_name="县交警大队")


def give_key(user: User, days: int = 30, by: Any = SYSTEM) -> str:
    return make_key(user, "车辆清单", timezone.localdate() + timedelta(days=days), by=by)[1]


@pytest.fixture
def program(department) -> Program:
    return Program(give_key(department))


@pytest.fixture
def lists(stage) -> str:
    """The address of the round's lists."""
    return f"{ROUNDS}/{stage.round.pk}/lists"


def id_of(application: Any) -> str:
    return Member.objects.get(household=application.household, relation="head").id_number


def listing(*rows: tuple[str, str], **frame: Any) -> dict[str, Any]:
    return FRAME | {"rows": [{"id_number": number, "detail": detail} for number, detail in rows]} | frame


BORN = date(1980, 1, 1)
