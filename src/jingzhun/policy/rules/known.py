"""What is known of a household and of its members: the facts that a policy is answered by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jingzhun.methods.conditions import Value


@dataclass(frozen=True)
class MemberFacts:
    """A member and what is known of them."""

    id: int
    name: str
    facts: Mapping[str, Value]


@dataclass(frozen=True)
class HouseholdFacts:
    """What is known of a household on a day, and of each of its members."""

    household: Mapping[str, Value] = field(default_factory=dict)
    members: Sequence[MemberFacts] = ()
