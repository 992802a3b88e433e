"""A department's list of who received a benefit is judged row by row, and taken whole or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.journal.actions import Decision, System, record
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import HAND_IN_LISTS
from jingzhun.policy.models import Policy, Receipt
from jingzhun.policy.receipt_lists import BadRow, ListedRow, ReceiptList
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.models import Household, Member
from jingzhun.registry.rules.refusals import Refused

from .receipts import Received, record_receipts


@dataclass(frozen=True)
class OfList:
    """What a list is about. Rows without a day of their own were paid on `received_on`."""

    policy: Policy
    year: int
    received_on: date
    department: str
    file_name: str = ""


class ListRefused(Exception):
    """Rows of a list cannot be taken, so none was; `rows` says which and why."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        super().__init__(f"{len(rows)} rows")
        self.rows = list(rows)


@transaction.atomic
def take_receipts(
    county: Area, about: OfList, read: ReceiptList, *, by: User | System, at: datetime | None = None
) -> list[Receipt]:
    """Record every row of a list. Raises NotYours, Refused, ListRefused with each faulty row."""
    require(by, HAND_IN_LISTS, county.code)
    when = at or timezone.now()
    Area.objects.select_for_update(no_key=True).get(pk=county.pk)  # of two lists at once the second sees the first's
    if Receipt.objects.filter(reference__startswith=f"list:{read.digest}:", revoked_at=None).exists():
        raise Refused.because(_("This file was taken already."), "file")
    received, bad = _judged(county, about, read, timezone.localdate(when))
    if bad or read.bad:
        raise ListRefused(sorted([*read.bad, *bad], key=lambda each: (each.sheet, each.row)))
    made = record_receipts(received, by=by, at=when)
    told = {"policy": about.policy.code, "year": about.year, "source": about.department, "rows": len(made)}
    decision = Decision(
        "policy.receipts_taken", "list", read.digest, county.code, values=told, permission=HAND_IN_LISTS
    )
    record(decision, by=by, at=when)
    return made


def _judged(county: Area, about: OfList, read: ReceiptList, today: date) -> tuple[list[Received], list[BadRow]]:
    """What the rows say was received, and the rows that cannot be taken; three queries."""
    members = _members(county, read.rows)
    households = _households(county, [row.household for row in read.rows if row.household])
    known = set(_known(about))
    received: list[Received] = []
    bad: list[BadRow] = []
    seen: dict[Any, ListedRow] = {}
    for place, row in enumerate(read.rows):
        member = members.get(_index(row))
        household = member.household if member else households.get(row.household)
        day = row.day or about.received_on
        key = (household.pk if household else None, member.pk if member else None, day)
        problem = _problem(household, about, day, today, row, seen.get(key), key in known)
        if problem or household is None:
            bad.append(BadRow(row.sheet, row.row, row.cell, row.shown, problem))
            continue
        seen[key] = row
        reference = f"list:{read.digest}:{place}"
        received.append(
            Received(household, about.policy, about.year, row.amount, day, Receipt.Source.LIST, reference, member)
        )
    return received, bad


def _problem(
    household: Household | None,
    about: OfList,
    day: date,
    today: date,
    row: ListedRow,
    before: ListedRow | None,
    known: bool,
) -> str:
    if household is None:
        if row.id_number:
            return _("Nobody of this county's households has this ID number.")
        return _("There is no household with this number in this county.")
    if not household.village_code.startswith(about.policy.area_id):
        return _("The policy does not hold in this household's village.")
    if day > today:
        return _("The day lies in the future.")
    if about.year > day.year:
        return _("The day lies before the year that the benefit is for.")
    if before is not None:
        return _("Row %(row)s of the list says the same.") % {"row": before.row}
    return _("This receipt of the same day is recorded already.") if known else ""


def _members(county: Area, rows: Iterable[ListedRow]) -> dict[bytes, Member]:
    """Members of the county's households by the blind index of their ID number."""
    wanted = {_index(row) for row in rows} - {b""}
    found = Member.objects.in_areas((county.code,)).filter(id_index__in=wanted, left_on=None)
    found = found.select_related("household").only(
        "id_index", "household__number", "household__village_code", "household__closed_on"
    )
    return {bytes(each.id_index): each for each in found if each.id_index is not None}


def _index(row: ListedRow) -> bytes:
    return index_of(row.id_number[:18].upper(), "member.id_number") or b""


def _households(county: Area, numbers: Sequence[str]) -> dict[str, Household]:
    if not numbers:
        return {}
    found = Household.objects.in_areas((county.code,)).filter(number__in=numbers)
    return {each.number: each for each in found.only("number", "village_code")}


def _known(about: OfList) -> Iterable[tuple[int, int | None, date]]:
    """Receipts of the policy and year that lists brought before."""
    found = Receipt.objects.filter(policy=about.policy, year=about.year, source=Receipt.Source.LIST, revoked_at=None)
    return found.order_by().values_list("household_id", "member_id", "received_on")
