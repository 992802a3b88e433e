"""What a change by hand in a plan of pairing would do, before it is saved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from jingzhun.assistance.models import Kin, Pairing, PairingPlan, PlannedPair
from jingzhun.assistance.rules.pairing import Fit, Load, Terms, way
from jingzhun.assistance.skills import answering
from jingzhun.people.models import Cadre
from jingzhun.registry.models import Household

from .instance import VILLAGE, place_of, units_villages


@dataclass(frozen=True)
class Effect:
    """How the household goes together with either helper, and the loads of both after the change.

    `parts_before`, `parts`: whether the plan parts the household from today's helper, before and after.
    """

    before: Fit | None
    after: Fit
    cost_before: int
    cost: int
    parts_before: bool
    parts: bool
    parting: int
    old: Load | None
    new: Load

    @property
    def difference(self) -> int:
        """Metres by which the plan costs more, partings included."""
        return self.cost - self.cost_before + self.parting * (self.parts - self.parts_before)

    @property
    def fits(self) -> bool:
        return not self.after.kin and not self.new.over


def terms_of(plan: PairingPlan) -> Terms:
    """The terms by which a plan was made."""
    kept = dict(plan.terms)
    kept.pop("on", None)
    return Terms(**kept)


def day_of(plan: PairingPlan) -> date:
    """The day for which a plan was made."""
    return date.fromisoformat(plan.terms["on"])


def effect(plan: PairingPlan, pair: PlannedPair, cadre: Cadre, *, swapped: bool = False) -> Effect:
    """What it would do to give a household of a draft another helper; at most six queries.

    `swapped`: both helpers give each other a household, so that their loads stay.
    """
    terms, household, old = terms_of(plan), pair.household, pair.cadre
    held = Pairing.objects.filter(household=household, place=1, until=None).values_list("cadre", flat=True).first()
    kin = _kin(household, filter(None, (cadre.pk, held)))
    here = {organisation for organisation, _village in units_villages(household.village_code, day_of(plan))}
    after = _fit(household, cadre, terms, here, kin)
    before = _fit(household, old, terms, here, kin) if old else None
    loads = _loads(plan, cadre, old)
    shift = 0 if swapped or cadre == old else 1
    held = None if held in kin else held  # whoever is kin must go anyway
    return Effect(
        before=before,
        after=after,
        cost_before=pair.cost,
        cost=after.cost(terms),
        parts_before=None not in (held, old) and held != pair.cadre_id,
        parts=held is not None and held != cadre.pk,
        parting=terms.parting,
        old=_load(old, loads, -shift, terms) if old else None,
        new=_load(cadre, loads, shift, terms),
    )


def _fit(household: Household, cadre: Cadre, terms: Terms, here: set[int], kin: set[int]) -> Fit:
    area = household.area
    village = area.parent if len(area.pk) > VILLAGE and area.parent else area
    return Fit(
        way=way(place_of(cadre.near) if cadre.near else None, place_of(village), terms),
        skilled=bool(set(cadre.skills) & answering(household.cause_main)),
        own=cadre.organisation_id in here,
        kin=cadre.pk in kin,
    )


def _kin(household: Household, cadres: Iterable[int]) -> set[int]:
    there = Q(household=household) | Q(village=household.village_code)
    return set(Kin.objects.filter(there, cadre__in=list(cadres)).values_list("cadre", flat=True))


def kin_of(household: Household, cadre: Cadre) -> bool:
    """Whether they are kin, so that they are not paired; one query."""
    return bool(_kin(household, [cadre.pk]))


def _loads(plan: PairingPlan, *cadres: Cadre | None) -> dict[int, int]:
    rows = PlannedPair.objects.filter(plan=plan, cadre__in=[each for each in cadres if each])
    return dict(rows.order_by().values_list("cadre").annotate(number=Count("pk")))


def _load(cadre: Cadre, loads: dict[int, int], shift: int, terms: Terms) -> Load:
    return Load(loads.get(cadre.pk, 0) + shift, *terms.loads(cadre.rank, cadre.capacity))
