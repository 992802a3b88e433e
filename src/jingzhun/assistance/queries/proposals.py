"""What a household's plan may take up: what it is entitled to and misses, what it needs, what answers its causes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Max

from jingzhun.assistance.answers import answer_to
from jingzhun.assistance.models import Measure, Need
from jingzhun.assistance.rules import measures as rules
from jingzhun.policy.models import Entitlement, Policy, PolicyVersion, Receipt
from jingzhun.policy.wording import title_of
from jingzhun.registry.models import Household

from .household_page import missed


class Because(StrEnum):
    """Why something is proposed."""

    NEED = "need"
    ENTITLED = "entitled"
    CAUSE = "cause"


@dataclass(frozen=True)
class Proposal:
    """A measure that a plan may take up. `content` is what stands in the plan, `label` what the screen says.

    `fits`: it answers a need or a cause of the household, so it is ticked to begin with.
    """

    key: str
    because: Because
    kind: str
    content: str
    label: str
    fits: bool = True
    amount: Decimal | None = None
    policy: Policy | None = None
    need: Need | None = None


@dataclass
class _Taken:
    """What measures of the year answer already."""

    policies: set[int] = field(default_factory=set)
    needs: set[int] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)


Entitled = tuple[PolicyVersion, Decimal | None]


def proposals_of(household: Household, year: int, today: date) -> list[Proposal]:
    """Proposals for one household as its facts stand today; needs first, then what fits its causes."""
    entitled = [(answer.version, answer.value) for answer in missed(household, today)]
    return _propose(household, entitled, _needs([household]).get(household.pk, []), _taken([household], year))


def proposals_of_many(households: Sequence[Household], year: int) -> dict[int, list[Proposal]]:
    """The same for many, from the answers that the county's latest batch kept; six queries."""
    entitled, needs, taken = _entitled(households, year), _needs(households), _taken(households, year)
    return {each.pk: _propose(each, entitled[each.pk], needs.get(each.pk, []), taken) for each in households}


def _propose(
    household: Household, entitled: Iterable[Entitled], needs: Iterable[Need], all_taken: dict[int, _Taken]
) -> list[Proposal]:
    taken, causes = all_taken.get(household.pk, _Taken()), causes_of(household)
    found = [_for_need(need) for need in needs if need.pk not in taken.needs]
    policies = [_for_policy(version, value, causes) for version, value in entitled
                if version.policy_id not in taken.policies]  # fmt: skip
    found += sorted(policies, key=lambda each: not each.fits)
    answered = taken.kinds | {each.kind for each in found if each.fits}
    for cause in causes:
        answer = answer_to(cause)
        if answer.kind not in answered:
            answered.add(answer.kind)
            found.append(Proposal(f"cause:{cause}", Because.CAUSE, answer.kind, answer.measure_zh, answer.measure))
    return found


def causes_of(household: Household) -> list[str]:
    """Its causes, the main one first."""
    return [cause for cause in (household.cause_main, *household.causes_other) if cause]


def _for_need(need: Need) -> Proposal:
    text = need.text[:300]
    return Proposal(f"need:{need.pk}", Because.NEED, need.kind, text, text, need=need)


def _for_policy(version: PolicyVersion, value: Decimal | None, causes: Sequence[str]) -> Proposal:
    return Proposal(
        f"policy:{version.policy_id}", Because.ENTITLED, version.kind, version.title, title_of(version),
        fits=not set(causes).isdisjoint(version.causes), amount=value, policy=version.policy,
    )  # fmt: skip


def _needs(households: Sequence[Household]) -> dict[int, list[Need]]:
    found = defaultdict(list)
    rows = Need.objects.filter(household__in=[each.pk for each in households]).exclude(state=Need.State.CLOSED)
    for need in rows.order_by("due_on", "pk"):
        found[need.household_id].append(need)
    return dict(found)


def _taken(households: Sequence[Household], year: int) -> dict[int, _Taken]:
    found: dict[int, _Taken] = defaultdict(_Taken)
    rows = Measure.objects.filter(household__in=[each.pk for each in households], year=year)
    for row in rows.exclude(state=rules.DROPPED).order_by().values("household", "policy", "need", "kind"):
        taken = found[row["household"]]
        taken.policies.add(row["policy"])
        taken.needs.add(row["need"])
        taken.kinds.add(row["kind"])
    return dict(found)


def _entitled(households: Sequence[Household], year: int) -> dict[int, list[Entitled]]:
    """Policies that the households are entitled to and do not receive, by the latest batch up to a year.

    A plan is made before its year begins, when the batch of the year before is the latest.
    """
    keys = [each.pk for each in households]
    kept = Entitlement.objects.filter(household__in=keys, year__lte=year)
    rows = kept.filter(year=kept.aggregate(latest=Max("year"))["latest"], answer=True)
    receipts = Receipt.objects.filter(household__in=keys, revoked_at=None).order_by()
    got: set[tuple[Any, Any, Any]] = set(receipts.values_list("household", "policy", "year"))
    ever = {(household, policy) for household, policy, _year in got}
    found: dict[int, list[Entitled]] = defaultdict(list)
    for row in rows.select_related("version__policy").order_by("household", "policy__code"):
        key = (row.household_id, row.policy_id)
        if (*key, year) not in got and not (row.version.once and key in ever):
            found[row.household_id].append((row.version, row.value))
    return found
