"""The words of the field, one sentence each, and what each role does here: data beside the code, in both languages."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingzhun.people.access import Request, anyone_logged_in
from jingzhun.people.rules import ROLE_LABELS, Role

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Line:
    """A word, or a role, in both languages, with what it means."""

    key: str
    zh: str
    en: str
    zh_text: str
    en_text: str

    @property
    def word(self) -> str:
        return self.en if _english() else self.zh

    @property
    def other(self) -> str:
        """The word in the other language: many read a document in one and the screen in the other."""
        return self.zh if _english() else self.en

    @property
    def text(self) -> str:
        return self.en_text if _english() else self.zh_text


@cache
def words() -> tuple[Line, ...]:
    """The words in the order in which the work meets them."""
    return _lines("words.csv")


@cache
def roles() -> dict[str, Line]:
    """What each role does here, by its code."""
    return {line.key: line for line in _lines("roles.csv")}


@anyone_logged_in
def page(request: Request) -> HttpResponse:
    """The user's own roles first, then the words."""
    own = request.scope.roles
    ordered = [*own, *(role for role in Role if role not in own)]
    context = {
        "own": [(ROLE_LABELS[role], roles()[role].text) for role in own],
        "others": [(ROLE_LABELS[role], roles()[role].text) for role in ordered[len(own) :]],
        "words": words(),
        "heading": _("Help and words"),
    }
    return render(request, "web/help.html", context)


def _lines(name: str) -> tuple[Line, ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return tuple(Line(**row) for row in csv.DictReader(file))


def _english() -> bool:
    return (get_language() or "").startswith("en")
