"""Rounds: opened by the county with a window and, where the year binds it, quotas; closed when all is decided."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.identification import rules
from jingzhun.identification.models import Panel, Quota, Round
from jingzhun.journal.actions import SYSTEM, Decision, System, record
from jingzhun.parameters.queries import values
from jingzhun.people.models import User
from jingzhun.people.rules import REVIEW_IN_COUNTY
from jingzhun.procedure.actions.permitted import require
from jingzhun.procedure.models import Case
from jingzhun.procedure.queries import last_day_of_appeal
from jingzhun.procedure.rules import State
from jingzhun.registry.rules.refusals import Refused

from .quota_files import some_of


@transaction.atomic
def open_round(
    county: Area,
    year: int,
    kind: str,
    window: tuple[date, date],
    *,
    by: User | System = SYSTEM,
    quota: int | None = None,
    document: str = "",
    at: datetime | None = None,
) -> Round:
    """Open a round. `quota`: households that the level above hands down, in years that bind. Raises Refused.

    A window that is over already is refused: nobody could apply within it.
    Whether the year binds is asked for the first day of the window, and holds for the round. A binding year in which
    nothing was handed down leaves the round without a limit.
    """
    require(by, REVIEW_IN_COUNTY, county.code)
    if county.level != Level.COUNTY:
        raise Refused.because(_("A round belongs to a county."), "area")
    first, last = window
    if last < first:
        raise Refused.because(_("The window ends before it begins."), "closes_on")
    if last < timezone.localdate(at):
        raise Refused.because(_("The window is over already; name a later last day."), "closes_on")
    binding = bool(values(["quota_binding"], county.code, first).get("quota_binding"))
    if quota is not None and not binding:
        raise Refused.because(_("In this year no quota may be set: whoever is poor is registered."), "quota_households")
    if Round.objects.filter(area=county, year=year, kind=kind).exists():
        raise Refused.because(_("The county has this round already."), "year")
    round_ = Round.objects.create(
        area=county,
        year=year,
        kind=kind,
        opens_on=first,
        closes_on=last,
        quota_households=quota,
        document=document,
        by=by if isinstance(by, User) else None,
    )
    told = {"year": year, "kind": kind, "from": str(first), "until": str(last), "quota": quota, "document": document}
    record(Decision("identification.round_opened", "round", str(round_.pk), county.code, values=told), by=by, at=at)
    return round_


@transaction.atomic
def set_quotas(
    round_: Round, quotas: Mapping[str, int], *, by: User | System = SYSTEM, at: datetime | None = None
) -> None:
    """Hand the county's quota down to its villages (by code), as a whole. Raises Refused (R5: they must add up)."""
    require(by, REVIEW_IN_COUNTY, round_.area_id)
    if round_.quota_households is None:
        raise Refused.because(_("This round has no quota."))
    require_villages(round_, quotas)
    if difference := rules.quotas_that_do_not_add_up(round_.quota_households, quotas.values()):
        told = {"county": round_.quota_households, "villages": round_.quota_households + difference}
        raise Refused.because(_("The villages' quotas add up to %(villages)s, the county's is %(county)s.") % told)
    there = Quota.objects.filter(round=round_)
    list(there.select_for_update().order_by("pk"))
    there.exclude(area__in=quotas).delete()
    Quota.objects.bulk_create(
        [Quota(round=round_, area_id=code, households=number) for code, number in quotas.items()],
        update_conflicts=True,
        unique_fields=["round", "area"],
        update_fields=["households"],
    )
    record(
        Decision("identification.quotas_set", "round", str(round_.pk), round_.area_id, values=dict(quotas)),
        by=by,
        at=at,
    )


def require_villages(round_: Round, quotas: Mapping[str, int]) -> None:
    """Raises Refused naming the codes that are no villages of the round's county, of many the first ones."""
    found = Area.objects.within(round_.area_id).filter(level=Level.VILLAGE, code__in=quotas)
    if strange := sorted(set(quotas) - set(found.values_list("code", flat=True))):
        raise Refused({"": some_of([_("%(code)s is no village of the county.") % {"code": code} for code in strange])})


@transaction.atomic
def close_round(round_: Round, *, by: User | System = SYSTEM, at: datetime | None = None) -> Round:
    """End a round in which nothing is under way any more, neither of its households nor of its villages.

    Raises Refused naming how many cases are, or until when a refusal may still be appealed against.
    """
    require(by, REVIEW_IN_COUNTY, round_.area_id)
    locked = Round.objects.select_for_update().get(pk=round_.pk)
    if locked.closed_at:
        raise Refused.because(_("The round is closed already."))
    of_round = Case.objects.filter(Q(application__round=locked) | Q(nomination__round=locked))
    if left := of_round.live().count():
        raise Refused.because(_("%(count)s cases are still under way.") % {"count": left})
    if Panel.objects.filter(round=locked, state=Panel.State.SCORING).exists():
        raise Refused.because(_("The review meeting on the poor villages is not closed yet."))
    last = last_day_of_appeal(of_round.filter(state=State.REFUSED))
    if last and timezone.localdate(at) <= last:
        raise Refused.because(_("A refusal may still be appealed against until %(day)s.") % {"day": last})
    locked.closed_at = at or timezone.now()
    locked.save(update_fields=["closed_at"])
    record(Decision("identification.round_closed", "round", str(locked.pk), locked.area_id), by=by, at=at)
    return locked
