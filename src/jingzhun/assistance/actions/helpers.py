"""A helper given to one household by hand: in charge, or beside who is."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jingzhun.areas.rules import Level
from jingzhun.assistance.models import Pairing
from jingzhun.assistance.queries.effects import kin_of
from jingzhun.assistance.queries.instance import registered
from jingzhun.assistance.queries.instance import terms_of as terms_on
from jingzhun.journal.actions import record
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.models import Household
from jingzhun.registry.rules.refusals import Refused

from .pairing import end_pairings, given, hold_county

IN_CHARGE, LAST_PLACE = 1, 9


@transaction.atomic
def give_helper(
    household: Household,
    cadre: Cadre,
    since: date,
    *,
    in_charge: bool,
    why: str = "",
    by: User,
    at: datetime | None = None,
) -> Pairing:
    """Give a household a helper from a day: in the place of who is in charge, for a reason, or beside them.

    Raises Refused: kin, who does not serve in the county then, more households than one may take, a day too early.
    """
    require(by, ARRANGE_HELP, household.village_code)
    county = household.village_code[: Level.COUNTY.digits]
    hold_county(county)
    _require_fit(household, cadre, county, since, in_charge)
    now = Pairing.objects.filter(household=household, until=None)
    if now.filter(since__gt=since).exists():
        raise Refused.because(_("A pairing of this household began after this day; name a later day."), "since")
    present = now.filter(place=IN_CHARGE).select_related("cadre").first()
    if in_charge and present and not why.strip():
        raise Refused.because(_("Say why the helper changes."), "why")
    same = now.filter(cadre=cadre)
    if same.filter(place=IN_CHARGE).exists() or (not in_charge and same.exists()):
        raise Refused.because(_("%(name)s helps this household already.") % {"name": cadre.name}, "number")
    if in_charge:
        end_pairings(now.filter(place=IN_CHARGE) | same, since, why.strip() or _("comes in charge"), by=by, at=at)
    place = IN_CHARGE if in_charge else max(IN_CHARGE, now.aggregate(last=Max("place"))["last"] or 0) + 1
    if place > LAST_PLACE:
        raise Refused.because(_("This household has nine helpers already."))
    pairing = Pairing.objects.create(household=household, cadre=cadre, place=place, since=since)
    record(given(pairing, present.cadre.number if in_charge and present else ""), by=by, at=at)
    return pairing


def _require_fit(household: Household, cadre: Cadre, county: str, since: date, in_charge: bool) -> None:
    named = {"name": cadre.name}
    if not registered(household.village_code, since).filter(pk=household.pk).exists():
        raise Refused.because(_("This household is not on the register on this day."), "since")
    if not Cadre.objects.serving(since).filter(pk=cadre.pk, county=county).exists():
        raise Refused.because(_("%(name)s does not serve in the county on this day.") % named, "number")
    if kin_of(household, cadre):
        raise Refused.because(_("%(name)s is kin of this household or in its village.") % named, "number")
    _least, most = terms_on(county, since).loads(cadre.rank, cadre.capacity)
    if in_charge and Pairing.objects.filter(cadre=cadre, place=IN_CHARGE, until=None).count() >= most:
        told = {"name": cadre.name, "most": most}
        raise Refused.because(_("%(name)s may take at most %(most)s households.") % told, "number")
