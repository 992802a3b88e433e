"""Who helps whom: plans made, changed by hand, published, dropped; helpers given and taken away one by one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.assistance.models import Pairing, PairingPlan, PlannedPair
from jingzhun.assistance.queries.comparison import gaps_of, judged, today
from jingzhun.assistance.queries.instance import County, county_instance
from jingzhun.database.copying import create_by_copy
from jingzhun.journal.actions import SYSTEM, Decision, System, record, record_many
from jingzhun.methods import pairing as method
from jingzhun.people.models import User
from jingzhun.people.rules import ARRANGE_HELP
from jingzhun.procedure.actions.permitted import require
from jingzhun.registry.rules.refusals import Refused


@dataclass(frozen=True)
class Computed:
    """The best pairing of a county on a day, and what is told of it."""

    county: County
    found: method.Plan
    outcome: dict[str, Any]


def compute(county: Area, on: date) -> Computed:
    """The county's best pairing on a day; nothing is written. Raises Refused, NoParameter."""
    if county.level != Level.COUNTY:
        raise Refused.because(_("Helpers are paired for a whole county."), "area")
    instance = county_instance(county.pk, on)
    if not instance.families.number:
        raise Refused.because(_("No household is on the register on this day; there is nobody to be paired."), "on")
    plan = method.pair(instance.instance)
    return Computed(instance, plan, _outcome(instance, plan))


def _outcome(county: County, plan: method.Plan) -> dict[str, Any]:
    found = gaps_of(county, plan.helper, plan.short)
    return {
        "status": "optimal" if plan.optimal else "feasible",
        "households": len(county.families.number),
        "cadres": len(county.helpers.number),
        "cost": plan.cost,
        "bound": plan.bound,
        "unmet": [gap.as_json() for gap in found],
        "optimal": judged(county, plan.helper).as_json(),
        "greedy": judged(county, method.greedy(county.instance)).as_json(),
        "today": judged(county, today(county)).as_json(),
    }


@transaction.atomic
def make_plan(
    county: Area,
    year: int,
    on: date,
    *,
    computed: Computed | None = None,
    by: User | System = SYSTEM,
    at: datetime | None = None,
) -> PairingPlan:
    """Compute the county's best pairing on a day and keep it as a draft. Raises Refused, NoParameter.

    `computed`: it was computed already.
    """
    require(by, ARRANGE_HELP, county.pk)
    computed = computed or compute(county, on)
    outcome, terms = computed.outcome, computed.county.terms
    plan = PairingPlan.objects.create(
        county=county,
        year=year,
        terms={"on": on.isoformat(), **asdict(terms)},
        outcome=outcome,
        made_by=by if isinstance(by, User) else None,
        made_at=at or timezone.now(),
    )
    create_by_copy(_planned(plan, computed.county, computed.found))
    told = {key: outcome[key] for key in ("status", "households", "cadres", "cost", "bound")}
    _tell(plan, "assistance.pairing_planned", told | {"unmet": len(outcome["unmet"])}, by, at)
    return plan


def _planned(plan: PairingPlan, county: County, found: method.Plan) -> list[PlannedPair]:
    held = {int(household): int(holder) for holder, household in county.instance.held.tolist()}
    cost, group, kind = county.instance.cost, county.instance.helper_class, county.instance.household_class
    return [
        PlannedPair(
            plan=plan,
            household_id=pk,
            cadre_id=None if helper == method.NOBODY else int(county.helpers.pk[helper]),
            cost=0 if helper == method.NOBODY else int(cost[group[helper], kind[row]]),
            kept=held.get(row) == helper,
        )
        for row, (pk, helper) in enumerate(zip(county.families.pk.tolist(), found.helper.tolist(), strict=True))
    ]


@transaction.atomic
def publish_plan(plan: PairingPlan, day: date, *, by: User | System = SYSTEM, at: datetime | None = None) -> int:
    """Put a plan in force from a day: whoever changes helpers has the old pairing ended by it. Number of changes.

    Raises Refused: not a draft any more, a household that has no helper in it, a helper who has left meanwhile, a day
    before a pairing began that it would end.
    """
    hold_county(plan.county_id)
    plan = PairingPlan.objects.select_for_update().get(pk=plan.pk)
    require(by, ARRANGE_HELP, plan.county_id)
    _require_ready(plan, day)
    before = dict(_current(plan).filter(place=1).values_list("household", "cadre__number"))
    ended = _end_others(plan, day)
    new = plan.pairs.filter(cadre__isnull=False).exclude(_stays()).select_related("household", "cadre")
    made = create_by_copy(
        [Pairing(household=each.household, cadre=each.cadre, place=1, since=day, plan=plan) for each in new]
    )
    plan.state, plan.valid_from, plan.published_at = PairingPlan.State.PUBLISHED, day, at or timezone.now()
    plan.save(update_fields=["state", "valid_from", "published_at"])
    told: dict[str, Any] = {"from": str(day), "new": len(made), "ended": ended, "sha256": _digest(plan)}
    _tell(plan, "assistance.pairing_published", told, by, at)
    record_many((given(each, before.get(each.household_id, "")) for each in made), by=by, at=at)
    return len(made)


