"""`jingzhun users`: a password is asked for only when nothing else is wrong."""

import pytest
from tests.registry.factories import VILLAGE, make_village
from typer.testing import CliRunner

from jingzhun.cli import app
from jingzhun.cli.output import Refused
from jingzhun.people.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "mountain-orchard-58"


@pytest.fixture(autouse=True)
def village(monkeypatch):
    monkeypatch.delenv("JINGZHUN_PASSWORD", raising=False)
    make_village(VILLAGE)


def add(role: str = "village_clerk", area: str = VILLAGE, typed: str = ""):
    words = ["users", "add", "wang", "--name", "王芳", "--role", role, "--area", area]
    return CliRunner().invoke(app, words, input=typed, catch_exceptions=False)


@pytest.mark.parametrize(("wrong", "said"), [({"role": "king"}, "no role 'king'"), ({"area": "99"}, "No area '99'")])
def test_what_is_wrong_is_told_before_a_password_is_asked_for(wrong, said):
    with pytest.raises(Refused, match=said):
        add(**wrong)  # nothing is typed: asking for a password would end otherwise


def test_the_password_is_asked_for_twice_and_the_name_can_be_taken_once():
    said = add(typed=f"{PASSWORD}\n{PASSWORD}\n").output
    assert "First password" in said and "王芳 (wang)" in said
    assert User.objects.get().check_password(PASSWORD)
    with pytest.raises(Refused, match="a user 'wang' already"):
        add()


def test_in_chinese_the_whole_conversation_is_chinese(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "zh_CN")
    said = add(typed=f"{PASSWORD}\n{PASSWORD}\n").output
    assert "初始密码" in said and "村文书" in said and "password" not in said
