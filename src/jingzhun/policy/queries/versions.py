"""Which policies hold where on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jingzhun.areas.models import within
from jingzhun.areas.rules import ancestors_of
from jingzhun.policy.models import PolicyVersion


@dataclass(frozen=True)
class InForce:
    """A version in force, where it holds: in its policy's area but for lower ones with a policy of the same code."""

    version: PolicyVersion
    without: tuple[str, ...] = ()

    @property
    def area_code(self) -> str:
        return self.version.policy.area_id

    def holds_in(self, area_code: str) -> bool:
        return area_code.startswith(self.area_code) and not area_code.startswith(self.without)


def versions_in_force(area_code: str, on: date) -> list[InForce]:
    """Policies that hold somewhere in an area on a day, by code; one query.

    Of a policy's published versions the newest that has begun counts; once it has ended, none does.
    """
    where = Q(policy__area_id__in=ancestors_of(area_code)) | within(area_code, "policy__area_id")
    begun = PolicyVersion.objects.filter(where, state=PolicyVersion.State.PUBLISHED, valid_from__lte=on)
    newest = begun.select_related("policy").order_by("policy_id", "-valid_from").distinct("policy_id")
    found = [each for each in newest if each.valid_until is None or each.valid_until > on]
    found.sort(key=lambda each: (each.policy.code, each.policy.area_id))
    return [InForce(each, _lower(each, found)) for each in found]


def _lower(version: PolicyVersion, found: Iterable[PolicyVersion]) -> tuple[str, ...]:
    own = version.policy
    return tuple(
        each.policy.area_id
        for each in found
        if each.policy.code == own.code and each.policy.area_id.startswith(own.area_id) and each.policy_id != own.pk
    )


def current_titles(area_code: str) -> list[PolicyVersion]:
    """The newest published version of each policy that holds in the whole of an area; one query."""
    found = PolicyVersion.objects.filter(policy__area_id__in=ancestors_of(area_code), state="published")
    newest = found.select_related("policy").order_by("policy__code", "-policy__area_id", "-valid_from")
    return list(newest.distinct("policy__code"))
