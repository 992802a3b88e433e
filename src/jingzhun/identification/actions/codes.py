"""Codes on slips: a household's, given by the village and entered once; a judge's. Wrong ones are counted."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.identification.models import Application, HouseholdCode, Judge
from jingzhun.identification.queries import panels
from jingzhun.journal.actions import Decision, System, record
from jingzhun.parameters.queries import value, values
from jingzhun.people.fields import index_of
from jingzhun.people.models import User
from jingzhun.people.rules import WORK_IN_VILLAGE
from jingzhun.procedure.actions.permitted import require
from jingzhun.publicity import codes
from jingzhun.publicity.actions.limits import attempt, exhausted
from jingzhun.publicity.queries.site import county
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

from .applications import VILLAGER, contact_of

DAYS, TRIES, EVERYWHERE = "household_code_days", "household_code_tries", "household_code_tries_everywhere"
JUDGE_TRIES = "lookups_per_address"
LENGTH = 11  # signs of 31 kinds: 54 bits, and a check sign
WINDOW = 600  # seconds in which wrong codes are counted
PURPOSE = "household.code"


@transaction.atomic
def issue_code(household: Household, *, by: User | System, at: datetime | None = None) -> tuple[str, HouseholdCode]:
    """Give a household a code; what it was given before ends. The code itself is kept nowhere. Raises NotYours."""
    require(by, WORK_IN_VILLAGE, household.village_code)
    if household.closed_on:
        raise Refused.because(_("This household has been closed."))
    when = at or timezone.now()
    days = int(value(DAYS, household.village_code, timezone.localdate(when)))
    HouseholdCode.objects.filter(household=household, used_at=None, valid_until__gt=when).update(valid_until=when)
    code = codes.new_code(LENGTH)
    made = HouseholdCode.objects.create(
        household=household,
        digest=index_of(code, PURPOSE),
        issued_at=when,
        valid_until=when + timedelta(days=days),
        by=by if isinstance(by, User) else None,
    )
    where = (household.number, household.village_code)
    values = {"valid_until": made.valid_until.isoformat()}
    record(Decision("identification.code_issued", "household", *where, values=values), by=by, at=at)
    return code, made


@transaction.atomic
def use_code(typed: str, who: str, *, at: datetime | None = None) -> Household | None:
    """The household of a code that was not used yet; None for any other text. `who` tries: an Internet address.

    Raises Refused when too many wrong codes were tried: a right one counts for nothing.
    """
    when = at or timezone.now()
    tries = [("household_code", who, TRIES), ("household_code_all", "", EVERYWHERE)]
    limits = _require_tries(tries, when)
    code = codes.cleaned(typed)
    found = (
        HouseholdCode.objects.select_for_update(of=("self",))
        .select_related("household")
        .filter(digest=index_of(code, PURPOSE) or b"", used_at=None, valid_until__gt=when)
        .first()
    )
    if found is None or found.household.closed_on:
        _count(tries, limits, when)
        return None
    found.used_at = when
    found.save(update_fields=["used_at"])
    where = (found.household.number, found.household.village_code)
    record(Decision("identification.code_used", "household", *where), by=VILLAGER, at=at)
    return found.household


def judge_with(typed: str, who: str, *, at: datetime | None = None) -> Judge | None:
    """The judge whose code it is; None for any other text, which counts as a wrong one of `who`. Raises Refused."""
    when = at or timezone.now()
    tries = [("panel", who, JUDGE_TRIES)]
    limits = _require_tries(tries, when)
    found = panels.judge_of(typed)
    if found is None:
        _count(tries, limits, when)
    return found


def _require_tries(tries: Iterable[tuple[str, str, str]], when: datetime) -> dict[str, int]:
    """How many wrong codes the county allows, by parameter. Raises Refused where one of the tries has none left."""
    site = county()
    found = values([name for _kind, _who, name in tries], site.code if site else "", timezone.localdate(when))
    limits = {name: int(limit) for name, limit in found.items()}
    if any(exhausted(kind, who, limit=limits[name], seconds=WINDOW, now=when) for kind, who, name in tries):
        raise Refused.because(_("Too many wrong codes came from here. Wait ten minutes, then try again."), "code")
    return limits


def _count(tries: Iterable[tuple[str, str, str]], limits: dict[str, int], when: datetime) -> None:
    for kind, who, name in tries:
        attempt(kind, who, limit=limits[name], seconds=WINDOW, now=when)


@transaction.atomic
def set_contact(application: Application, phone: str, *, by: User | System, at: datetime | None = None) -> Application:
    """Write down the phone by which the household wants to be reached. Raises NotYours, Refused."""
    require(by, WORK_IN_VILLAGE, application.case.area_code)
    number = contact_of(phone, "phone")
    if not number:
        raise Refused.because(_("A phone number has 7 to 12 digits."), "phone")
    application.contact = number
    application.save(update_fields=["contact"])
    case = application.case
    entry = Decision("identification.phone_confirmed", "case", case.subject, case.area_code, personal={"phone": number})
    record(entry, by=by, at=at)
    return application
