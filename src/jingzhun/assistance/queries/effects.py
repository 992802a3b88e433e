"""What a change by hand in a plan of pairing would do, before it is saved."""

from dataclasses import dataclass

from jingzhun.assistance.models import Kin, PairingPlan, PlannedPair
from jingzhun.assistance.rules.pairing import RANKS, Terms, way
from jingzhun.assistance.skills import answering
from jingzhun.people.models import Cadre

from .instance import place_of


@dataclass(frozen=True)
class Effect:
    """Costs in metres before and after; the loads of both helpers after it, with what their ranks ask for."""

    cost_before: int
    cost: int
    kin: bool
    old_load: int
    old_least: int
    new_load: int
    new_most: int

    @property
    def fits(self) -> bool:
        return not self.kin and self.new_load <= self.new_most

    @property
    def leaves_short(self) -> bool:
        return self.old_load < self.old_least


def terms_of(plan: PairingPlan) -> Terms:
    """The terms by which a plan was made."""
    kept = dict(plan.terms)
    kept.pop("on", None)
    return Terms(**kept)


def effect(plan: PairingPlan, pair: PlannedPair, cadre: Cadre) -> Effect:
    """What it would do to give a household of a draft another helper; seven queries."""
    terms, household = terms_of(plan), pair.household
    village = household.area if len(household.area_id) == 12 else household.area.parent
    where = place_of(village or household.area)
    cost = way(place_of(cadre.near) if cadre.near else None, where, terms)
    cost += 0 if set(cadre.skills) & answering(household.cause_main) else terms.without_skill
    own = cadre.organisation.teams.filter(area=household.village_code, until=None).exists()
    cost += 0 if own else terms.outside_unit
    kin = Kin.objects.filter(cadre=cadre)
    related = kin.filter(household=household).exists() or kin.filter(village=household.village_code).exists()
    loads = PlannedPair.objects.filter(plan=plan)
    old = pair.cadre
    return Effect(
        pair.cost,
        cost,
        related,
        loads.filter(cadre=old).count() - 1 if old else 0,
        terms.loads(old.rank, old.capacity)[0] if old else 0,
        loads.filter(cadre=cadre).count() + 1,
        terms.loads(cadre.rank, cadre.capacity)[1] if cadre.rank in RANKS else 0,
    )
