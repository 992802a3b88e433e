"""Where cases stand with the notices of their step."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

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
    found: dict[int, list[NoticeItem]] = defaultdict(list)
    for row in _in_order(NoticeItem.objects.filter(subject__in=[subject_of(case.pk) for case in cases])):
        key = case_of(row.subject)
        if key is not None:
            found[key].append(row)
    return found


def current_items(cases: Sequence[Case]) -> dict[int, NoticeItem]:
    """By case, its entry on the notice of its step: the latest since the case came here; two queries.

    What the entry shows is not loaded.
    """
    if not cases:
        return {}
    kinds = {case.pk: case.table.step(case.step).notice for case in cases}
    rows = NoticeItem.objects.defer("shown").filter(
        subject__in=[subject_of(case.pk) for case in cases],
        notice__kind__in=set(kinds.values()),
        notice__opened_at__gte=min(case.since for case in cases),
    )
    since = {subject_of(case.pk): case for case in cases}
    found: dict[int, NoticeItem] = {}
    for row in _in_order(rows):
        case = since[row.subject]
        if row.notice.kind == kinds[case.pk] and row.notice.opened_at >= case.since:
            found[case.pk] = row
    return found


def _in_order(rows: QuerySet[NoticeItem]) -> list[NoticeItem]:
    """Entries with their notices, which know `on_board`, the latest last."""
    photos = BoardPhoto.objects.on_board().filter(notice=OuterRef("pk"))
    hung = Prefetch("notice", Notice.objects.annotate(on_board=Exists(photos)))
    return sorted(rows.prefetch_related(hung), key=lambda row: (row.notice.opened_at, row.pk))


def unlisted(found: Iterable[Case]) -> list[Case]:
    """Those of some cases that stand on no notice of their step yet."""
    cases = list(found)
    listed = current_items(cases)
    return [case for case in cases if case.pk not in listed]
