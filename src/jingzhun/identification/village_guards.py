"""What each step of the identification of poor villages demands, told for many cases at once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from jingzhun.parameters.queries import values
from jingzhun.procedure.models import Case

from . import rules
from .guards import no_open_objection, noticed
from .models import LeaderApproval, Nomination, Resolution

Missing = Mapping[int, str | Promise]


def nominations_of(cases: Sequence[Case]) -> dict[int, Nomination]:
    """Nominations by case, with their latest results; one query."""
    return {each.case_id: each for each in Nomination.objects.select_related("result__panel").filter(case__in=cases)}


def resolved(cases: Sequence[Case], at: datetime) -> Missing:
    """The two committees met with a quorum since the case came here, and more than half were in favour."""
    latest: dict[int, Resolution] = {}
    for each in Resolution.objects.filter(nomination__case__in=cases).select_related("nomination").order_by("pk"):
        latest[each.nomination.case_id] = each
    missing: dict[int, str] = {}
    for case in cases:
        row = latest.get(case.pk)
        if row is None or row.recorded_at < case.since:
            missing[case.pk] = _("The meeting of the two committees is not recorded yet.")
            continue
        told = values(["evaluation_quorum", "evaluation_majority"], case.area_code, row.held_on)
        if not rules.has_quorum(row.present, row.entitled, told["evaluation_quorum"]):
            missing[case.pk] = _("No quorum: %(present)s of %(entitled)s members were present.") % {
                "present": row.present,
                "entitled": row.entitled,
            }
        elif not rules.is_carried(row.in_favour, row.present, told["evaluation_majority"]):
            missing[case.pk] = _("The two committees did not vote for it.")
    return missing


def stated(cases: Sequence[Case], at: datetime) -> Missing:
    """The town stated what it found since the case came here, and agrees."""
    missing: dict[int, str] = {}
    found = nominations_of(cases)
    for case in cases:
        each = found[case.pk]
        if each.town_at is None or each.town_at < case.since:
            missing[case.pk] = _("The town's statement is not written down yet.")
        elif not each.town_agrees:
            missing[case.pk] = _("The town does not agree: refuse it or send it back.")
    return missing


def scored(cases: Sequence[Case], at: datetime) -> Missing:
    """A sitting of the review meeting was closed since the case came here, and the village is on its list."""
    missing: dict[int, str] = {}
    found = nominations_of(cases)
    for case in cases:
        result = found[case.pk].result
        if result is None or result.panel.closed_at is None or result.panel.closed_at < case.since:
            missing[case.pk] = _("The review meeting has not scored the village yet.")
        elif not result.listed:
            missing[case.pk] = _("Rank %(rank)s is not on the list: refuse it.") % {"rank": result.rank}
    return missing


def approved(cases: Sequence[Case], at: datetime) -> Missing:
    """The leaders in charge, of the town and of the county, have both approved since the case came here."""
    there = standing_approvals(cases)
    missing: dict[int, str] = {}
    for case in cases:
        for level, label in LeaderApproval.Level.choices:
            given = there.get((case.pk, level))
            if given is None:
                missing[case.pk] = _("Not approved yet: %(leader)s.") % {"leader": label}
            elif not given.agrees:
                missing[case.pk] = _("Not approved: %(leader)s.") % {"leader": label}
    return missing


def standing_approvals(cases: Sequence[Case]) -> dict[tuple[int, str], LeaderApproval]:
    """What the leaders said last, by case and level, since each case came to its step; one query."""
    since = {case.pk: case.since for case in cases}
    found = LeaderApproval.objects.filter(nomination__case__in=cases).select_related("nomination").order_by("at", "pk")
    return {(each.nomination.case_id, each.level): each for each in found if each.at >= since[each.nomination.case_id]}


GUARDS: dict[str, Callable[[Sequence[Case], datetime], Missing]] = {
    guard.__name__: guard for guard in (resolved, noticed, no_open_objection, stated, scored, approved)
}
