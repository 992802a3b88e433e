"""What waits for a user in the rounds that run: steps of cases, appeals, objections, boards without a photo."""

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from jingzhun.people.duties import Duty
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_CASES
from jingzhun.publicity.models import Objection
from jingzhun.publicity.queries.objections import to_settle

from .queries.beside import boards_without_photo, objections_to_look_into
from .queries.cases import Work, work_of
from .queries.rounds import rounds_of


def duties(user: User, today: date) -> Iterator[Duty]:
    """Of each round that is not closed: its steps and appeals; then what belongs to no round."""
    if not user.can(VIEW_CASES):
        return
    for found in rounds_of(user).filter(closed_at=None):
        yield from _of_round(work_of(user, found, today), found.pk, found.year)
    yield _objections(_("Objections to decide"), to_settle(user), today)
    yield _objections(_("Objections to look into"), objections_to_look_into(user), today)
    boards = boards_without_photo(user).count()
    yield Duty(_("Notices whose board has no photo yet"), boards, reverse("identification:work"), icon="camera")


def _of_round(work: Work, pk: int, year: int) -> Iterator[Duty]:
    place = reverse("identification:work")
    for tile in work.tiles:
        title = f"{tile.step.label} · {year}"
        yield Duty(title, tile.cases, f"{place}?{tile.asked.query}", tile.overdue, "clipboard-check")
    asked = urlencode({"round": str(pk), "state": "appealed", "step": ",".join(work.appeal_steps)})
    yield Duty(_("Appeals to decide"), work.appeals, f"{place}?{asked}", icon="gavel")


def _objections(title: str, found: QuerySet[Objection], today: date) -> Duty:
    late = found.filter(due_on__lt=today).count()
    return Duty(title, found.count(), reverse("publicity:objections"), late, "message-circle")
