"""What waits for a user beside the cases of one round: objections, photos of boards, quotas, other rounds."""

from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from jingzhun.identification.models import Quota, Round
from jingzhun.people.models import User
from jingzhun.people.rules import PUBLISH_NOTICES, REVIEW_IN_COUNTY, WORK_IN_VILLAGE
from jingzhun.procedure.models import Case
from jingzhun.procedure.registry import procedure
from jingzhun.procedure.rules import State
from jingzhun.publicity.models import BoardPhoto, Notice, NoticeItem, Objection
from jingzhun.publicity.queries.objections import to_settle

from .nominations import NAME as VILLAGES
from .notices import entries_of
from .reminders import waiting
from .rounds import NAME as HOUSEHOLDS

PROCEDURES = (HOUSEHOLDS, VILLAGES)
MOST = 20  # of each kind that a page shows


def objections_to_look_into(user: User) -> QuerySet[Objection]:
    """Open objections in the user's villages on which nobody found anything yet; a level above decides on them."""
    seen = Objection.objects.visible_to(user, WORK_IN_VILLAGE).filter(state__in=Objection.WAITING, findings=None)
    others = seen.exclude(pk__in=to_settle(user).order_by().values("pk"))
    return others.select_related("area").order_by("due_on", "pk")


def boards_without_photo(user: User) -> QuerySet[Notice]:
    """Notices of the user's steps that began and have no photo, as long as they run or hold cases; who ends first."""
    mine = Q(pk=None)
    for name in PROCEDURES:
        for step in procedure(name).steps:
            if step.notice and user.can(step.permission):
                here = Case.objects.visible_to(user, step.permission).filter(
                    procedure=name, step=step.name, state=State.OPEN
                )
                held = NoticeItem.objects.filter(notice=OuterRef("pk"), subject__in=entries_of(here))
                mine |= Q(Exists(held), kind=step.notice)
    photos = BoardPhoto.objects.on_board().filter(notice=OuterRef("pk"))
    found = Notice.objects.visible_to(user, PUBLISH_NOTICES).filter(mine, ~Exists(photos))
    return found.filter(opens_on__lte=timezone.localdate()).select_related("area").order_by("closes_on", "pk")


def waiting_by_round(user: User, rounds: Sequence[Round]) -> list[tuple[Round, int]]:
    """Rounds in which something is the user's to do, with how many cases; one query."""
    found = waiting(user, [each.pk for each in rounds], PROCEDURES).order_by()
    counts = dict(found.values_list("round").annotate(number=Count("pk")))
    return [(each, counts[each.pk]) for each in rounds if each.pk in counts]


def quota_to_divide(user: User, round_: Round) -> bool:
    """Whether the county's quota still has to be handed down to the villages, by this user; one query."""
    if round_.closed_at or not round_.quota_households or not user.can(REVIEW_IN_COUNTY, round_.area_id):
        return False
    return not Quota.objects.filter(round=round_).exists()
