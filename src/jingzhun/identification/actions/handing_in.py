"""A department's program hands in a list: every row is judged first, and the same list is taken once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from unicodedata import category

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.identification.department_lists import LONGEST_DETAIL, id_problem
from jingzhun.identification.models import CrossList, Round
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import HAND_IN_LISTS
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.ids import mask
from jingzhun.registry.rules.refusals import Refused
from jingzhun.registry.workbook.cells import read_id_text
from jingzhun.registry.workbook.problems import Fault

from .crosscheck import Handed, Listed, match, take_list


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken: its place in what was sent, the field, its value masked, what is wrong with it."""

    row: int
    field: str
    value: str
    problem: str


class BadRows(Exception):
    """Rows that cannot be taken, all of them; nothing was."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = rows


@dataclass(frozen=True)
class HandedIn:
    """A list, whether it was taken just now or was there already, and the doubts raised just now."""

    list: CrossList
    taken: bool
    raised: int


@transaction.atomic
def hand_in(round_: Round, handed: Handed, rows: Sequence[Listed], *, by: User, at: datetime | None = None) -> HandedIn:
    """Take a list and match it with a round. Raises NotYours, Refused, and BadRows when a row cannot be taken.

    Whatever was handed in for the round before, with the same rows in the same order, is matched again and not taken
    again: a program that never heard the answer sends it once more.
    """
    require(by, HAND_IN_LISTS, round_.area_id)
    _require_frame(handed)
    sound = _sound(rows)
    told = replace(handed, digest=_digest(round_, handed, sound, by))
    Round.objects.select_for_update(no_key=True).get(pk=round_.pk)  # of two at once, the second finds the first's list
    known = CrossList.objects.filter(area=round_.area_id, digest=told.digest).first()
    made = known or take_list(round_.area, told, sound, by=by, at=at)
    return HandedIn(made, known is None, len(match(made, round_, by=by, at=at)))


def _require_frame(handed: Handed) -> None:
    """Raises Refused for a department or a day that cannot be."""
    if not handed.source.strip() or _unprintable(handed.source):
        raise Refused.because(_("Name the department, in signs that can be printed."), "source")
    if handed.as_of > timezone.localdate():
        raise Refused.because(_("The day lies in the future."), "as_of")


def _sound(rows: Sequence[Listed]) -> list[Listed]:
    """The rows with their ID numbers as they are kept. Raises BadRows."""
    sound: list[Listed] = []
    bad: list[BadRow] = []
    for each in rows:
        found = read_id_text(each.id_number)
        problem = str(found) if isinstance(found, Fault) else id_problem(found or "")
        if problem or not isinstance(found, str):
            bad.append(BadRow(each.row, "id_number", mask(each.id_number.strip()), problem))
        if said := _detail_problem(each.detail):
            bad.append(BadRow(each.row, "detail", "", said))
        if not bad:
            sound.append(replace(each, id_number=str(found), detail=each.detail.strip()))
    if bad:
        raise BadRows(bad)
    return sound


def _detail_problem(text: str) -> str:
    if len(text) > LONGEST_DETAIL:
        return _("At most %(limit)s signs; there are %(length)s.") % {"limit": LONGEST_DETAIL, "length": len(text)}
    return _("It has signs that cannot be printed; leave them out.") if _unprintable(text) else ""


def _unprintable(text: str) -> bool:
    """Whether a text has control signs, or halves of signs."""
    return not text.isprintable() and any(category(sign) in ("Cc", "Cs") for sign in text)


def _digest(round_: Round, handed: Handed, rows: Sequence[Listed], by: User) -> bytes | None:
    """A keyed digest of everything that was handed in, and by whom: ID numbers are not to be guessed from it."""
    frame = [round_.pk, by.pk, handed.kind, handed.source, str(handed.as_of)]
    return index_of(json.dumps([frame, [[each.id_number, each.detail] for each in rows]]), "identification.list")
