"""Reads on policies: what holds on a day, one with its versions, drafts, coverage by the last batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from jingzhun.areas.models import Area
from jingzhun.areas.rules import DIGITS, Level
from jingzhun.people.models import User
from jingzhun.people.rules import VIEW_POLICIES, WRITE_POLICIES
from jingzhun.policy.models import Entitlement, EntitlementRun, Policy, PolicyVersion

from .reach import reaching

State = PolicyVersion.State


def versions_on(user: User, on: date) -> QuerySet[PolicyVersion]:
    """Published versions in force on a day in the user's areas."""
    lasting = Q(valid_until=None) | Q(valid_until__gt=on)
    found = PolicyVersion.objects.filter(reaching(user, VIEW_POLICIES, "policy__area_id"), lasting)
    return found.filter(state=State.PUBLISHED, valid_from__lte=on).select_related("policy__area", "document")


def departments(user: User) -> list[str]:
    found = PolicyVersion.objects.filter(reaching(user, VIEW_POLICIES, "policy__area_id"), state=State.PUBLISHED)
    return list(found.order_by("department").values_list("department", flat=True).distinct())


def drafts_for(user: User) -> QuerySet[PolicyVersion]:
    """One's own drafts, and those that colleagues of one's area share."""
    found = PolicyVersion.objects.visible_to(user, WRITE_POLICIES).filter(state=State.DRAFT)
    return found.filter(Q(made_by=user) | Q(shared=True)).select_related("policy__area", "document", "made_by")


def draft(user: User, pk: int) -> PolicyVersion | None:
    return drafts_for(user).filter(pk=pk).first()


def find(user: User, pk: int) -> Policy | None:
    """A policy that reaches the user's areas; one without a published version is seen by its drafters."""
    found = Policy.objects.select_related("area").filter(reaching(user, VIEW_POLICIES), pk=pk).first()
    if found is None or found.versions.filter(state=State.PUBLISHED).exists():
        return found
    return found if drafts_for(user).filter(policy=found).exists() else None


def areas_to_write(user: User) -> list[Area]:
    return list(Area.objects.filter(code__in=user.scope.areas_for(WRITE_POLICIES)).order_by("code"))


def own_area(user: User, policy: Policy) -> Area | None:
    """The user's area within that of a higher area's policy, where one of one's own may hold in its place."""
    if user.can(WRITE_POLICIES, policy.area_id):
        return None
    return next((each for each in areas_to_write(user) if each.code.startswith(policy.area_id)), None)


@dataclass(frozen=True)
class Covered:
    """What the last batch found of a policy."""

    entitled: int = 0
    unknown: int = 0
    yuan: Decimal = Decimal(0)


def last_run(user: User, on: date) -> EntitlementRun | None:
    """The newest batch of a county that the user's areas belong to."""
    runs = EntitlementRun.objects.filter(reaching(user, VIEW_POLICIES), year__lte=on.year, finished_at__isnull=False)
    return runs.order_by("-year", "-finished_at").first()


def covered(user: User, run: EntitlementRun | None) -> dict[int, Covered]:
    """By policy what the batch found in the user's areas; one query."""
    return dict(_counted(user, run, "policy")) if run else {}


def covered_by_village(user: User, policy: Policy, run: EntitlementRun | None) -> list[tuple[Area, Covered]]:
    """By village, those with most households first; two queries."""
    if run is None:
        return []
    found = dict(_counted(user, run, "household__village_code", policy=policy))
    areas = Area.objects.filter(code__in=found, level=Level.VILLAGE)
    listed = [(area, found[area.code]) for area in areas if found[area.code].entitled or found[area.code].unknown]
    return sorted(listed, key=lambda pair: (-pair[1].entitled, pair[0].code))


def _counted(user: User, run: EntitlementRun, by: str, **narrowed: Any) -> Iterator[tuple[Any, Covered]]:
    seen = Entitlement.objects.visible_to(user, VIEW_POLICIES).filter(year=run.year, **narrowed)
    rows = seen.order_by().values(by).annotate(
        entitled=Count("pk", filter=Q(answer=True)),
        unknown=Count("pk", filter=Q(answer=None)),
        yuan=Sum("value", filter=Q(answer=True)),
    )  # fmt: skip
    for row in rows:
        yield row[by], Covered(row["entitled"], row["unknown"], row["yuan"] or Decimal(0))


def county_of(area_code: str, user: User) -> str:
    """Where a draft is worked out: its policy's area, within what the user writes."""
    own = [code for code in user.scope.areas_for(WRITE_POLICIES) if code.startswith(area_code)]
    return own[0] if own else area_code[: DIGITS[Level.COUNTY]]


def in_force_of(policy: Policy, on: date) -> PolicyVersion | None:
    """The policy's version in force on a day."""
    lasting = Q(valid_until=None) | Q(valid_until__gt=on)
    return policy.versions.filter(lasting, state=State.PUBLISHED, valid_from__lte=on).order_by("-valid_from").first()
