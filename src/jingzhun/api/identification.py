"""Lists of departments for the cross-checks: rounds, lists handed in, what came of them."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import Field

from jingzhun.identification.actions.crosscheck import Handed, Listed
from jingzhun.identification.actions.handing_in import hand_in
from jingzhun.identification.models import CrossList, Round
from jingzhun.identification.queries.crosscheck import lists, matched_rows
from jingzhun.identification.queries.rounds import rounds_of
from jingzhun.people.rules import HAND_IN_LISTS

from .body import Sent, body_of, sends
from .problems import Problem
from .words import gettext_lazy as _

MOST_ROWS = 100_000
SHOWN = 100
REFUSALS = {(401, 403, 404, 429): Problem}
router = Router(tags=["identification"])


class RoundLine(Schema):
    """A round of identification in a county."""

    id: int = Field(description=_("Names the round in addresses."))
    area: str = Field(description=_("Code of the county."))
    area_name: str = Field(description=_("Name of the county."))
    year: int = Field(description=_("Year of the round; the incomes of the year before are judged."))
    kind: str = Field(description=_("initial: first identification; dynamic: dynamic adjustment."))
    opens_on: date = Field(description=_("First day of applications."))
    closes_on: date = Field(description=_("Last day of applications."))
    running: bool = Field(description=_("Whether it is not closed yet."))


class Row(Sent):
    """One person on a list, and what the list says of them."""

    id_number: str = Field(max_length=40, description=_("ID number (18 digits), as a text in quotes."))
    detail: str = Field(
        "", description=_("What the list says, for example plate and model; at most 200 signs, shown to who decides.")
    )


class ListIn(Sent):
    """What a department hands in."""

    kind: CrossList.Kind = Field(description=_("What the list is of."))
    source: str = Field(min_length=1, max_length=100, description=_("Which department hands it in."))
    as_of: date = Field(description=_("The state of which day it tells."))
    rows: list[Row] = Field(min_length=1, max_length=MOST_ROWS, description=_("The persons; at most 100,000 at once."))


class Flags(Schema):
    """Doubts that a list raised in the round; people decide on them."""

    raised: int = Field(description=_("All of them."))
    open: int = Field(description=_("Still to be decided."))
    confirmed: int = Field(description=_("The red line was confirmed."))
    lifted: int = Field(description=_("The doubt was lifted."))


class ListLine(Schema):
    """A list that was taken."""

    id: int = Field(description=_("Number of the list."))
    kind: CrossList.Kind = Field(description=_("What the list is of."))
    source: str = Field(description=_("Which department handed it in."))
    as_of: date = Field(description=_("The state of which day it tells."))
    rows: int = Field(description=_("How many rows it has."))
    taken_at: datetime = Field(description=_("When it was taken."))
    flags: Flags = Field(description=_("Doubts that the list raised in the round; people decide on them."))


class Outcome(ListLine):
    """A list, and what came of it."""

    matched: int = Field(description=_("How many rows name a member of a household that applied in the round."))


@router.get(
    "/rounds",
    response={200: list[RoundLine], **REFUSALS},
    url_name="rounds",
    operation_id="rounds",
    summary=_("Rounds"),
    description=_("The rounds of the key's counties, the latest first."),
)
def rounds(request: HttpRequest) -> Any:
    _require(request)
    found = rounds_of(_user(request), HAND_IN_LISTS)
    return [
        RoundLine(
            id=each.pk,
            area=each.area_id,
            area_name=each.area.name,
            year=each.year,
            kind=each.kind,
            opens_on=each.opens_on,
            closes_on=each.closes_on,
            running=each.closed_at is None,
        )
        for each in found
    ]


@router.get(
    "/rounds/{int:round_id}/lists",
    response={200: list[ListLine], **REFUSALS},
    url_name="lists",
    operation_id="lists",
    summary=_("Lists of a round"),
    description=_(
        "The latest 100 lists that the county took, a department its own only, with the doubts of the round."
    ),
)
def listed(request: HttpRequest, round_id: int) -> Any:
    return [ListLine(**_line(each)) for each in lists(_user(request), _round(request, round_id))[:SHOWN]]


@router.post(
    "/rounds/{int:round_id}/lists",
    response={200: Outcome, 201: Outcome, (400, 411, 413, 415, 422): Problem, **REFUSALS},
    url_name="lists",
    operation_id="hand_in",
    summary=_("Hand in a list"),
    description=_(
        "The list is taken as a whole or not at all: each row that is wrong is told. It is compared with the"
        " applications of the round, and with those that follow; a hit raises a doubt, on which people decide."
        " What was handed in before, with the same rows in the same order, is not taken twice (answer 200)."
    ),
    openapi_extra=sends(ListIn),
)
def handed_in(request: HttpRequest, round_id: int) -> Any:
    round_ = _round(request, round_id)
    data = body_of(request, ListIn)
    handed = Handed(data.kind, data.source.strip(), data.as_of, key=request.auth)  # type: ignore[attr-defined]
    rows = [Listed(number, each.id_number, each.detail) for number, each in enumerate(data.rows)]
    done = hand_in(round_, handed, rows, by=_user(request))
    return Status(201 if done.taken else 200, _outcome(request, round_, done.list.pk))


@router.get(
    "/rounds/{int:round_id}/lists/{int:list_id}",
    response={200: Outcome, **REFUSALS},
    url_name="list",
    operation_id="outcome",
    summary=_("What came of a list"),
    description=_("How many rows it has, how many name somebody who applied, and the doubts by their state."),
)
def outcome(request: HttpRequest, round_id: int, list_id: int) -> Any:
    return _outcome(request, _round(request, round_id), list_id)


def _user(request: HttpRequest) -> Any:
    return request.user


def _require(request: HttpRequest) -> None:
    """Raises PermissionDenied for a key whose user may not take lists anywhere."""
    if not _user(request).can(HAND_IN_LISTS):
        raise PermissionDenied(gettext("The roles of this key's user do not hand in lists; a department's do."))


def _round(request: HttpRequest, key: int) -> Round:
    """A round of the key's counties. Raises PermissionDenied, Http404."""
    _require(request)
    found = rounds_of(_user(request), HAND_IN_LISTS).filter(pk=key).first()
    if found is None:
        raise Http404(gettext("The key's counties have no such round."))
    return found


def _outcome(request: HttpRequest, round_: Round, key: int) -> Outcome:
    found = lists(_user(request), round_).filter(pk=key).first()
    if found is None:
        raise Http404(gettext("The round's county has no such list."))
    return Outcome(**_line(found), matched=matched_rows(found, round_))


def _line(found: Any) -> dict[str, Any]:
    """A list of queries.crosscheck.lists."""
    flags = Flags(raised=found.raised, open=found.waiting, confirmed=found.confirmed, lifted=found.lifted)
    return {
        "id": found.pk,
        "kind": found.kind,
        "source": found.source,
        "as_of": found.as_of,
        "rows": found.rows,
        "taken_at": found.imported_at,
        "flags": flags,
    }
