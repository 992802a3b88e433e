"""Reads on cross-checks: the lists of departments, the flags to be decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jingzhun.areas.models import Area
from jingzhun.identification import rules
from jingzhun.identification.actions.crosscheck import may_revise
from jingzhun.identification.models import Application, CrossList, Flag, Round
from jingzhun.people.models import User
from jingzhun.people.rules import AUDIT_IN_TOWN, HAND_IN_LISTS, REVIEW_IN_COUNTY, VIEW_CASES
from jingzhun.registry.models import Member

from .places import Where


def lists(user: User, round_: Round) -> QuerySet[CrossList]:
    """Lists that the county took, the latest first, with the flags that they raised in the round, by their state.

    Who reviews in the county sees all of them, a department its own.
    """
    seen = CrossList.objects.visible_to(user, HAND_IN_LISTS).filter(area=round_.area)
    if not user.can(REVIEW_IN_COUNTY, round_.area_id):
        seen = seen.filter(by=user)
    raised = Flag.objects.filter(record__list=OuterRef("pk"), application__round=round_)
    decided = {state: _number(raised.filter(state=state)) for state in ("confirmed", "lifted")}
    return seen.select_related("by", "access_key").annotate(
        raised=_number(raised), waiting=_number(raised.filter(state=Flag.State.OPEN)), **decided
    )


def _number(flags: QuerySet[Flag]) -> Coalesce:
    counted = flags.order_by().values("record__list").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


def matched_rows(list_: CrossList, round_: Round) -> int:
    """Rows of a list that name a member of a household that applied in the round."""
    applied = Application.objects.filter(round=round_, household=OuterRef("household"))
    members = Member.objects.filter(Exists(applied), id_index=OuterRef("id_index"), left_on=None)
    return list_.records.filter(Exists(members)).count()


@dataclass(frozen=True)
class Asked:
    """Which flags a list shows."""

    red_line: str = ""
    state: str = Flag.State.OPEN
    origin: str = ""
    list: str = ""

    @classmethod
    def of(cls, data: Mapping[str, str]) -> "Asked":
        """What an address asks for; unknown values are left aside."""
        state, origin, listed = data.get("state", Flag.State.OPEN), data.get("origin", ""), data.get("list", "")
        return cls(
            data.get("red_line", "") if rules.red_line(data.get("red_line", "")) else "",
            state if state in Flag.State or state == "all" else Flag.State.OPEN,
            origin if origin in Flag.Origin else "",
            listed if listed.isascii() and listed.isdigit() and len(listed) < 19 else "",
        )


def flags(user: User, where: Where, asked: Asked) -> QuerySet[Flag]:
    """Flags of a round in an area that the user may see, with the head's name, by village."""
    head = Member.objects.filter(household=OuterRef("application__household"), relation="head", left_on=None)
    found = _flags(user, where)
    if asked.red_line:
        found = found.filter(red_line=asked.red_line)
    if asked.state != "all":
        found = found.filter(state=asked.state)
    if asked.origin:
        found = found.filter(origin=asked.origin)
    if asked.list:
        found = found.filter(record__list=int(asked.list))
    return (
        found.select_related("application__case", "application__household", "record__list", "decided_by")
        .prefetch_related("rulings__by")
        .annotate(head=Subquery(head.values("name")[:1]), village=F("application__household__village_code"))
        .order_by("village", "application__household__number", "pk")
    )


def _flags(user: User, where: Where) -> QuerySet[Flag]:
    seen = Flag.objects.visible_to(user, VIEW_CASES).in_areas((where.area.code,))
    return seen.filter(application__round=where.round)


@dataclass(frozen=True)
class LineCount:
    """A red line with its flags: still open, confirmed, lifted."""

    code: str
    severity: str
    open: int
    confirmed: int
    lifted: int


def counts(user: User, where: Where) -> list[LineCount]:
    """Flags by red line; one query."""
    rows = _flags(user, where).order_by().values("red_line", "severity")
    told = {state: Count("pk", filter=Q(state=state)) for state in ("open", "confirmed", "lifted")}
    return [
        LineCount(row["red_line"], row["severity"], *(row[f"n_{state}"] for state in told))
        for row in rows.annotate(**{f"n_{state}": number for state, number in told.items()}).order_by("red_line")
    ]


def village_names(codes: list[str]) -> dict[str, str]:
    return {area.code: area.short_name for area in Area.objects.filter(code__in=codes)}


def decidable(user: User, flag: Flag) -> bool:
    """Whether the user may decide the flag: town or county while it is open, the county otherwise than was decided."""
    area = flag.application.case.area_code
    may = user.can(AUDIT_IN_TOWN, area) or user.can(REVIEW_IN_COUNTY, area)
    return may if flag.state == Flag.State.OPEN else may_revise(flag, user)
