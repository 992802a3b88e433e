"""The words of the field and what each role does are explained in the product, in both languages."""

import pytest
from tests.registry.factories import make_user

from jingzhun.people.rules import Role
from jingzhun.web.help import roles, words

pytestmark = pytest.mark.django_db


def test_help_stands_in_every_menu_with_ones_own_role_first(client):
    client.force_login(make_user(Role.AUDITOR, "610426"))
    assert 'href="/help/"' in client.get("/journal/").content.decode()
    page = client.get("/help/").content.decode()
    assert page.index("查阅留痕账本") < page.index("民主评议") < page.index("受理申请")
    client.cookies["django_language"] = "en"
    page = client.get("/help/").content.decode()
    assert "village evaluation" in page and "The villagers&#x27; representatives vote" in page


def test_every_role_and_word_is_explained_once_in_both_languages():
    assert set(roles()) == set(Role)
    lines = [*words(), *roles().values()]
    assert all(each.strip() for line in lines for each in (line.zh, line.en, line.zh_text, line.en_text))
    assert len({line.key for line in words()}) == len(words())


def test_help_is_for_who_is_logged_in(client):
    assert client.get("/help/").status_code == 302
