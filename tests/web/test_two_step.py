"""Two-step login: set up with an app on the phone, asked for at every login, with codes for when it is gone."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.registry.factories import make_user

from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db
PASSWORD = "永寿-2014-扶贫"


@pytest.fixture(autouse=True)
def no_throttling():
    cache.clear()


@pytest.fixture
def officer(settings):
    settings.DEMO = False
    user = make_user(Role.COUNTY_OFFICER, "610426", username="officer")
    user.set_password(PASSWORD)
    user.save()
    return user


def digits(secret: str) -> str:
    """What the app on the phone shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def log_in(client: Client):
    return client.post(reverse("account_login"), {"login": "officer", "password": PASSWORD})


def confirm(client: Client) -> None:
    """Before anything changes about the login, the password is asked for once more."""
    response = client.get(reverse("mfa_activate_totp"))
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert "输入密码确认" in client.get(response.url).content.decode()
    client.post(response.url, {"password": PASSWORD})


def set_up(client: Client) -> str:
    log_in(client)
    confirm(client)
    text = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'class="secret">(\w+)<', text)[1]
    response = client.post(reverse("mfa_activate_totp"), {"code": digits(secret)})
    assert response.status_code == 302, response.content.decode()
    return secret


def test_a_county_officer_gets_no_screen_before_two_step_login_is_set_up(client, officer):
    log_in(client)
    response = client.get(reverse("registry:households"))
    assert response.url == reverse("mfa_activate_totp")
    confirm(client)
    text = client.get(response.url).content.decode()
    assert "必须启用两步登录" in text
    assert "data:image/svg+xml" in text


def test_wrong_digits_set_nothing_up(client, officer):
    log_in(client)
    confirm(client)
    client.get(reverse("mfa_activate_totp"))
    response = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "is-invalid" in response.content.decode()
    assert not Authenticator.objects.exists()


def test_the_next_login_asks_for_the_digits(client, officer):
    secret = set_up(client)
    assert client.get(reverse("registry:households")).status_code == 200
    again = Client()
    assert log_in(again).url == reverse("mfa_authenticate")
    assert "六位数字" in again.get(reverse("mfa_authenticate")).content.decode()
    assert again.get(reverse("registry:households")).url.startswith(reverse("account_login"))
    cache.clear()  # the same half minute's digits count once only
    again.post(reverse("mfa_authenticate"), {"code": digits(secret)})
    assert again.get(reverse("registry:households")).status_code == 200


def test_a_recovery_code_logs_in_once(client, officer):
    set_up(client)
    text = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li>(\w{8})</li>", text)
    assert len(codes) == 10
    for expected in (True, False):
        again = Client()
        log_in(again)
        again.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert ("_auth_user_id" in again.session) is expected


def test_every_screen_of_two_step_login_is_drawn(client, officer):
    set_up(client)
    for name in ("mfa_index", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "account_change_password"):
        response = client.get(reverse(name))
        assert response.status_code == 200, name
        assert 'class="side' in response.content.decode()


def test_the_secret_rests_sealed(client, officer):
    secret = set_up(client)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret
