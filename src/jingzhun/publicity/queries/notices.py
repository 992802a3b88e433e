"""Reads on notices behind the login, in the user's areas."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jingzhun.areas.models import Area
from jingzhun.areas.rules import ancestors_of
from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries_of
from jingzhun.people.models import User
from jingzhun.people.rules import SEE_OBJECTIONS
from jingzhun.publicity.models import BoardPhoto, Contact, Notice, NoticeItem, Objection

from .site import contacts


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
    areas: list[Area]
    items: list[NoticeItem]
    objections: list[Objection]
    photos: list[BoardPhoto]
    contact: Contact | None
    entries: list[Entry]

    def held(self) -> dict[int, list[Objection]]:
        """Open objections by the entry that they hold back."""
        found: dict[int, list[Objection]] = {}
        for objection in self.objections:
            if objection.is_open and objection.item_id:
                found.setdefault(objection.item_id, []).append(objection)
        return found


def notice_page(notice: Notice) -> NoticePage:
    """The page of a notice; six queries however long the list is."""
    return NoticePage(
        notice,
        list(Area.objects.filter(code__in=ancestors_of(notice.area_id)).order_by("code")),
        list(notice.items.order_by("position")),
        list(notice.objections.select_related("item").order_by("-received_at")),
        list(BoardPhoto.objects.on_board().filter(notice=notice)),
        contacts([notice.area_id]).of(notice.area_id),
        list(entries_of("notice", notice.number)[:20]),
    )
