"""Nothing opens but by a key in force; what programs send is read with care."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.registry.factories import make_id

from jingzhun.api import body, identification
from jingzhun.identification.models import CrossList
from jingzhun.journal.actions import SYSTEM
from jingzhun.people.actions import switch_user
from jingzhun.people.actions.access_keys import revoke_key
from jingzhun.people.models import AccessKey

from .conftest import BORN, ROUNDS, Program, listing

pytestmark = pytest.mark.django_db


def refused(program: Program, word: str) -> None:
    response = program.get(ROUNDS)
    assert response.status_code == 401 and response["WWW-Authenticate"] == "Bearer"
    assert word in response.json()["detail"]


def test_a_wrong_key_an_expired_one_a_revoked_one_and_a_user_switched_off(program, department):
    assert program.get(ROUNDS).status_code == 200
    refused(Program(""), "Authorization: Bearer")
    refused(Program("jz_" + "x" * 43), "not known")
    refused(Program("密钥".encode().decode("latin-1")), "not known")
    key = AccessKey.objects.get()
    assert key.last_used_at and program.key not in str(vars(key))
    switch_user(department, active=False, by=SYSTEM)
    refused(program, "switched off")
    switch_user(department, active=True, by=SYSTEM)
    AccessKey.objects.update(expires_on=timezone.localdate())
    refused(program, "not been valid since")
    AccessKey.objects.update(expires_on=timezone.localdate() + timedelta(days=1))
    assert program.get(ROUNDS).status_code == 200
    revoke_key(key, by=SYSTEM)
    refused(program, "revoked")


def test_a_role_that_ended_ends_what_the_key_may(program, department):
    department.assignments.update(valid_until=timezone.localdate())
    assert program.get(ROUNDS).status_code == 403


def test_wrong_keys_are_limited_by_address(program):
    for _number in range(10):
        refused(Program("jz_wrong"), "not known")
    for each in (Program("jz_wrong"), program):
        response = each.get(ROUNDS)
        assert response.status_code == 429 and response["Retry-After"] == "60"
    elsewhere = Client().get(ROUNDS, headers=program.headers(), REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 200


def test_a_browser_that_is_logged_in_opens_nothing_here(client, stage, lists):
    client.force_login(stage.county)
    sent = json.dumps(listing((make_id(BORN), "陕D1")))
    assert client.get(ROUNDS).status_code == 401
    assert client.post(lists, sent, content_type="application/json").status_code == 401
    assert client.post(lists, {"kind": "vehicle"}).status_code == 401
    assert not CrossList.objects.exists()


def test_a_cookie_beside_a_key_changes_nothing(client, stage, program, lists):
    client.force_login(stage.clerk)
    sent = json.dumps(listing((make_id(BORN), "陕D1")))
    response = client.post(lists, sent, content_type="application/json", headers=program.headers())
    assert response.status_code == 201 and CrossList.objects.get().by.username == "jiaojing"
    assert not response.cookies


@pytest.mark.parametrize(
    ("content_type", "text", "status"),
    [
        ("text/plain", "{}", 415),
        ("application/x-www-form-urlencoded", "kind=vehicle", 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("application/xml", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>", 415),
        ("application/json; charset=utf-16", "{}".encode("utf-16"), 415),
        ("", "{}", 415),
        ("application/json", " ", 400),
        ("application/json", "{", 400),
        ("application/json", b"\xff\xfe{}", 400),
        ("application/json", "[" * 100_000, 400),
        ("application/json", '{"rows": NaN}', 422),
        ("application/json", '{"source": "\\ud800"}', 400),
        ("application/json", "[]", 422),
        ("application/json", "null", 422),
        ("application/json", "1" + "0" * 5_000, 400),
        ("application/json", '{"rows": {"0": 1}}', 422),
        ("application/json; charset=utf-8", "{}", 422),
    ],
)
def test_what_is_no_list_in_json_is_told_in_json(program, lists, content_type, text, status):
    response = program.post(lists, text, content_type)
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/json") and response.json()["detail"]
    assert not CrossList.objects.exists()


def test_a_packed_body_is_not_unpacked(program, lists):
    assert program.post(lists, b"\x1f\x8b", **{"Content-Encoding": "gzip"}).status_code == 415


def test_a_body_of_unknown_length_is_not_waited_for(program, lists):
    response = Client().generic("POST", lists, "{}", "application/json", headers=program.headers(), CONTENT_LENGTH="")
    assert response.status_code == 411 and "Content-Length" in response.json()["detail"]


def test_too_many_rows_or_bytes_are_refused_with_the_limit(program, lists, monkeypatch):
    sent = listing(*[("1", "")] * (identification.MOST_ROWS + 1))
    response = program.post(lists, sent)
    assert response.status_code == 422 and "100000" in response.json()["errors"][0]["problem"]
    monkeypatch.setattr(body, "LARGEST", 1024**2)
    large = program.post(lists, " " * (1024**2 + 1))
    assert large.status_code == 413 and "1 megabytes" in large.json()["detail"]
    assert not CrossList.objects.exists()


def test_more_than_a_form_may_hold_is_taken(program, lists, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    rows = [(make_id(BORN, serial=number), "陕D" * 20) for number in range(100)]
    assert program.post(lists, listing(*rows)).json()["rows"] == 100


def test_unknown_addresses_and_methods_are_told_in_json(program, lists):
    unknown = program.get("/api/v1/nothing")
    assert unknown.status_code == 404 and unknown.json()["detail"]
    client = Client(headers=program.headers())
    for response in (client.delete(lists), client.put(ROUNDS), client.get("/api/v1/")):
        assert response.status_code in (404, 405) and response.json()["detail"]
        assert response["Cache-Control"] == "no-store"
