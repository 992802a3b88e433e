"""Where cases stand with the notices of their step."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import CharField, Exists, OuterRef, Prefetch, QuerySet, Value
from django.db.models.functions import Cast, Concat

from jingzhun.procedure.models import Case
from jingzhun.publicity.models import BoardPhoto, Notice, NoticeItem

PREFIX = "case:"
ENTRY = Concat(Value(PREFIX), Cast("pk", CharField()))  # subject_of a case, in the database


def subject_of(key: int) -> str:
    """Under which name a case (by key) stands on notices."""
    return f"{PREFIX}{key}"


def case_of(subject: str) -> int | None:
    """The case that an entry is about; None for an entry of another procedure."""
    return int(subject.removeprefix(PREFIX)) if subject.startswith(PREFIX) else None


def entries_of(cases: QuerySet[Case]) -> QuerySet:
    """The names under which cases stand on notices, for a condition `subject__in`."""
    return cases.order_by().annotate(entry=ENTRY).values("entry")


def notices_about(cases: QuerySet[Case]) -> QuerySet:
    """Keys of the notices on which some of the cases stand, for a condition `notice__in`.

    So a round's notices are found: what a notice shows as its round is the year, which two rounds may share.
    """
    return NoticeItem.objects.filter(subject__in=entries_of(cases)).order_by().values("notice")


def items_by_case(cases: Iterable[Case]) -> dict[int, list[NoticeItem]]:
    """Entries of notices by case, the latest last, each with its notice, which knows `on_board`; two queries."""
    photos = BoardPhoto.objects.on_board().filter(notice=OuterRef("pk"))
    hung = Prefetch("notice", Notice.objects.annotate(on_board=Exists(photos)))
    rows = NoticeItem.objects.filter(subject__in=[subject_of(case.pk) for case in cases]).prefetch_related(hung)
    found: dict[int, list[NoticeItem]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.notice.opened_at, row.pk)):
        key = case_of(row.subject)
        if key is not None:
            found[key].append(row)
    return found


def current_item(case: Case, items: Iterable[NoticeItem], kind: str) -> NoticeItem | None:
    """The case's entry on the notice of its step: the latest since the case came here."""
    here = [item for item in items if item.notice.kind == kind and item.notice.opened_at >= case.since]
    return here[-1] if here else None


def unlisted(found: Iterable[Case]) -> list[Case]:
    """Those of some cases that stand on no notice of their step yet."""
    cases = list(found)
    items = items_by_case(cases)
    return [
        case for case in cases if current_item(case, items.get(case.pk, []), case.table.step(case.step).notice) is None
    ]
