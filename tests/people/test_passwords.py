"""A first password is changed before anything opens; a forgotten one, and a lost phone, are no end."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from tests.registry.factories import VILLAGE, make_area, make_user, make_village

from jingzhun.areas.models import Area
from jingzhun.journal.queries import entries_of
from jingzhun.people.actions import NotYours, add_user, assign_role, reset_password, reset_second_factor
from jingzhun.people.rules import Role

pytestmark = pytest.mark.django_db
FIRST, OWN = "永寿-2014-扶贫", "自己的-2015-密码"
CHANGE = reverse("account_change_password")
HOUSEHOLDS = reverse("registry:households")


@pytest.fixture(autouse=True)
def nothing_else_in_the_way(settings):
    settings.DEMO = True  # two-step login has tests of its own
    cache.clear()


@pytest.fixture
def clerk():
    make_village()
    user = add_user("clerk", "王文书", FIRST)
    assign_role(user, Role.VILLAGE_CLERK, Area.objects.get(pk=VILLAGE))
    return user


@pytest.fixture
def admin(client, clerk):
    user = make_user(Role.ADMINISTRATOR, "610426", username="admin")
    client.force_login(user)
    return user


def log_in(password: str, username: str = "clerk") -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": password})
    return client


def change(client: Client, old: str, new: str):
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def test_with_a_first_password_nothing_opens_but_its_change(clerk):
    client = log_in(FIRST)
    for address in (HOUSEHOLDS, reverse("web:account"), reverse("registry:search")):
        assert client.get(address).url == CHANGE
    assert client.get(reverse("web:home"), follow=True).redirect_chain[-1][0] == CHANGE
    assert client.post(reverse("registry:find"), {"q": "张"}).url == CHANGE
    assert "初始密码" in client.get(CHANGE).content.decode()
    assert client.post(reverse("set_language"), {"language": "en"}).status_code == 302


def test_the_first_password_again_is_no_change(clerk):
    client = log_in(FIRST)
    assert change(client, FIRST, FIRST).status_code == 200
    assert client.get(HOUSEHOLDS).url == CHANGE


def test_a_password_of_ones_own_opens_everything_and_the_journal_says_so(clerk):
    client = log_in(FIRST)
    assert change(client, FIRST, OWN).url == "/"
    assert client.get(HOUSEHOLDS).status_code == 200
    assert entries_of("user", "clerk").first().action == "people.password_changed"
    assert "初始密码" not in client.get(CHANGE).content.decode()
    assert log_in(OWN).get(HOUSEHOLDS).status_code == 200


def test_a_forgotten_password_is_reset_and_ends_the_sessions(client, admin, clerk):
    open_session = log_in(FIRST)
    change(open_session, FIRST, OWN)
    address = reverse("people:password", args=[clerk.pk])
    assert address in client.get(reverse("people:user", args=[clerk.pk])).content.decode()
    assert "password" in client.post(address, {"password": "short"}).context["form"].errors
    assert client.post(address, {"password": "新的-2016-首次"}, follow=True).status_code == 200
    assert open_session.get(HOUSEHOLDS).url.startswith(reverse("account_login"))
    assert log_in("新的-2016-首次").get(HOUSEHOLDS).url == CHANGE
    entry = entries_of("user", "clerk").first()
    assert (entry.action, entry.actor, entry.role) == ("people.password_reset", "admin", "administrator")
    assert "新的" not in str(entry.values)


def two_step(user) -> None:
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(user)


def test_a_lost_phone_is_taken_off_the_login(client, admin, clerk):
    address, page = reverse("people:second-factor", args=[clerk.pk]), reverse("people:user", args=[clerk.pk])
    assert address not in client.get(page).content.decode()
    two_step(clerk)
    assert address in client.get(page).content.decode()
    client.post(address)
    assert not Authenticator.objects.filter(user=clerk).exists()
    client.post(address)
    assert entries_of("user", "clerk").filter(action="people.second_factor_reset").count() == 1


def test_nobody_resets_what_is_not_theirs(client, admin, clerk):
    assign_role(clerk, Role.AUDITOR, make_area("610427"))
    two_step(clerk)
    for user in (clerk, admin):
        with pytest.raises(NotYours):
            reset_password(user, FIRST, by=admin)
        with pytest.raises(NotYours):
            reset_second_factor(user, by=admin)
        assert client.post(reverse("people:password", args=[user.pk]), {"password": OWN}).status_code == 403
        client.post(reverse("people:second-factor", args=[user.pk]))
    clerk.refresh_from_db()
    assert clerk.check_password(FIRST)
    assert Authenticator.objects.filter(user=clerk).count() == 2


def test_the_command_line_resets(ready_installation):
    home = ready_installation
    listed = home.var / "areas.csv"
    listed.write_text("code,name,level,parent\n61,陕西省,province,\n")
    home.run("areas", "load", str(listed))
    home.environment["JINGZHUN_PASSWORD"] = FIRST
    home.run("users", "add", "admin", "--role", "administrator", "--area", "61", "--name", "管理员")
    assert home.value("SELECT must_change_password FROM people_user")
    with home.connect() as connection:
        connection.execute("UPDATE people_user SET must_change_password = false")
    home.environment["JINGZHUN_PASSWORD"] = "short"
    assert "too short" in home.run("users", "reset", "admin", fails=True)
    home.environment["JINGZHUN_PASSWORD"] = OWN
    assert "nobody" in home.run("users", "reset", "nobody", fails=True)
    assert home.run_json("users", "reset", "admin", "--second-factor") == {
        "username": "admin",
        "second_factor_taken": False,
    }
    assert home.value("SELECT must_change_password FROM people_user")
    told = "SELECT count(*) FROM journal_entry WHERE action = 'people.password_reset' AND actor = 'system'"
    assert home.value(told) == 1


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "xiaoming-1"])
def test_what_is_wrong_with_a_password_is_said_in_the_language_of_the_screen(client, admin, password):
    given = {"username": "xiaoming-1", "full_name": "李小明", "password": password}
    form = client.post(reverse("people:add"), given).context["form"]
    told = " ".join(map(str, form.errors["password"]))
    assert told and not re.search("[A-Za-z]{4,}", told)
