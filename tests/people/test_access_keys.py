"""Access keys: made by an administrator for somebody in the own area, shown once, revoked, kept in the journal."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from tests.registry.factories import add_role, make_user
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused
from jingzhun.journal.actions import SYSTEM
from jingzhun.journal.queries import entries_of
from jingzhun.people.actions import NotYours
from jingzhun.people.actions.access_keys import make_key, revoke_key
from jingzhun.people.models import AccessKey
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db
COUNTY = "610426"


@pytest.fixture
def admin(client, settings):
    settings.DEMO = True  # two-step login has tests of its own
    user = make_user(Role.ADMINISTRATOR, COUNTY, username="admin")
    client.force_login(user)
    return user


@pytest.fixture
def department(admin):
    return make_user(Role.DEPARTMENT, COUNTY, username="jiaojing", full_name="县交警大队")


def day(days: int) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def make(client, user, expires_on: str = "", label: str = "车辆清单程序"):
    return client.post(
        reverse("people:access-key-add", args=[user.pk]), {"label": label, "expires_on": expires_on or day(90)}
    )


def page(client, user) -> str:
    return client.get(reverse("people:user", args=[user.pk])).content.decode()


def test_a_key_is_shown_once_and_kept_as_a_digest_only(client, department):
    response = make(client, department)
    text = response.context["text"]
    assert text in response.content.decode() and response["Cache-Control"] == "no-store"
    key = AccessKey.objects.get()
    assert bytes(key.digest) == sha256(text.encode()).digest() and len(text) > 40 and text.startswith(key.prefix)
    shown = page(client, department)
    assert text not in shown and key.prefix in shown and "车辆清单程序" in shown
    entry = entries_of("user", "jiaojing").first()
    assert entry.action == "people.access_key_made" and entry.actor == "admin"
    assert entry.values == {"access_key": key.prefix, "label": "车辆清单程序", "until": day(90)}


def test_a_key_is_revoked_after_asking_and_stays_on_the_page(client, department):
    make(client, department)
    key = AccessKey.objects.get()
    address = reverse("people:access-key-revoke", args=[key.pk])
    assert key.prefix in client.get(address).content.decode()
    client.post(address)
    client.post(address)
    assert AccessKey.objects.get().revoked_at and "已吊销" in page(client, department)
    assert [each.action for each in entries_of("user", "jiaojing")].count("people.access_key_revoked") == 1


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_key_ends_after_today_and_within_a_year(client, department, days):
    response = make(client, department, day(days))
    assert "expires_on" in response.context["form"].errors and not AccessKey.objects.exists()
    assert make(client, department, label=" ").context["form"].errors


def test_nobody_makes_a_key_for_oneself_or_for_another_area(client, admin, department):
    assert make(client, admin).status_code == 403
    assert "access-keys" not in page(client, admin)
    elsewhere = make_user(Role.COUNTY_OFFICER, "610427")
    assert make(client, elsewhere).status_code == 404
    key, _text = make_key(elsewhere, "x", timezone.localdate() + timedelta(days=1), by=SYSTEM)
    assert client.post(reverse("people:access-key-revoke", args=[key.pk])).status_code == 404
    add_role(department, Role.LEADER, "610427")
    assert make(client, department).status_code == 403
    for act in (lambda: make_key(admin, "x", timezone.localdate(), by=admin), lambda: revoke_key(key, by=admin)):
        with pytest.raises(NotYours):
            act()
    assert AccessKey.objects.get().revoked_at is None


def test_a_key_without_a_purpose_is_refused(department):
    with pytest.raises(ValidationError):
        make_key(department, " ", timezone.localdate() + timedelta(days=1), by=SYSTEM)


def run(*words: str) -> str:
    return CliRunner().invoke(app, ["users", *words], catch_exceptions=False).output


def test_the_command_line_makes_lists_and_revokes_keys(department):
    made = json.loads(run("key", "jiaojing", "--for", "车辆清单程序", "--until", day(30), "--json"))
    assert made["key"].startswith(made["prefix"])
    assert made["prefix"] in run("keys", "jiaojing") and made["key"] not in run("keys", "jiaojing", "--json")
    assert json.loads(run("revoke-key", made["prefix"], "--json"))["revoked"]
    assert "already" in run("revoke-key", made["prefix"])
    assert not json.loads(run("keys", "jiaojing", "--json"))[0]["in_force"]
    with pytest.raises(Refused, match="at most a year"):
        run("key", "jiaojing", "--for", "x", "--until", day(800))
    with pytest.raises(Refused, match="no user 'nobody'"):
        run("keys", "nobody")
    with pytest.raises(Refused, match="no access key"):
        run("revoke-key", "jz_nothing")
