"""A draft of a pairing changed by hand: another helper for a household, or two households change helpers."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jingzhun.assistance.models import PairingPlan, PlannedPair
from jingzhun.assistance.queries.comparison import Judged
from jingzhun.assistance.queries.effects import Effect, day_of, effect
from jingzhun.assistance.queries.standing import standing
from jingzhun.journal.actions import Decision, record_many
from jingzhun.people.models import Cadre, User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused


@transaction.atomic
def change_pair(
    plan: PairingPlan, pair: PlannedPair, cadre: Cadre, *, by: User, at: datetime | None = None
) -> PairingPlan:
    """Give a household of a draft another helper; the plan as it is then.

    Raises Refused: kin, more households than the helper may take, who does not serve in the county, a page out of date.
    """
    plan = _draft(plan, by)
    _require_serving(plan, cadre)
    _put(plan, [(pair, cadre, effect(plan, pair, cadre))], by, at)
    return plan


@transaction.atomic
def swap_pairs(
    plan: PairingPlan, one: PlannedPair, other: PlannedPair, *, by: User, at: datetime | None = None
) -> PairingPlan:
    """Two households of a draft change helpers; the plan as it is then. Raises Refused."""
    plan = _draft(plan, by)
    if one.cadre is None or other.cadre is None or one.cadre == other.cadre:
        raise Refused.because(_("Both households need helpers of their own to swap them."), "other")
    _put(plan, [(one, other.cadre, effect(plan, one, other.cadre, swapped=True)),
                (other, one.cadre, effect(plan, other, one.cadre, swapped=True))], by, at)  # fmt: skip
    return plan


def _draft(plan: PairingPlan, by: User) -> PairingPlan:
    plan = PairingPlan.objects.select_for_update().get(pk=plan.pk)
    require(by, ARRANGE_HELP, plan.county_id)
    if plan.state != PairingPlan.State.DRAFT:
        raise Refused.because(_("This plan is published or dropped already."))
    return plan


def _require_serving(plan: PairingPlan, cadre: Cadre) -> None:
    if not Cadre.objects.serving(day_of(plan)).filter(pk=cadre.pk, county=plan.county_id).exists():
        raise Refused.because(_("No cadre who serves in the county has this number."), "number")


def _put(plan: PairingPlan, changes: list[tuple[PlannedPair, Cadre, Effect]], by: User, at: datetime | None) -> None:
    judged = Judged.of(plan.outcome.get("by_hand") or plan.outcome["optimal"])
    for pair, cadre, found in changes:
        _require_fits(found, cadre)
        same = plan.pairs.filter(pk=pair.pk, cadre=pair.cadre_id)
        if not same.update(cadre=cadre, cost=found.cost, by_hand=True, kept=not found.parts and _held(pair, cadre)):
            raise Refused.because(_("Somebody else changed this household's helper meanwhile; look again."))
        judged = _after(judged, found)
    left, short = standing(plan)
    told = judged.as_json() | {"short": short}
    plan.outcome |= {"by_hand": told, "unmet": [gap.as_json() for gap in left]}
    plan.save(update_fields=["outcome"])
    record_many((_told(plan, pair, cadre) for pair, cadre, _found in changes), by=by, at=at)


def _require_fits(found: Effect, cadre: Cadre) -> None:
    named = {"name": cadre.name, "most": found.new.most}
    if found.after.kin:
        raise Refused.because(_("%(name)s is kin of this household or in its village.") % named, "number")
    if found.new.over:
        raise Refused.because(_("%(name)s may take at most %(most)s households.") % named, "number")


def _held(pair: PlannedPair, cadre: Cadre) -> bool:
    return pair.household.pairings.filter(place=1, until=None, cadre=cadre).exists()


def _after(judged: Judged, found: Effect) -> Judged:
    """The plan's figures after a change."""
    parting = found.parting * (found.parts - found.parts_before)
    apart = judged.without_pair(found.before, found.cost_before)
    put = apart.with_pair(found.after, found.cost + parting)
    return put.moved_by(int(found.parts) - int(found.parts_before))


def _told(plan: PairingPlan, pair: PlannedPair, cadre: Cadre) -> Decision:
    household = pair.household
    told: dict[str, Any] = {
        "plan": plan.pk,
        "helper": cadre.number,
        "before": pair.cadre.number if pair.cadre else "",
    }
    return Decision("assistance.pair_changed", "household", household.number, household.village_code, values=told)