def hold_county(county: str) -> None:
    """Let nobody else change who helps whom in the county until this transaction ends."""
    Area.objects.select_for_update(no_key=True).get(pk=county)


def _stays() -> Exists:
    """Planned pairs that are in force already."""
    return Exists(Pairing.objects.filter(household=OuterRef("household"), cadre=OuterRef("cadre"), place=1, until=None))


def _require_ready(plan: PairingPlan, day: date) -> None:
    if plan.state != PairingPlan.State.DRAFT:
        raise Refused.because(_("This plan is published or dropped already."))
    if number := plan.pairs.filter(cadre=None).count():
        told = {"number": number}
        raise Refused.because(_("%(number)s households have no helper in this plan; give each one first.") % told)
    left = plan.pairs.filter(cadre__left_on__lte=day).select_related("cadre").first()
    if left:
        named = {"name": str(left.cadre)}
        raise Refused.because(
            _("%(name)s has left by then; make the plan anew, or give the households others.") % named
        )
    if _current(plan).filter(since__gt=day).exists():
        raise Refused.because(_("Some pairings in force began after this day; name a later day."), "day")


def _current(plan: PairingPlan) -> QuerySet[Pairing]:
    return Pairing.objects.filter(household__in=plan.pairs.values("household"), until=None)


def _end_others(plan: PairingPlan, day: date) -> int:
    """End pairings in charge that the plan does not go on with, and further places of who comes in charge."""
    wanted = plan.pairs.filter(household=OuterRef("household"), cadre=OuterRef("cadre"))
    current = _current(plan)
    why = _("plan of pairing of %(year)s") % {"year": plan.year}
    ended = current.filter(~Exists(wanted), place=1).update(until=day, ended_because=why)
    current.filter(Exists(wanted), place__gt=1).update(until=day, ended_because=why)
    return ended


def _digest(plan: PairingPlan) -> str:
    """Over who helps whom by the plan, in the order of households."""
    pairs = plan.pairs.order_by("household__number").values_list("household__number", "cadre__number")
    return hashlib.sha256("\n".join(":".join(pair) for pair in pairs).encode()).hexdigest()


def given(pairing: Pairing, before: str = "") -> Decision:
    """The decision that gave a household a helper, in whose place (a staff number)."""
    household = pairing.household
    told = {"helper": pairing.cadre.number, "from": str(pairing.since), "place": str(pairing.place)}
    if before:
        told["before"] = before
    return Decision("assistance.helper_given", "household", household.number, household.village_code, values=told)


@transaction.atomic
def drop_plan(plan: PairingPlan, *, by: User, at: datetime | None = None) -> None:
    """Put a draft away. Raises Refused."""
    require(by, ARRANGE_HELP, plan.county_id)
    if not PairingPlan.objects.filter(pk=plan.pk, state=PairingPlan.State.DRAFT).update(
        state=PairingPlan.State.DROPPED
    ):
        raise Refused.because(_("This plan is published or dropped already."))
    _tell(plan, "assistance.pairing_dropped", {}, by, at)


@transaction.atomic
def end_pairings(
    pairings: QuerySet[Pairing], day: date, why: str, *, by: User | System = SYSTEM, at: datetime | None = None
) -> int:
    """End pairings in force on a day, with the reason. Number of them. Raises Refused."""
    if not why.strip():
        raise Refused.because(_("Say why the pairing ends."), "why")
    rows = list(
        pairings.filter(until=None).order_by("pk").select_for_update(of=("self",)).select_related("household", "cadre")
    )
    for county in sorted({row.household.village_code[: Level.COUNTY.digits] for row in rows}):
        require(by, ARRANGE_HELP, county)
    if any(row.since > day for row in rows):
        raise Refused.because(_("A pairing cannot end before it began."), "day")
    pairings.model.objects.filter(pk__in=[row.pk for row in rows]).update(until=day, ended_because=why)
    record_many(_ended(rows, day, why), by=by, at=at)
    return len(rows)


def _ended(rows: Sequence[Pairing], day: date, why: str) -> list[Decision]:
    return [
        Decision("assistance.helper_taken", "household", row.household.number, row.household.village_code, why=why,
                 values={"helper": row.cadre.number, "on": str(day)})
        for row in rows
    ]  # fmt: skip


def _tell(plan: PairingPlan, action: str, told: Mapping[str, Any], by: User | System, at: datetime | None) -> None:
    record(Decision(action, "pairing_plan", str(plan.pk), plan.county_id, values=dict(told)), by=by, at=at)
