"""Search texts without personal numbers: what an address, the journal or a kept filter may hold instead."""

from django.http import QueryDict

from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_HOUSEHOLDS
from jingzhun.registry.models import Household
from jingzhun.registry.rules.search import Kind, mark_of, read_search

from .households import matching

NOBODY = mark_of(Kind.ID, bytes(16))  # stands for a number that leads to nobody: an account, a mistyped ID
OPEN_DIGITS = 12  # as many as a village's code has
FEW_DIGITS = 6  # within a text


def mark(user: User, text: str) -> str:
    """The text itself if it tells no personal number, else its mark, by which the same is found.

    A mark is the number's blind index: it tells nothing without the key, and lasts as long as the register. A number
    of a household stays as it is, where the user may see that household.
    """
    text = text.replace("\0", "")
    wanted = read_search(text)
    if wanted.index:
        return text
    if wanted.kind == Kind.ID:
        return mark_of(Kind.ID, index_of(wanted.key, "member.id_number") or b"")
    if wanted.kind == Kind.PHONE:
        return mark_of(Kind.PHONE, index_of(wanted.key, "household.phone") or b"")
    if sum(character.isdigit() for character in text) <= FEW_DIGITS:
        return text
    if wanted.kind == Kind.NUMBER:
        place = len(wanted.key) <= OPEN_DIGITS and not wanted.key.startswith("0")
        if place or Household.objects.visible_to(user, VIEW_HOUSEHOLDS).filter(matching(text)).exists():
            return text
    return NOBODY


def without_numbers(user: User, query: str) -> QueryDict:
    """An address's query with its search text marked."""
    kept = QueryDict(query, mutable=True)
    if "q" in kept:
        kept["q"] = mark(user, str(kept["q"]))
    return kept
