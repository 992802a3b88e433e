"""Reads on the notices of the procedure: what waits to be posted, as the public will read it, and what hangs."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jingzhun.areas.models import Area
from jingzhun.identification.rules import NAME
from jingzhun.people.models import User
from jingzhun.people.rules import PUBLISH_NOTICES
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import State, Step
from jingzhun.publicity.models import BoardPhoto, Notice, NoticeItem
from jingzhun.publicity.rules import KINDS, PUBLIC_FIELDS

from .notices import notices_about, unlisted
from .places import Where
from .public_rows import WITH_VOTES, public_rows


def steps_of(user: User) -> list[Step]:
    """Steps whose notice the user's own level posts."""
    return [step for step in procedure(NAME).steps if step.notice and user.can(step.permission)]


@dataclass(frozen=True)
class Waiting:
    """A village with the cases that wait for its notice."""

    village: Area
    cases: list[Case]


def waiting(user: User, where: Where, step: Step) -> list[Waiting]:
    """Villages of an area with what waits for a step's notice; a bounded number of queries."""
    found: dict[str, list[Case]] = {}
    for case in unlisted(where.cases(user).filter(step=step.name, state=State.OPEN).order_by("area_code", "subject")):
        found.setdefault(case.area_code[:12], []).append(case)
    areas = Area.objects.filter(code__in=found).order_by("code")
    return [Waiting(area, found[area.code]) for area in areas]


@dataclass(frozen=True)
class Preview:
    """The list of a village as it would hang on the board."""

    village: Area
    heads: list[str]
    rows: list[list[str]]


def preview(where: Where, step: Step, cases: Sequence[Case]) -> Preview:
    """The exact rows that the public would read."""
    kind = KINDS[step.notice]
    items = public_rows(where.round, cases, with_votes=kind.name == WITH_VOTES, on=timezone.localdate())
    rows = [[item.shown.get(name, "") for name in kind.columns] for item in items]
    return Preview(where.area, [str(PUBLIC_FIELDS[name]) for name in kind.columns], rows)


def notices(user: User, where: Where, step: Step) -> QuerySet[Notice]:
    """Notices of a step in an area in the round, the latest first, with photo, entries held and returned."""
    photos = BoardPhoto.objects.on_board().filter(notice=OuterRef("pk"))
    seen = Notice.objects.visible_to(user, PUBLISH_NOTICES).in_areas((where.area.code,))
    return (
        seen.filter(kind=step.notice, pk__in=notices_about(where.cases(user)))
        .select_related("area")
        .annotate(
            on_board=Exists(photos),
            held=Count("items", filter=Q(items__state=NoticeItem.State.HELD)),
            returned=Count("items", filter=Q(items__state=NoticeItem.State.RETURNED)),
        )
        .order_by("-opens_on", "-pk")
    )
