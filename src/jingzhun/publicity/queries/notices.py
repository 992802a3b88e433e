"""Reads on notices behind the login, in the user's areas."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jingzhun.people.models import User
from jingzhun.people.rules import SEE_OBJECTIONS
from jingzhun.publicity.models import BoardPhoto, Notice, NoticeItem, Objection

from .signed import Signed, signed_entries
from .site import Asked, whom_to_ask


def notices_of(user: User) -> QuerySet[Notice]:
    """Notices in the user's areas, with their numbers of open objections and whether a photo is there; one query."""
    found = Notice.objects.visible_to(user, SEE_OBJECTIONS)
    waiting = Count("objections", filter=Q(objections__state__in=Objection.WAITING))
    photos = BoardPhoto.objects.on_board().filter(notice=OuterRef("pk"))
    return (
        found.select_related("area__parent")
        .annotate(waiting=waiting, photographed=Exists(photos))
        .order_by("-opens_on", "-id")
    )


@dataclass(frozen=True)
class NoticePage:
    """Everything on a notice's page behind the login."""

    notice: Notice
    items: list[NoticeItem]
    objections: list[Objection]
    photos: list[BoardPhoto]
    ask: Asked
    entries: list[Signed]

    def held(self) -> dict[int, list[Objection]]:
        """Open objections by the entry that they hold back."""
        found: dict[int, list[Objection]] = {}
        for objection in self.objections:
            if objection.is_open and objection.item_id:
                found.setdefault(objection.item_id, []).append(objection)
        return found


def notice_page(notice: Notice) -> NoticePage:
    """The page of a notice; seven queries however long the list is."""
    ask = whom_to_ask(notice.area_id, timezone.localdate())
    return NoticePage(
        notice,
        list(notice.items.order_by("position")),
        list(notice.objections.told().select_related("item").order_by("-received_at")),
        list(BoardPhoto.objects.on_board().filter(notice=notice)),
        ask,
        signed_entries("notice", notice.number),
    )
