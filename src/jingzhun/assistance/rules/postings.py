"""Who must be posted where: a village's first secretary, leader and team, a town's workstation (R17, domain 5.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

NAMES = ("team_least", "posting_months", "presence_days", "workstation_commissioners")
FIRST_SECRETARY, LEADER, COMMISSIONER = "first_secretary", "leader", "commissioner"
TEAM_LEADER, TEAM_MEMBER = "team_leader", "team_member"
IN_VILLAGE, IN_TOWN = (FIRST_SECRETARY, LEADER, TEAM_LEADER, TEAM_MEMBER), (COMMISSIONER,)
IN_TEAM = (FIRST_SECRETARY, TEAM_LEADER, TEAM_MEMBER)  # the first secretary works with the team


class Lack(StrEnum):
    """What a village or town lacks."""

    FIRST_SECRETARY = "first_secretary"
    LEADER = "leader"
    TEAM_LEADER = "team_leader"
    TEAM = "team"
    SHORT_TERM = "short_term"
    ABSENT = "absent"
    COMMISSIONERS = "commissioners"


@dataclass(frozen=True)
class Terms:
    """What holds in the county on the day: persons, months, days a month, persons."""

    team_least: int
    posting_months: int
    presence_days: int
    commissioners: int

    @classmethod
    def of(cls, values: Mapping[str, Decimal]) -> "Terms":
        """From the parameters' values by name. Raises KeyError."""
        return cls(*(int(values[name]) for name in NAMES))


@dataclass(frozen=True)
class Held:
    """A posting in force: its kind, who, since when, until when it is planned, and the last month's days if known."""

    kind: str
    cadre: int
    since: date
    planned_until: date | None = None
    days: int | None = None


def lacks_of_village(held: Sequence[Held], terms: Terms, *, poor: bool) -> list[Lack]:
    """What a village lacks; a village that is not on the list of poor villages needs no secretary and no team (R17)."""
    if not poor:
        return []
    kinds = [each.kind for each in held]
    team = {each.cadre for each in held if each.kind in IN_TEAM}
    found = []
    if kinds.count(FIRST_SECRETARY) != 1:
        found.append(Lack.FIRST_SECRETARY)
    if LEADER not in kinds:
        found.append(Lack.LEADER)
    if kinds.count(TEAM_LEADER) != 1:
        found.append(Lack.TEAM_LEADER)
    if len(team) < terms.team_least:
        found.append(Lack.TEAM)
    stay = [each for each in held if each.kind in IN_TEAM]
    if any(each.planned_until and is_short(each.since, each.planned_until, terms) for each in stay):
        found.append(Lack.SHORT_TERM)
    if any(each.days is not None and each.days < terms.presence_days for each in stay):
        found.append(Lack.ABSENT)
    return found


def lacks_of_town(held: Sequence[Held], terms: Terms) -> list[Lack]:
    """What a town's workstation lacks."""
    people = {each.cadre for each in held if each.kind == COMMISSIONER}
    return [Lack.COMMISSIONERS] if len(people) < terms.commissioners else []


def first_of(day: date) -> date:
    """The first day of a month."""
    return day.replace(day=1)


def is_short(since: date, until: date, terms: Terms) -> bool:
    """Whether a term is shorter than the rule's months."""
    months = since.month - 1 + terms.posting_months
    year, month = since.year + months // 12, months % 12 + 1
    return (until.year, until.month, until.day) < (year, month, min(since.day, 28))
